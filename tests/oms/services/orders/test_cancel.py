from collections.abc import Callable
from decimal import Decimal

import pytest

from oms.access.checks import NotAllowed
from oms.dto import ChannelStatus, LineKind
from oms.flows.order import OrderStatus
from oms.models import Demand, FulfillmentLine, FulfillmentOrder, Order, StopToken, TimelineEntry
from oms.queries.stock import sellable
from oms.services.dispatch import dispatch
from oms.services.fulfillment.stations import DocumentCancelled, DocumentStopped
from oms.services.holds import hold_order
from oms.services.orders.cancel import TooLateToCancel, cancel_order, cancel_units
from oms.services.orders.expiry import expire_unpaid
from oms.services.orders.ingest import Verdict, ingest_many
from oms.transitions import IllegalTransition
from tests.factories.basics import NOW, UserFactory
from tests.factories.incoming import Shop, at, incoming_line, incoming_order, revised
from tests.oms.services.floor import Floor, document_of

C = ChannelStatus
S = OrderStatus


def pending(shop: Shop) -> Order:
    return shop.take_in()


def waiting(shop: Shop) -> Order:
    order = shop.take_in()
    dispatch(now=NOW)
    return order


def released(shop: Shop) -> Order:
    order = waiting(shop)
    dispatch(now=at(10))
    return order


def short(shop: Shop) -> Order:
    order = shop.take_in(incoming_order(lines=(incoming_line(quantity=99),)))
    dispatch(now=NOW)
    dispatch(now=at(10))
    assert order.holds.get().code == "shortage"
    return order


@pytest.mark.parametrize("stage", [pending, waiting, released, short])
def test_cancelled_order_frees_its_goods_at_every_stage(
    shop: Shop, floor: Floor, stage: Callable[[Shop], Order]
) -> None:
    shop.stock(5)
    order = stage(shop)
    cancel_order(order.pk, actor=floor.actor, reason="buyer asked", now=at(11))
    order.refresh_from_db()
    assert order.status == S.CANCELLED
    assert sellable([shop.sku().pk])[shop.sku().pk].units == 5
    assert not order.holds.filter(released_at=None).exists()
    item = order.items.get()
    assert item.cancelled_quantity == item.quantity
    dispatch(now=at(60))
    assert not FulfillmentOrder.objects.exclude(status="cancelled").exists()


def test_cancelling_needs_the_right_and_happens_once(shop: Shop, floor: Floor) -> None:
    order = pending(shop)
    stranger = UserFactory.create()
    with pytest.raises(NotAllowed):
        cancel_order(order.pk, actor=stranger, reason="", now=NOW)
    order.refresh_from_db()
    assert order.status == S.PENDING_REVIEW
    cancel_order(order.pk, actor=floor.actor, reason="", now=NOW)
    with pytest.raises(TooLateToCancel):
        cancel_order(order.pk, actor=floor.actor, reason="", now=NOW)


def test_cancel_reaches_the_picker(shop: Shop, floor: Floor) -> None:
    shop.stock(5)
    order = released(shop)
    document = document_of(order)
    floor.claim(document)
    cancel_order(order.pk, actor=floor.actor, reason="buyer asked", now=at(11))
    document.refresh_from_db()
    assert document.status == "cancelled"
    with pytest.raises(DocumentCancelled):
        floor.pick(document)
    assert shop.warehouse.stock.get().reserved == 0


def test_cancelled_unit_in_a_sealed_parcel_stops_it(shop: Shop, floor: Floor) -> None:
    shop.stock(5)
    lines = (incoming_line("P1"), incoming_line("P2"))
    shop.stock(5, "P2")
    told = incoming_order(lines=lines)
    order = shop.take_in(told)
    dispatch(now=NOW)
    dispatch(now=at(10))
    parcel = floor.pack(document_of(order))
    fewer = (incoming_line("P1", cancelled_quantity=1), incoming_line("P2"))
    shop.tell(revised(told, lines=fewer), now=at(11))
    with pytest.raises(DocumentStopped):
        floor.hand_over(parcel)
    token = StopToken.objects.get()
    assert (token.order, token.station, token.lifted_at) == (order, "packed", None)


def test_hold_that_ends_does_not_free_a_parcel_with_cancelled_units(
    shop: Shop, floor: Floor
) -> None:
    shop.stock(5)
    told = incoming_order(lines=(incoming_line(quantity=2),))
    order = shop.take_in(told)
    dispatch(now=NOW)
    dispatch(now=at(10))
    floor.pack(document_of(order))
    shop.tell(revised(told, platform_hold="risk"), now=at(11))
    fewer = (incoming_line(quantity=2, cancelled_quantity=1),)
    shop.tell(revised(told, minutes=2, platform_hold="risk", lines=fewer), now=at(12))
    assert StopToken.objects.filter(lifted_at=None).count() == 2
    shop.tell(revised(told, minutes=3, lines=fewer), now=at(13))
    token = StopToken.objects.get(lifted_at=None)
    assert token.reason == "cancelled on the channel"


def test_part_cancel_takes_the_units_off_the_line(shop: Shop) -> None:
    shop.stock(5)
    told = incoming_order(lines=(incoming_line(quantity=3),))
    order = shop.take_in(told)
    dispatch(now=NOW)
    dispatch(now=at(10))
    document = document_of(order)
    fewer = (incoming_line(quantity=3, cancelled_quantity=2),)
    shop.tell(revised(told, lines=fewer), now=at(11))
    item = order.items.get()
    assert (item.quantity, item.cancelled_quantity, item.assigned_quantity) == (3, 2, 1)
    assert FulfillmentLine.objects.get().quantity == 1
    assert shop.warehouse.stock.get().reserved == 1
    document.refresh_from_db()
    assert document.status == "released"
    assert order.lines.get().cancelled_quantity == 2
    again = revised(told, minutes=2, lines=fewer)
    shop.tell(again, now=at(12))
    assert order.items.get().cancelled_quantity == 2


def test_part_cancel_before_review_lowers_the_demand(shop: Shop) -> None:
    told = incoming_order(lines=(incoming_line(quantity=3),))
    order = shop.take_in(told)
    shop.tell(revised(told, lines=(incoming_line(quantity=3, cancelled_quantity=1),)))
    assert Demand.objects.get().quantity == 2
    order.refresh_from_db()
    assert order.status == S.PENDING_REVIEW


def test_order_that_came_with_cancelled_units_owes_the_rest(shop: Shop) -> None:
    shop.stock(5)
    lines = (incoming_line("P1", quantity=3, cancelled_quantity=1),)
    order = shop.take_in(incoming_order(lines=lines))
    dispatch(now=NOW)
    dispatch(now=at(10))
    assert document_of(order).lines.get().quantity == 2


def test_order_of_which_nothing_is_left_leaves_the_warehouse(shop: Shop) -> None:
    shop.stock(5)
    told = incoming_order()
    order = shop.take_in(told)
    dispatch(now=NOW)
    dispatch(now=at(10))
    shop.tell(revised(told, lines=(incoming_line(cancelled_quantity=1),)), now=at(11))
    dispatch(now=at(60))
    order.refresh_from_db()
    assert FulfillmentOrder.objects.get().status == "cancelled"
    assert order.status == S.APPROVED
    assert [hold.code for hold in order.holds.filter(released_at=None)] == ["nothing_to_ship"]


def test_gifts_alone_do_not_leave(shop: Shop) -> None:
    shop.stock(5)
    shop.stock(5, "P2")
    gift = incoming_line("P2", kind=LineKind.GIFT, unit_price=Decimal(0))
    told = incoming_order(lines=(incoming_line("P1", quantity=2), gift))
    order = shop.take_in(told)
    dispatch(now=NOW)
    dispatch(now=at(10))
    for minutes, cancelled in ((1, 1), (2, 2)):
        line = incoming_line("P1", quantity=2, cancelled_quantity=cancelled)
        shop.tell(revised(told, minutes=minutes, lines=(line, gift)), now=at(11))
        held = order.holds.filter(code="only_gifts_left").exists()
        assert held is (cancelled == 2)
    order.refresh_from_db()
    assert order.status == S.APPROVED
    assert FulfillmentOrder.objects.get().status == "cancelled"


def test_rest_of_a_partly_shipped_order_can_still_be_cancelled(shop: Shop, floor: Floor) -> None:
    shop.stock(5)
    told = incoming_order(lines=(incoming_line(quantity=3),))
    order = shop.take_in(told)
    dispatch(now=NOW)
    dispatch(now=at(10))
    document = document_of(order)
    first = floor.pack(document, units={document.lines.get().pk: 1})
    rest = floor.box(document)
    floor.hand_over(first)
    order.refresh_from_db()
    assert order.status == S.PARTLY_SHIPPED
    fewer = (incoming_line(quantity=3, cancelled_quantity=2),)
    shop.tell(revised(told, channel_status=C.PARTLY_SHIPPED, lines=fewer), now=at(11))
    order.refresh_from_db()
    item = order.items.get()
    assert (order.status, item.shipped_quantity, item.cancelled_quantity) == (S.SHIPPED, 1, 2)
    with pytest.raises(DocumentStopped):
        floor.hand_over(rest)


def test_more_than_is_left_cannot_be_cancelled(shop: Shop, floor: Floor) -> None:
    shop.stock(5)
    order = released(shop)
    floor.ship(document_of(order))
    order.refresh_from_db()
    item = order.items.get()
    with pytest.raises(TooLateToCancel):
        cancel_units(order, units={item.pk: 1}, reason="x", now=at(11))
    with pytest.raises(TooLateToCancel):
        cancel_order(order.pk, actor=floor.actor, reason="x", now=at(11))
    assert order.items.get().cancelled_quantity == 0


def test_unit_cancelled_here_and_on_the_channel_is_cancelled_once(shop: Shop) -> None:
    told = incoming_order(lines=(incoming_line(quantity=3),))
    order = shop.take_in(told)
    cancel_units(order, units={order.items.get().pk: 1}, reason="by hand", now=NOW)
    shop.tell(revised(told, lines=(incoming_line(quantity=3, cancelled_quantity=1),)))
    assert order.items.get().cancelled_quantity == 1
    shop.tell(revised(told, minutes=2, lines=(incoming_line(quantity=3, cancelled_quantity=3),)))
    assert order.items.get().cancelled_quantity == 3


def test_units_cancelled_too_late_are_noted(shop: Shop, floor: Floor) -> None:
    shop.stock(5)
    told = incoming_order(lines=(incoming_line(quantity=2),))
    order = shop.take_in(told)
    dispatch(now=NOW)
    dispatch(now=at(10))
    document = document_of(order)
    floor.hand_over(floor.pack(document, units={document.lines.get().pk: 1}))
    all_off = (incoming_line(quantity=2, cancelled_quantity=2),)
    shop.tell(revised(told, channel_status=C.PARTLY_SHIPPED, lines=all_off), now=at(11))
    item = order.items.get()
    assert (item.shipped_quantity, item.cancelled_quantity) == (1, 1)
    entry = TimelineEntry.objects.get(action="cancelled_too_late")
    assert entry.detail == {"units": 1}


def test_revision_that_cannot_be_followed_is_refused_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*_args: object, **_kwargs: object) -> None:
        raise TooLateToCancel

    monkeypatch.setattr("oms.services.orders.revision.cancel_locked", too_late)
    told = [incoming_order(number) for number in ("1", "2", "3")]
    for order in told:
        shop.tell(order)
    told[1] = revised(told[1], channel_status=C.CANCELLED)
    told[2] = revised(told[2], seller_memo="x")
    outcomes = ingest_many(shop.store.pk, orders=told, now=NOW)
    verdicts = [outcome.verdict for outcome in outcomes]
    assert verdicts == [Verdict.UNCHANGED, Verdict.REFUSED, Verdict.UPDATED]
    assert isinstance(outcomes[1].refusal, TooLateToCancel)
    assert Order.objects.get(channel_order_no="2").revision == 1


def test_held_order_can_be_cancelled_and_its_stop_goes_with_it(shop: Shop, floor: Floor) -> None:
    shop.stock(5)
    order = released(shop)
    floor.claim(document_of(order))
    hold_order(order.pk, actor=floor.actor, detail="?", now=at(11))
    assert StopToken.objects.get().lifted_at is None
    cancel_order(order.pk, actor=floor.actor, reason="yes", now=at(12))
    assert StopToken.objects.get().lifted_at == at(12)


def test_unpaid_order_lets_its_goods_go_after_a_while(shop: Shop) -> None:
    shop.stock(5)
    shop.store.unpaid_expiry_minutes = 30
    shop.store.save()
    late = shop.take_in(incoming_order("1", channel_status=C.UNPAID))
    shop.take_in(incoming_order("2", channel_status=C.UNPAID), now=at(5))
    shop.take_in(incoming_order("3"))
    assert expire_unpaid(now=at(31)) == 1
    assert list(Order.objects.filter(status=S.CANCELLED)) == [late]
    assert sellable([shop.sku().pk])[shop.sku().pk].units == 3


def test_expiry_goes_on_until_nothing_is_left(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oms.services.orders.expiry._PAGE", 1)
    shop.store.unpaid_expiry_minutes = 30
    shop.store.save()
    for number in "123":
        shop.take_in(incoming_order(number, channel_status=C.UNPAID))
    assert expire_unpaid(now=at(31)) == 3


def test_order_cancelled_here_stays_cancelled(shop: Shop, floor: Floor) -> None:
    told = incoming_order()
    order = shop.take_in(told)
    cancel_order(order.pk, actor=floor.actor, reason="x", now=NOW)
    shop.tell(revised(told, seller_memo="?", lines=(incoming_line(quantity=7),)))
    order.refresh_from_db()
    assert (order.status, order.seller_memo) == (S.CANCELLED, "?")
    assert issubclass(TooLateToCancel, Exception)
    assert not issubclass(TooLateToCancel, IllegalTransition)
