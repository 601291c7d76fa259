"""One order from two sides at the same instant."""

from decimal import Decimal
from functools import partial

import pytest

from oms.dto import ChannelStatus, IncomingPayment
from oms.flows.order import OrderStatus
from oms.models import Buyer, Order, OrderItem, Payment, PaymentAllocation, Receiver, User
from oms.queries.proofs import violations
from oms.services.dispatch import dispatch
from oms.services.holds import hold_order
from oms.services.orders.cancel import cancel_order
from oms.services.orders.ingest import Outcome, Verdict, ingest, ingest_many
from tests.factories.basics import NOW, UserFactory
from tests.factories.incoming import Shop, at, incoming_line, incoming_order, paid
from tests.races.together import queued_behind, refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
S = OrderStatus


def verdicts(results: list[Outcome | BaseException]) -> list[Verdict]:
    assert refusals(results) == []
    return sorted(result.verdict for result in results if isinstance(result, Outcome))


def test_webhook_and_pull_of_one_order_make_one_order() -> None:
    shop = Shop()
    shop.listing()
    tell = partial(ingest, shop.store.pk, order=incoming_order(), now=NOW)
    results = together(*[tell] * 6)
    assert verdicts(results) == [Verdict.CREATED, *[Verdict.UNCHANGED] * 5]
    assert Order.objects.count() == Receiver.objects.count() == 1
    assert OrderItem.objects.count() == Payment.objects.count() == 1
    assert violations() == []


def test_created_and_paid_at_one_instant_are_one_paid_order() -> None:
    shop = Shop()
    shop.listing()
    created = incoming_order(channel_status=ChannelStatus.UNPAID)
    tell = partial(ingest, shop.store.pk, now=NOW)
    results = together(*[partial(tell, order=told) for told in (created, paid(created)) * 3])
    assert refusals(results) == []
    order = Order.objects.get()
    assert (order.status, order.channel_status) == (S.PENDING_REVIEW, ChannelStatus.PAID)
    assert Payment.objects.get().amount == order.lines.get().paid_share == 50
    assert violations() == []


def test_two_pulls_of_one_page_take_every_order_in_once() -> None:
    shop = Shop()
    shop.listing()
    page = [incoming_order(f"{number}", lines=(incoming_line(),)) for number in range(60)]
    results = together(
        partial(ingest_many, shop.store.pk, orders=page, now=NOW),
        partial(ingest_many, shop.store.pk, orders=page[::-1], now=NOW),
        partial(ingest_many, shop.store.pk, orders=page[20:], now=NOW),
    )
    assert refusals(results) == []
    assert Order.objects.count() == OrderItem.objects.count() == Receiver.objects.count() == 60
    assert Buyer.objects.count() == 1
    assert violations() == []


def test_listing_seen_first_by_two_is_listed_once() -> None:
    shop = Shop()
    told = [
        incoming_order(f"{n}", lines=tuple(incoming_line(f"P{(n + i) % 4}") for i in range(4)))
        for n in range(4)
    ]
    results = together(*[partial(ingest, shop.store.pk, order=order, now=NOW) for order in told])
    assert verdicts(results) == [Verdict.REFUSED] * 4
    assert shop.store.listings.count() == 4


def test_two_orders_of_one_cart_share_their_payment() -> None:
    shop = Shop()
    shop.listing()
    cart = IncomingPayment(payment_no="CART", amount=Decimal("50.00"), paid_at=NOW)
    told = [incoming_order(str(number), payments=(cart,)) for number in range(4)]
    results = together(*[partial(ingest, shop.store.pk, order=order, now=NOW) for order in told])
    assert verdicts(results) == [Verdict.CREATED] * 4
    assert Payment.objects.get().amount == 200
    assert PaymentAllocation.objects.count() == 4
    assert violations() == []


@pytest.mark.parametrize("round_", range(3))
def test_order_cancelled_while_it_is_sent_on_never_leaves(round_: int) -> None:
    order, actor = waiting_order()
    cancel = partial(cancel_order, order.pk, actor=actor, reason="x", now=at(10))
    results = queued_behind(order, cancel, partial(dispatch, now=at(10)))
    assert refusals(results) == []
    order.refresh_from_db()
    assert order.status == S.CANCELLED
    assert order.store.orders.get().items.get().assigned_quantity == 0
    assert violations() == []


@pytest.mark.parametrize("round_", range(3))
def test_order_held_while_it_is_sent_on_stands_still(round_: int) -> None:
    order, actor = waiting_order()
    hold = partial(hold_order, order.pk, actor=actor, detail="", now=at(10))
    results = queued_behind(order, partial(dispatch, now=at(10)), hold)
    assert refusals(results) == []
    order.refresh_from_db()
    assert order.status == S.APPROVED
    assert order.items.get().assigned_quantity == 0
    dispatch(now=at(11))
    order.refresh_from_db()
    assert order.status == S.APPROVED
    assert violations() == []


def waiting_order() -> tuple[Order, User]:
    shop = Shop()
    shop.stock(5)
    order = shop.take_in()
    dispatch(now=NOW)
    return order, UserFactory.create(superuser=True)
