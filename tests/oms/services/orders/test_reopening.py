from decimal import Decimal

import pytest

from oms.dto import ChannelStatus, IncomingOrder
from oms.flows.order import OrderStatus
from oms.models import Demand, Order, PaymentAllocation, TimelineEntry
from oms.queries import proofs
from oms.services.dispatch import dispatch
from oms.services.holds import release_hold
from oms.services.orders.cancel import cancel_order
from oms.services.orders.expiry import expire_unpaid
from tests.factories.basics import NOW
from tests.factories.incoming import Shop, at, incoming_line, incoming_order, paid, revised
from tests.oms.services.floor import Floor

C = ChannelStatus
S = OrderStatus
UNPAID = incoming_order(channel_status=C.UNPAID, lines=(incoming_line(quantity=3),))


def expired(shop: Shop) -> Order:
    shop.store.unpaid_expiry_minutes = 30
    shop.store.save()
    order = shop.take_in(UNPAID)
    assert expire_unpaid(now=at(31)) == 1
    return order


def owed() -> int:
    assert list(proofs.units_owed()) == []
    return sum(Demand.objects.values_list("quantity", flat=True))


def codes(order: Order) -> list[str]:
    return list(order.holds.filter(released_at=None).values_list("code", flat=True))


def test_order_paid_after_our_expiry_waits_for_a_person_and_then_leaves(
    shop: Shop, floor: Floor
) -> None:
    shop.stock(5)
    order = expired(shop)
    assert owed() == 0
    shop.tell(paid(UNPAID, minutes=40), now=at(41))
    order.refresh_from_db()
    assert (order.status, order.eligible_at, codes(order)) == (
        S.PENDING_REVIEW,
        None,
        ["paid_late"],
    )
    assert (owed(), PaymentAllocation.objects.get(order=order).amount) == (3, Decimal(150))
    assert order.lines.get().paid_share == 150
    release_hold(order.holds.get().pk, actor=floor.actor, note="still there", now=at(42))
    dispatch(now=at(43))
    dispatch(now=at(60))
    order.refresh_from_db()
    assert order.status == S.RELEASED


@pytest.mark.parametrize("first", [UNPAID, revised(UNPAID, minutes=0, channel_status=C.CANCELLED)])
def test_cancellation_that_the_channel_takes_back_reopens(shop: Shop, first: IncomingOrder) -> None:
    order = shop.take_in(first)
    off = revised(first, channel_status=C.CANCELLED)
    shop.tell(off)
    back = (incoming_line(quantity=3, cancelled_quantity=1),)
    shop.tell(paid(off, lines=back), now=at(9))
    order.refresh_from_db()
    assert (order.status, codes(order), owed()) == (S.PENDING_REVIEW, ["paid_late"], 2)


def test_order_cancelled_after_payment_stays_so_and_tells_of_the_money(
    shop: Shop, floor: Floor
) -> None:
    told = paid(UNPAID)
    order = shop.take_in(told)
    cancel_order(order.pk, actor=floor.actor, reason="buyer", now=NOW)
    off = revised(told, channel_status=C.CANCELLED)
    shop.tell(off)
    shop.tell(revised(off, channel_status=C.PAID))
    order.refresh_from_db()
    assert (order.status, codes(order), owed()) == (S.CANCELLED, [], 0)
    story = TimelineEntry.objects.filter(subject="order", subject_id=order.pk).order_by("pk")
    said = list(story.values_list("action", flat=True))
    assert (said[-1], "cancelled_too_late" in said) == ("paid_after_cancel", False)
