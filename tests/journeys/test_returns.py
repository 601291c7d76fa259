"""A returned hoodie: the buyer's telephone, the supervisor's telephone, the dock, one refund."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from aftersales.flows import Approval, CaseStatus, Money
from aftersales.models import AfterSalesCase
from oms.models import Order, Refund, User
from oms.services import returns
from tests.factories.aftersales import (
    parcel_of,
    photo,
    service_person,
    shipped_order,
    supervisor,
)
from tests.journeys import hands
from tests.journeys.console import Console
from tests.journeys.stage import HOODIE, Stage
from tests.journeys.work import hand_over, pack, pick
from tests.warehouse.services.books import assert_books_are_right, in_kind
from warehouse.models import ReturnPhoto, UnclaimedParcel

pytestmark = pytest.mark.django_db(transaction=True)

OpenContext = Callable[..., BrowserContext]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def order() -> Order:
    made = shipped_order()
    line = made.lines.get()
    line.title = "加厚连帽卫衣 灰色 XL"
    line.save()
    return made


def sign_in(context: BrowserContext, user: User, address: str) -> Page:
    """Open a window in which this person is signed in."""
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    return context.new_page()


def look_up(phone: Page, order: Order) -> None:
    phone.goto(reverse("aftersales:lookup"))
    phone.locator("[name=order_no]").fill(str(order.channel_order_no))
    phone.locator("[name=waybill_no]").fill(str(parcel_of(order).waybill_no))
    phone.locator("button.main").tap()


def test_return_is_filed_approved_received_and_refunded_once(
    phone: Page, open_context: OpenContext, live_server: LiveServer, stage: Stage
) -> None:
    order = bought_and_shipped(phone, stage)
    buyer = open_context(**PHONE).new_page()
    case = file(buyer, order)
    status_page = buyer.url
    approve(sign_in(open_context(**PHONE), supervisor(case), live_server.url), case)
    case.refresh_from_db()
    assert case.approval == Approval.APPROVED
    buyer.goto(status_page)
    expect(buyer.locator("address")).to_be_visible()
    buyer.locator("[name=waybill_no]").fill("SF1234567890123")
    buyer.locator("#send button.main").tap()
    expect(buyer.locator(".steps")).to_contain_text("SF1234567890123")

    receive_at_dock(phone, stage, "SF1234567890123")
    case.refresh_from_db()
    assert (case.money, Refund.objects.get().case_no) == (Money.CONFIRMED, case.case_no)
    assert [news.order_id for news in stage.refunds()] == [order.channel_order_no]
    stage.wait(minutes=15)
    stage.work()
    assert len(stage.refunds()) == 1
    buyer.goto(status_page)
    expect(buyer.locator(".steps li.done")).to_have_count(5)
    case.refresh_from_db()
    assert (case.status, Refund.objects.count()) == (CaseStatus.CLOSED, 1)
    assert_books_are_right()


def bought_and_shipped(worker: Page, stage: Stage) -> Order:
    order = stage.buy(HOODIE)
    stage.wait(minutes=11)
    stage.work()
    hands.sign_in(worker, stage.floor)
    pick(worker, stage, stage.hoodie)
    hand_over(worker, stage, pack(worker, stage, stage.hoodie))
    stage.work()
    return order


def receive_at_dock(worker: Page, stage: Stage, number: str) -> None:
    """Open the parcel: something strange lies on top, then what the buyer sent back."""
    hands.open_station(worker, "receive")
    expect(worker.locator(".choice")).to_contain_text(number)
    hands.scan(worker, number)
    hands.big(worker, "0 / 1")
    hands.scan(worker, stage.shirt.barcodes.get().code)
    hands.say_understood(worker, stage.shirt.name)
    hands.press(worker, "UNDO")
    hands.scan(worker, stage.hoodie.barcodes.get().code)
    hands.big(worker, "1 / 1")
    photograph(worker)
    hands.press(worker, "SEAL")
    expect(worker.locator(".choice")).to_have_count(0)
    assert in_kind(stage.floor.warehouse, "return", stage.hoodie) == 1
    # Receipt, refund asked, refund pushed, answer noted: each is news for the next.
    for _minute in range(4):
        stage.wait(minutes=1)
        stage.work()


def photograph(worker: Page) -> None:
    worker.locator("#photo-file").set_input_files(
        {"name": "IMG_2.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(1200, 900))}
    )
    expect(worker.locator("#photo-text")).to_contain_text("(1)")
    assert ReturnPhoto.objects.count() == 1


def test_parcel_without_a_case_is_kept_and_found_by_its_number_later(
    phone: Page, stage: Stage
) -> None:
    order = bought_and_shipped(phone, stage)
    hands.open_station(phone, "receive")
    hands.scan(phone, "YT7777777777777")
    hands.big(phone, "YT7777777777777")
    hands.scan(phone, stage.hoodie.code)
    hands.press(phone, "SEAL", sure=True)
    parcel = UnclaimedParcel.objects.get()

    expected = returns.expect_return(
        store_id=order.store_id,
        order_id=order.pk,
        warehouse_id=stage.floor.warehouse.pk,
        case_no="AS-LATER",
        lines={item.pk: item.quantity for item in order.items.all()},
        return_waybill_no="YT7777777777777",
        now=timezone.now(),
    )
    stage.work()
    parcel.refresh_from_db()
    assert parcel.expected_return == expected
    phone.reload()
    hands.touch(phone, "YT7777777777777")
    hands.big(phone, "1 / 1")
    hands.press(phone, "SEAL")
    expected.refresh_from_db()
    assert expected.state == "received"
    assert_books_are_right()


def file(phone: Page, order: Order) -> AfterSalesCase:
    """Ask for a return, with a photo and in the buyer's words."""
    look_up(phone, order)
    expect(phone.get_by_text(order.lines.get().title)).to_be_visible()
    phone.locator(".reason-damaged").check()
    expect(phone.locator(".for-damaged")).to_be_visible()
    phone.locator("[name=words]").fill("袖口开线")
    phone.locator("[name=photos]").set_input_files(
        {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(1200, 900))}
    )
    phone.locator("form[enctype] button.main").tap()
    expect(phone.locator("svg.qr")).to_be_visible()
    case = AfterSalesCase.objects.get()
    expect(phone.locator("h1")).to_have_text(case.case_no)
    return case


def approve(boss: Page, case: AfterSalesCase) -> None:
    """Look at the words and the photo, then say yes."""
    boss.goto(reverse("aftersales:decide"))
    boss.get_by_text(case.case_no).tap()
    expect(boss.get_by_text("袖口开线")).to_be_visible()
    picture = boss.locator(".photos img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 1200)
    boss.locator(".bar button.yes").tap()
    expect(boss.locator(".note.good")).to_be_visible()


def test_rejection_reaches_the_buyer_with_its_reason(
    phone: Page,
    open_context: OpenContext,
    live_server: LiveServer,
    order: Order,
    console: Console,
) -> None:
    console.allow("422")  # the first press has no reason, and the page says so
    look_up(phone, order)
    phone.locator(".reason-changed_mind").check()
    phone.locator("form[enctype] button.main").tap()
    expect(phone.locator("svg.qr")).to_be_visible()
    case = AfterSalesCase.objects.get()
    boss = sign_in(open_context(**PHONE), supervisor(case), live_server.url)
    boss.goto(reverse("aftersales:decide_case", args=[case.case_no]))
    boss.locator(".bar button.no").tap()
    expect(boss.get_by_role("alert")).to_be_visible()
    boss.locator("#text").fill("穿过且洗过")
    boss.locator(".bar button.no").tap()
    expect(boss.locator(".bar")).to_have_count(0)
    phone.reload()
    expect(phone.locator(".steps li.bad")).to_contain_text("穿过且洗过")


def test_customer_service_opens_a_case_for_a_caller(
    open_context: OpenContext, live_server: LiveServer, order: Order
) -> None:
    context = open_context(viewport={"width": 1440, "height": 900})
    desk = sign_in(context, service_person(order), live_server.url)
    desk.goto(reverse("admin:aftersales_aftersalescase_add"))
    desk.locator("[name=order_no]").fill(order.order_no)
    desk.locator("main button[type=submit], form button[type=submit]").last.click()
    desk.locator("[name=source]").select_option("phone")
    desk.locator("[name=reason]").select_option("changed_mind")
    desk.locator("form:has([name=form_token]) button[type=submit]").click()
    desk.wait_for_url("**/change/")
    case = AfterSalesCase.objects.get()
    expect(desk.locator("body")).to_contain_text(case.case_no)
    assert case.source == "phone"
