"""Two orders of one buyer, two minutes apart: one parcel, one message, and either can leave."""

import pytest
from playwright.sync_api import Page

from oms.flows.order import OrderStatus
from oms.models import BuyerMessage, FulfillmentOrder, MergeMembership, Order
from tests.journeys.console import Console
from tests.journeys.hands import big, open_station, scan, sign_in
from tests.journeys.stage import HOODIE, SHIRT, Stage
from tests.journeys.work import hand_over, pack, pick
from tests.warehouse.services.books import assert_books_are_right, in_bin, on_hand
from warehouse.models import PutBackTask

pytestmark = pytest.mark.django_db(transaction=True)
S = OrderStatus


def two_orders_merged(stage: Stage) -> tuple[Order, Order]:
    """Buy twice, two minutes apart; the first order is still open when the second one comes."""
    first = stage.buy(HOODIE)
    stage.wait(minutes=2)
    stage.work()
    first.refresh_from_db()
    assert first.status == S.WAITING_MERGE
    second = stage.buy(SHIRT)
    members = MergeMembership.objects.filter(left_at=None).order_by("order_id")
    assert [member.order_id for member in members] == [first.pk, second.pk]
    stage.wait(minutes=11)
    stage.work()
    return first, second


def status_of(order: Order) -> str:
    order.refresh_from_db()
    return str(order.status)


def test_two_orders_leave_as_one_parcel_and_both_are_told(phone: Page, stage: Stage) -> None:
    first, second = two_orders_merged(stage)
    assert {status_of(first), status_of(second)} == {S.MERGED}
    assert FulfillmentOrder.objects.get().status == "waved"

    sign_in(phone, stage.floor)
    pick(phone, stage, stage.hoodie, stage.shirt)
    number = pack(phone, stage, stage.hoodie, stage.shirt)
    hand_over(phone, stage, number)

    assert stage.trackings() == {first.channel_order_no: number, second.channel_order_no: number}
    assert {status_of(first), status_of(second)} == {S.SHIPPED}
    message = BuyerMessage.objects.get()
    assert message.facts["waybill_no"] == number
    assert_books_are_right()


def test_sibling_cancelled_before_picking_is_never_picked(phone: Page, stage: Stage) -> None:
    first, second = two_orders_merged(stage)
    stage.change_mind(first)
    assert (status_of(first), status_of(second)) == (S.CANCELLED, S.MERGED)
    assert MergeMembership.objects.filter(left_at=None).get().order_id == second.pk

    sign_in(phone, stage.floor)
    pick(phone, stage, stage.shirt)
    number = pack(phone, stage, stage.shirt)
    hand_over(phone, stage, number)

    assert stage.trackings() == {second.channel_order_no: number}
    assert (status_of(first), status_of(second)) == (S.CANCELLED, S.SHIPPED)
    assert on_hand(stage.floor.warehouse, stage.hoodie) == 10
    assert BuyerMessage.objects.count() == 1
    assert_books_are_right()


def test_sibling_cancelled_after_picking_is_put_back(
    phone: Page, stage: Stage, console: Console
) -> None:
    console.allow(r"409 \(Conflict\)")  # packing the cancelled goods is refused, in red
    first, second = two_orders_merged(stage)
    sign_in(phone, stage.floor)
    pick(phone, stage, stage.hoodie, stage.shirt)
    stage.change_mind(first)
    assert status_of(first) == S.CANCELLED
    assert PutBackTask.objects.get().sku == stage.hoodie

    number = pack(phone, stage, stage.shirt, refused=stage.hoodie)
    hand_over(phone, stage, number)
    assert stage.trackings() == {second.channel_order_no: number}

    open_station(phone, "put_back")
    scan(phone, stage.hoodie.code)
    big(phone, "A-01")
    scan(phone, "A-01")
    shelf = stage.hoodie.bin_stock.get(bin__code="A-01").bin
    assert in_bin(shelf, stage.hoodie) == 10
    assert BuyerMessage.objects.count() == 1
    assert_books_are_right()
