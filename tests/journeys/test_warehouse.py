"""One order through the warehouse on a phone: waved, picked, checked, labelled, handed over; its
cancelled sibling goes back to the shelf."""

from datetime import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from oms.events import bus
from oms.models import (
    FulfillmentOrder,
    Order,
    Shipment,
    Sku,
    StockMovement,
    Store,
    UploadMoment,
)
from oms.models.locking import atomic_service, lock_row
from oms.services.orders.cancel import cancel_locked
from tests.factories.warehouse import CarrierAccountFactory, Floor
from tests.journeys.console import Console
from tests.journeys.hands import big, open_station, press, say_understood, scan, sign_in
from tests.warehouse.services.books import assert_books_are_right, in_bin, on_hand
from warehouse.models import ScanLog, Waybill
from warehouse.simulator.server import SimulatorServer
from warehouse.simulator.settings import Settings
from warehouse.simulator.sf.gateway import SERVICE_PATH
from warehouse.tasks import run_waves

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = r"409 \(Conflict\)"


@pytest.fixture
def floor(sf: SimulatorServer) -> Floor:
    floor = Floor(now=timezone.now())
    settings = Settings()
    CarrierAccountFactory.create(
        warehouse=floor.warehouse,
        credentials={"partner_id": settings.partner, "checkword": settings.checkword},
        base_url=f"{sf.url}{SERVICE_PATH}",
    )
    return floor


@atomic_service
def cancel(order_id: int, *, now: datetime) -> None:
    cancel_locked(lock_row(Order, order_id), reason="buyer changed mind", now=now)


def pick_with_mistakes(phone: Page, tote: str, milk: Sku, tea: Sku) -> None:
    """Go to the wrong bin, take the wrong thing, reload in the middle: nothing is lost."""
    open_station(phone, "pick")
    press(phone, "START")
    scan(phone, tote)
    big(phone, "A-01")
    scan(phone, "B-02")
    say_understood(phone, "A\u201101")
    scan(phone, "A-01")
    scan(phone, tea.code)
    say_understood(phone, milk.name)
    scan(phone, milk.barcodes.get().code)
    phone.reload()
    expect(phone.locator("#progress-text")).to_have_text("1/3")
    scan(phone, milk.barcodes.get().code)
    big(phone, "B-02")
    scan(phone, "B-02")
    scan(phone, tea.code)


def check_and_label(phone: Page, tote: str, milk: Sku, tea: Sku) -> str:
    """Leave the cancelled goods in the tote, pack the rest, print; return the waybill's number."""
    open_station(phone, "pack")
    scan(phone, tote)
    scan(phone, tea.code)
    say_understood(phone, tea.name)
    scan(phone, milk.code)
    scan(phone, milk.code)
    expect(phone.locator(".parcel-issued")).to_be_visible()
    number = Waybill.objects.get().waybill_no
    expect(phone.locator(".waybill")).to_have_text(number)
    with phone.context.expect_page() as opened:
        phone.locator(".parcel button.primary").tap()
    opened.value.close()
    expect(phone.locator(".parcel button.quiet")).to_be_visible()
    return number


def put_on_the_scale(phone: Page) -> None:
    """The shop waits for the weight, so weighing is what the table asks for next."""
    phone.locator("[data-act=weigh].primary").tap()
    phone.keyboard.type("0.525")
    phone.keyboard.press("Enter")
    expect(phone.locator(".parcel .weight")).to_contain_text("0.525 kg")
    expect(phone.locator("#code")).to_be_focused()
    assert Shipment.objects.get().weight_g == 525


def test_parcel_leaves_and_its_cancelled_sibling_goes_back(
    phone: Page, floor: Floor, console: Console
) -> None:
    console.allow(REFUSED)
    near, far = floor.shelf("A-01", aisle=1, bay=1), floor.shelf("B-02", aisle=2, bay=2)
    milk, tea = floor.goods(10, shelf=near), floor.goods(10, shelf=far)
    tote, document = floor.tote("T-1"), floor.merged({milk: 2}, {tea: 1})
    Store.objects.update(upload_moment=UploadMoment.WEIGH)
    run_waves()
    sign_in(phone, floor)
    pick_with_mistakes(phone, tote.code, milk, tea)
    document.refresh_from_db()
    assert document.status == "picked"

    cancel(document.lines.get(sku=tea).order_item.order_id, now=floor.now)
    bus.deliver_due(now=timezone.now())
    number = check_and_label(phone, tote.code, milk, tea)
    assert number.startswith("SF7444")
    assert Waybill.objects.get().print_count == 1
    put_on_the_scale(phone)

    open_station(phone, "hand_over")
    scan(phone, number)
    big(phone, "1")
    assert on_hand(floor.warehouse, milk) == 10
    press(phone, "HANDOVER", sure=True)
    document.refresh_from_db()
    assert (document.status, Shipment.objects.get().status) == ("handed_over", "handed_over")
    assert on_hand(floor.warehouse, milk) == 8
    assert StockMovement.objects.filter(kind="ship").count() == 1

    open_station(phone, "put_back")
    scan(phone, tea.code)
    big(phone, "B-02")
    scan(phone, "B-02")
    assert (in_bin(far, tea), on_hand(floor.warehouse, tea)) == (10, 10)
    assert_books_are_right()
    refused = ScanLog.objects.filter(result="refused").order_by("pk")
    assert [row.station for row in refused] == ["pick", "pick", "pack"]


def test_scan_without_network_is_kept_and_sent_once(
    phone: Page, floor: Floor, console: Console
) -> None:
    console.allow("ERR_INTERNET_DISCONNECTED")
    shelf = floor.shelf("A-01")
    floor.document({floor.goods(5, shelf=shelf): 1})
    run_waves()
    tote = floor.tote("T-1")
    sign_in(phone, floor)
    open_station(phone, "pick")
    press(phone, "START")
    phone.context.set_offline(True)
    phone.keyboard.type(tote.code)
    phone.keyboard.press("Enter")
    expect(phone.locator("#banner")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.locator("#banner")).to_be_hidden()
    big(phone, "A-01")
    assert ScanLog.objects.filter(code=tote.code).count() == 1


def test_stopped_parcel_does_not_leave(phone: Page, floor: Floor, console: Console) -> None:
    console.allow(REFUSED)
    document = floor.packed({floor.goods(5): 1})
    sign_in(phone, floor)
    open_station(phone, "label")
    scan(phone, document.fulfillment_no)
    expect(phone.locator(".parcel-issued")).to_be_visible()
    number = Waybill.objects.get().waybill_no
    floor.hold(FulfillmentOrder.objects.get(), detail="refund asked")
    open_station(phone, "hand_over")
    scan(phone, number)
    say_understood(phone, "refund asked")
    assert Shipment.objects.get().status == "labelled"
