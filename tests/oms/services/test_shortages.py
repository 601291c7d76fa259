import pytest

from oms.dto import ChannelStatus
from oms.flows.order import OrderStatus
from oms.models import Order, OrderHold, RouteDecision
from oms.queries.stock import sellable
from oms.services import shortages
from oms.services.dispatch import dispatch, retry_shortages
from oms.services.fulfillment.documents import owed_items
from oms.services.holds import hold_order, release_hold
from oms.services.review import unapprove_order
from tests.factories.basics import NOW
from tests.factories.incoming import Shop, at, incoming_line, incoming_order, revised
from tests.oms.services.day import Day, are_together, status_of
from tests.oms.services.floor import Floor

S = OrderStatus


def short_of(shop: Shop, number: str, *, units: int = 1, paid_minute: float = 0) -> Order:
    """Take in an order of a guest, for whom there is nothing on the shelf."""
    lines = (incoming_line(quantity=units),)
    told = incoming_order(number, buyer=None, lines=lines, paid_at=at(paid_minute))
    order = shop.take_in(told)
    dispatch(now=NOW)
    order.refresh_from_db()
    assert order.holds.get(released_at=None).code == "shortage"
    return order


def test_shortage_is_held_and_still_owed(shop: Shop) -> None:
    shop.stock(2)
    order = short_of(shop, "1", units=3)
    assert (order.status, order.eligible_at, order.release_at) == (S.APPROVED, None, None)
    assert sellable([shop.sku().pk])[shop.sku().pk].units == -1
    decision = RouteDecision.objects.get()
    assert (decision.warehouse, decision.reason) == (None, "none_has_everything")
    assert decision.alternatives == [
        {
            "warehouse": shop.warehouse.code,
            "verdict": "short",
            "missing": {str(shop.sku().pk): 1},
        }
    ]


def test_stock_that_comes_goes_to_the_oldest_payment(shop: Shop) -> None:
    orders = [short_of(shop, str(n), paid_minute=-n) for n in range(4)]
    assert retry_shortages(now=at(5)) == 0
    shop.stock(2)
    assert retry_shortages(now=at(10)) == 2
    assert [status_of(order) for order in orders] == [
        S.APPROVED,
        S.APPROVED,
        S.ALLOCATED,
        S.ALLOCATED,
    ]
    assert OrderHold.objects.filter(released_at=None).count() == 2
    orders[3].refresh_from_db()
    assert orders[3].eligible_at == at(10)
    dispatch(now=at(10))
    assert status_of(orders[3]) == S.RELEASED
    shop.stock(2)
    assert retry_shortages(now=at(15)) == 2


def test_who_wants_more_than_comes_does_not_block_who_wants_less(shop: Shop) -> None:
    greedy = short_of(shop, "1", units=5, paid_minute=-9)
    modest = short_of(shop, "2", units=2)
    shop.stock(3)
    assert retry_shortages(now=at(5)) == 1
    assert (status_of(greedy), status_of(modest)) == (S.APPROVED, S.ALLOCATED)


def test_hundreds_who_cannot_be_served_do_not_hide_one_who_can(shop: Shop) -> None:
    for number in range(110):
        shop.take_in(incoming_order(str(number), buyer=None))
    shop.take_in(incoming_order("other", buyer=None, lines=(incoming_line("P2"),), paid_at=at(9)))
    dispatch(now=at(9))
    shop.stock(1, "P2")
    assert retry_shortages(now=at(10)) == 1


def test_who_wants_what_nobody_has_is_not_even_loaded(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        short_of(shop, str(number))
    lines = (incoming_line("P2"),)
    other = shop.take_in(incoming_order("other", buyer=None, lines=lines))
    dispatch(now=NOW)
    shop.stock(1, "P2")
    loaded: list[int] = []

    def watched(ids: list[int]) -> object:
        loaded.extend(ids)
        return owed_items(ids)

    monkeypatch.setattr(shortages, "owed_items", watched)
    assert retry_shortages(now=at(5)) == 1
    assert loaded == [other.pk]


def test_all_who_can_be_served_are_served_at_once(shop: Shop) -> None:
    for number in range(120):
        shop.take_in(incoming_order(str(number), buyer=None))
    dispatch(now=NOW)
    shop.stock(115)
    assert retry_shortages(now=at(5)) == 115
    assert Order.objects.filter(status=S.ALLOCATED).count() == 115


def test_order_held_for_another_reason_too_gets_no_goods_yet(shop: Shop, floor: Floor) -> None:
    order = short_of(shop, "1")
    hold_order(order.pk, actor=floor.actor, detail="?", now=at(1))
    shop.stock(1)
    assert retry_shortages(now=at(5)) == 0
    hold = order.holds.get(code="person")
    release_hold(hold.pk, actor=floor.actor, note="", now=at(6))
    assert retry_shortages(now=at(10)) == 1
    assert status_of(order) == S.ALLOCATED


def test_order_taken_back_into_review_is_not_short(shop: Shop, floor: Floor) -> None:
    order = short_of(shop, "1")
    unapprove_order(order.pk, actor=floor.actor, reason="?", now=at(1))
    release_hold(order.holds.get(code="person").pk, actor=floor.actor, note="", now=at(2))
    assert retry_shortages(now=at(5)) == 1
    assert not order.holds.filter(released_at=None).exists()
    dispatch(now=at(5))
    assert order.holds.get(released_at=None).code == "shortage"


def test_short_order_can_be_cancelled(shop: Shop) -> None:
    order = short_of(shop, "1")
    told = incoming_order("1", buyer=None)
    shop.tell(revised(told, channel_status=ChannelStatus.CANCELLED))
    assert status_of(order) == S.CANCELLED
    shop.stock(1)
    assert retry_shortages(now=at(5)) == 0


def test_late_sibling_joins_an_order_that_was_short(day: Day) -> None:
    first = day.order("1", lines=(incoming_line("P2"),))
    day.until(10)
    assert first.holds.get().code == "shortage"
    day.shop.stock(1, "P2")
    retry_shortages(now=day.now)
    day.minute = 11
    second = day.order("2")
    day.until(15)
    assert are_together(first, second)
