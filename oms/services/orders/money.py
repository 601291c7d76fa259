"""The payments behind incoming orders. A cart payment pays several of them: one row, shared."""

from collections.abc import Iterable

from django.db.models import F

from oms import bulk
from oms.dto import IncomingOrder, IncomingPayment
from oms.models import Order, Payment, PaymentAllocation


def add_payments(orders: Iterable[tuple[Order, IncomingOrder]]) -> None:
    """Write the payments and what they pay. A payment known already gains the new order's part."""
    wanted = [
        (order, payment) for order, incoming in orders for payment in _payments(order, incoming)
    ]
    paid = set(
        PaymentAllocation.objects.filter(
            order__in=[order.pk for order, _payment in wanted]
        ).values_list("order_id", "payment__payment_no")
    )
    wanted = [(order, told) for order, told in wanted if (order.pk, told.payment_no) not in paid]
    if not wanted:
        return
    by_store: dict[int, set[str]] = {}
    for order, payment in wanted:
        by_store.setdefault(order.store_id, set()).add(payment.payment_no)
    known = {
        (row.store_id, row.payment_no): row
        for store_id, numbers in by_store.items()
        for row in Payment.objects.filter(store=store_id, payment_no__in=numbers)
    }
    fresh: dict[tuple[int, str], Payment] = {}
    for order, payment in wanted:
        key = (order.store_id, payment.payment_no)
        if key in known:
            Payment.objects.filter(pk=known[key].pk).update(amount=F("amount") + payment.amount)
        elif key in fresh:
            fresh[key].amount += payment.amount
        else:
            fresh[key] = _build(order, payment)
    bulk.insert(list(fresh.values()))
    known |= fresh
    bulk.insert(
        [
            PaymentAllocation(
                payment=known[order.store_id, told.payment_no], order=order, amount=told.amount
            )
            for order, told in wanted
        ]
    )


def _payments(order: Order, incoming: IncomingOrder) -> Iterable[IncomingPayment]:
    if incoming.payments:
        return incoming.payments
    if incoming.paid_at is None or not incoming.paid_amount:
        return ()
    # The channel tells only a sum: one payment under the order's own number.
    whole = IncomingPayment(
        payment_no=incoming.channel_order_no,
        amount=incoming.paid_amount,
        paid_at=incoming.paid_at,
    )
    return (whole,)


def _build(order: Order, payment: IncomingPayment) -> Payment:
    return Payment(
        store_id=order.store_id,
        payment_no=payment.payment_no,
        phase=payment.phase.value,
        method=payment.method,
        currency=order.currency,
        amount=payment.amount,
        paid_at=payment.paid_at,
    )
