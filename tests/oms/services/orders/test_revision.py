from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from oms.dto import ChannelStatus
from oms.flows.order import OrderStatus
from oms.models import Demand, FulfillmentOrder, Order, OutboxEvent, TimelineEntry
from oms.services.dispatch import dispatch
from oms.services.fulfillment.uploads import begin_upload
from oms.services.orders.ingest import Verdict
from oms.transitions import fire
from tests.factories.basics import NOW, WarehouseFactory
from tests.factories.incoming import Shop, at, incoming_line, incoming_order, paid, revised
from tests.oms.services.floor import Floor, document_of
from tests.oms.services.rows import rows

C = ChannelStatus
S = OrderStatus


def released(shop: Shop, number: str = "1001") -> Order:
    """Take an order in and send it on until the warehouse has it."""
    shop.stock(50)
    order = shop.take_in(incoming_order(number))
    dispatch(now=NOW)
    dispatch(now=at(10))
    order.refresh_from_db()
    assert order.status == S.RELEASED
    return order


def actions(order: Order) -> list[str]:
    entries = TimelineEntry.objects.filter(subject="order", subject_id=order.pk).order_by("pk")
    return list(entries.values_list("action", flat=True))


def test_revision_updates_what_it_says_and_tells_which_columns(shop: Shop) -> None:
    told = incoming_order(buyer_memo="轻放")
    order = shop.take_in(told)
    outcome = shop.tell(revised(told, buyer_memo="请轻放", seller_flag="red"))
    order.refresh_from_db()
    assert outcome.verdict is Verdict.UPDATED
    assert (order.buyer_memo, order.seller_flag, order.revision) == ("请轻放", "red", 2)
    entry = TimelineEntry.objects.get(action="revise")
    assert entry.detail == {"changed": ["buyer_memo", "channel_modified_at", "seller_flag"]}


def test_blank_text_never_overwrites(shop: Shop) -> None:
    told = incoming_order(buyer_memo="轻放", ship_by=at(600), promised_carrier="sf")
    order = shop.take_in(told)
    shop.tell(revised(told, buyer_memo="", ship_by=None, promised_carrier="", seller_memo="x"))
    order.refresh_from_db()
    assert (order.buyer_memo, order.ship_by, order.promised_carrier) == ("轻放", at(600), "sf")


def test_older_revision_changes_nothing_and_is_logged(shop: Shop) -> None:
    told = incoming_order()
    order = shop.take_in(revised(told, minutes=5, seller_memo="new"))
    before = rows()
    assert shop.tell(revised(told, channel_status=C.CANCELLED)).verdict is Verdict.STALE
    after = rows()
    changed = {table: after[table] - count for table, count in before.items()}
    assert {table: n for table, n in changed.items() if n} == {"oms_timelineentry": 1}
    order.refresh_from_db()
    assert (order.status, order.seller_memo, order.revision) == (S.PENDING_REVIEW, "new", 1)
    assert actions(order) == ["create", "older_revision"]


def test_unpaid_order_holds_its_goods_and_waits_for_the_money(shop: Shop) -> None:
    shop.stock(5)
    told = incoming_order(channel_status=C.UNPAID)
    order = shop.take_in(told)
    assert (order.status, order.eligible_at) == (S.UNPAID, None)
    assert Demand.objects.get().quantity == 1
    assert dispatch(now=at(60)) == dict.fromkeys(dispatch(now=at(60)), 0)
    shop.tell(paid(told), now=at(61))
    order.refresh_from_db()
    assert (order.status, order.eligible_at) == (S.PENDING_REVIEW, at(61))
    assert (order.paid_amount, order.receivable, order.channel_status) == (50, 0, C.PAID)


def test_unpaid_order_that_is_held_is_not_ready_when_paid(shop: Shop) -> None:
    told = incoming_order(channel_status=C.UNPAID, receiver=None)
    order = shop.take_in(told)
    shop.tell(paid(told), now=at(5))
    order.refresh_from_db()
    assert (order.status, order.eligible_at) == (S.PENDING_REVIEW, None)


@pytest.mark.parametrize("status", [C.SHIPPED, C.COMPLETED])
def test_shipped_on_the_channel_is_closed_and_its_goods_are_free(
    shop: Shop, status: ChannelStatus
) -> None:
    order = released(shop)
    shop.tell(revised(incoming_order(), channel_status=status), now=at(11))
    order.refresh_from_db()
    assert order.status == S.CLOSED_EXTERNAL
    assert FulfillmentOrder.objects.get().status == "cancelled"
    level = shop.warehouse.stock.get()
    assert (level.on_hand, level.reserved) == (50, 0)
    assert Demand.objects.get().quantity == 0


@pytest.mark.parametrize("status", [C.PARTLY_SHIPPED, C.SHIPPED])
@pytest.mark.parametrize("is_opened", [False, True])
def test_what_we_told_at_the_label_does_not_come_back_as_shipped_elsewhere(
    shop: Shop, floor: Floor, status: ChannelStatus, is_opened: bool
) -> None:
    order = released(shop)
    parcel = floor.pack(document_of(order))
    begin_upload(parcel.pk, now=at(10))
    if is_opened:
        fire(parcel, "cancel", now=at(10))
    shop.tell(revised(incoming_order(), channel_status=status), now=at(11))
    order.refresh_from_db()
    assert (order.status, order.channel_status) == (S.RELEASED, status)
    assert not order.holds.exists()


def test_what_the_channel_says_after_we_shipped(shop: Shop, floor: Floor) -> None:
    order = released(shop)
    floor.ship(document_of(order))
    told = revised(incoming_order(), channel_status=C.SHIPPED)
    shop.tell(told)
    order.refresh_from_db()
    assert order.status == S.SHIPPED
    late = revised(told, channel_status=C.CANCELLED)
    assert shop.tell(late).verdict is Verdict.UPDATED
    assert actions(order)[-1] == "cancelled_too_late"
    shop.tell(revised(late, channel_status=C.COMPLETED))
    order.refresh_from_db()
    assert order.status == S.COMPLETED


@pytest.mark.parametrize(
    "lines",
    [
        (incoming_line("P1"), incoming_line("P2")),
        (incoming_line("P1", quantity=2),),
        (incoming_line("P2"),),
    ],
)
def test_other_lines_hold_the_order_until_a_person_decided(
    shop: Shop, lines: tuple[object, ...]
) -> None:
    order = released(shop)
    shop.tell(revised(incoming_order(), lines=lines), now=at(11))
    order.refresh_from_db()
    assert (order.status, order.eligible_at) == (S.APPROVED, None)
    assert [hold.code for hold in order.holds.all()] == ["changed_on_channel"]
    assert order.lines.count() == 1
    dispatch(now=at(60))
    order.refresh_from_db()
    assert order.status == S.APPROVED


def test_lines_in_another_order_are_the_same_lines(shop: Shop) -> None:
    lines = tuple(incoming_line(f"P{n}", channel_line_no=str(n)) for n in (1, 2, 3))
    told = incoming_order(lines=lines)
    shop.take_in(told)
    assert shop.tell(revised(told, minutes=0, lines=lines[::-1])).verdict is Verdict.UNCHANGED


@pytest.mark.parametrize(
    "change", [{"promised_carrier": "zto"}, {"presale": True}, {"not_before": at(500)}]
)
def test_other_promise_takes_the_order_out_of_the_warehouse(
    shop: Shop, change: dict[str, Any]
) -> None:
    order = released(shop)
    old = document_of(order)
    shop.tell(revised(incoming_order(), **change), now=at(11))
    order.refresh_from_db()
    old.refresh_from_db()
    assert (order.status, order.eligible_at, old.status) == (S.APPROVED, at(11), "cancelled")
    dispatch(now=at(11))
    dispatch(now=at(500))
    dispatch(now=at(500))
    new = document_of(order)
    assert new != old
    assert new.carrier == change.get("promised_carrier", "")


def test_other_deadline_reaches_the_document(shop: Shop) -> None:
    order = released(shop)
    shop.tell(revised(incoming_order(), ship_by=at(300)), now=at(11))
    assert document_of(order).ship_by == at(300)
    order.refresh_from_db()
    assert order.status == S.RELEASED


def test_nearer_deadline_ends_the_waiting(shop: Shop) -> None:
    shop.stock(5)
    told = incoming_order(ship_by=NOW + timedelta(days=2))
    order = shop.take_in(told)
    dispatch(now=NOW)
    order.refresh_from_db()
    assert order.release_at == at(10)
    shop.tell(revised(told, ship_by=at(125)), now=at(1))
    dispatch(now=at(1))
    order.refresh_from_db()
    assert (order.status, order.release_at) == (S.WAITING_MERGE, at(5))


def test_amount_that_does_not_fit_is_held_until_it_does(shop: Shop) -> None:
    told = incoming_order(paid_amount=Decimal("49.00"))
    order = shop.take_in(told)
    dispatch(now=NOW)
    [hold] = order.holds.all()
    assert (hold.code, hold.detail) == ("amount_mismatch", "49.00 < 50.00")
    shop.tell(revised(told, paid_amount=Decimal("49.50")), now=at(1))
    dispatch(now=at(1))
    order.refresh_from_db()
    assert order.status == S.PENDING_REVIEW
    shop.tell(revised(told, minutes=2, paid_amount=Decimal("50.00")), now=at(2))
    dispatch(now=at(2))
    order.refresh_from_db()
    assert order.status == S.WAITING_MERGE


def test_appointed_warehouse_is_found_by_its_code(shop: Shop) -> None:
    place = WarehouseFactory.create(code="north-1")
    told = incoming_order(appointed_warehouse="north-1")
    assert shop.take_in(told).appointed_warehouse == place


def test_order_for_a_warehouse_that_nobody_knows_waits_for_a_person(shop: Shop) -> None:
    order = shop.take_in(incoming_order(appointed_warehouse="nowhere"))
    [hold] = order.holds.all()
    assert (hold.code, hold.detail) == ("unknown_warehouse", "nowhere")
    assert (order.appointed_warehouse, order.eligible_at) == (None, None)
    assert dispatch(now=NOW)["reviewed"] == 0


def test_only_news_wakes_the_dispatcher_and_the_warehouse(shop: Shop) -> None:
    order = released(shop)
    OutboxEvent.objects.all().delete()
    shop.tell(incoming_order())
    assert not OutboxEvent.objects.exists()
    shop.tell(revised(incoming_order(), channel_status=C.CANCELLED))
    names = sorted(OutboxEvent.objects.values_list("name", flat=True))
    assert names == ["oms.fulfillment.recalled", "oms.stock.changed"]
    order.refresh_from_db()
    assert order.status == S.CANCELLED
