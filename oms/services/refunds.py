"""Money back: never more than was paid for the units, only to the payments it came from, once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from oms.audit import timeline
from oms.evidence.append import append
from oms.flows.refund import RefundStatus
from oms.models import Order, OrderItem, Payment, Refund, RefundLine, User
from oms.models.base import new_number
from oms.models.locking import atomic_service, lock_row, lock_rows
from oms.refusals import Refusal
from oms.rules.shares import CENT, share_out
from oms.transitions import fire


class RefundTooHigh(Refusal):
    message = _("At most %(most)s can still be refunded for these units.")


class UnitsPaidBack(Refusal):
    message = _("Some of these units were paid back already.")


class NothingPaid(Refusal):
    message = _("No payment of this order can still give money back.")


def refundable(order_id: int, *, units: Mapping[int, int]) -> Decimal:
    """Return what the buyer paid for these units ({order item id: units}) and has not got back,
    in the order's currency."""
    items = OrderItem.objects.filter(order=order_id, pk__in=units)
    return sum((left_of(item, units=units[item.pk]) for item in items), Decimal(0))


def left_of(item: OrderItem, *, units: int) -> Decimal:
    """Return what was paid for these units of an item and has not gone back."""
    paid, back = Decimal(item.paid_share), Decimal(item.refunded_amount)
    share = (paid * units / item.quantity).quantize(CENT, rounding=ROUND_HALF_UP)
    return min(share, paid - back)


@atomic_service
def ask(
    order_id: int,
    *,
    case_no: str,
    units: Mapping[int, int],
    amount: Decimal,
    reason: str,
    actor: User | None,
    now: datetime,
) -> Refund:
    """Ask for a refund of some units; asked twice for one case it is the same refund.

    The amount is set aside at once, on the items and on the payments, so that two refunds can never
    add up to more than was paid.

    :raises UnitsPaidBack: if a unit was refunded before
    :raises RefundTooHigh: if the units were not paid that much, or it was refunded before
    :raises NothingPaid: if the order's payments cannot give it
    """
    order = lock_row(Order, order_id)
    known = Refund.objects.filter(order=order, case_no=case_no).first() if case_no else None
    if known is not None:
        return known
    items = lock_rows(OrderItem, units)
    if any(item.refunded_quantity + units[item.pk] > item.quantity for item in items):
        raise UnitsPaidBack
    most = sum((left_of(item, units=units[item.pk]) for item in items), Decimal(0))
    if not 0 < amount <= most:
        raise RefundTooHigh(most=most)
    refund = Refund.objects.create(
        refund_no=new_number("RF", now.date()),
        store_id=order.store_id,
        order=order,
        case_no=case_no,
        currency=order.currency,
        amount=amount,
        reason=reason[:200],
        asked_at=now,
        status=RefundStatus.ASKED,
        status_at=now,
    )
    weights = [left_of(item, units=units[item.pk]) for item in items]
    parts = list(zip(items, share_out(amount, weights), strict=True))
    set_aside(refund, parts=parts, units=units, purse=Purse(order))
    timeline.record_created(refund.SUBJECT, [refund.pk], refund.status, at=now, actor=actor)
    facts = {"amount": str(amount), "currency": order.currency, "order": order.order_no}
    append("refund.ask", refund.refund_no, at=now, actor=actor, facts=facts)
    return refund


def set_aside(
    refund: Refund,
    *,
    parts: Sequence[tuple[OrderItem, Decimal]],
    units: Mapping[int, int],
    purse: "Purse",
) -> None:
    """Write one line per (item, payment) and raise both counters.

    What the parts leave of the refund's amount (freight) is taken from the payments alone.

    :raises NothingPaid: if the payments do not hold that much any more
    """
    for item, part in parts:
        pieces = units.get(item.pk, 0)
        OrderItem.objects.filter(pk=item.pk).update(
            refunded_amount=F("refunded_amount") + part,
            refunded_quantity=F("refunded_quantity") + pieces,
        )
        _write_lines(refund, item, part, pieces=pieces, purse=purse)
    rest = refund.amount - sum((part for _item, part in parts), Decimal(0))
    _write_lines(refund, None, rest, pieces=0, purse=purse)


def _write_lines(
    refund: Refund, item: OrderItem | None, amount: Decimal, *, pieces: int, purse: "Purse"
) -> None:
    for position, (allocation_id, taken) in enumerate(purse.take(amount)):
        RefundLine.objects.create(
            refund=refund,
            allocation_id=allocation_id,
            order_item=item,
            quantity=0 if position else pieces,
            amount=taken,
        )


class Purse:
    """What each payment of an order can still give back, the latest payment first."""

    def __init__(self, order: Order) -> None:
        allocations = list(order.allocations.order_by("-payment__paid_at", "-pk"))
        lock_rows(Payment, [allocation.payment_id for allocation in allocations])
        back: dict[int, Decimal] = {}
        for line in RefundLine.objects.filter(allocation__in=allocations):
            back[line.allocation_id] = back.get(line.allocation_id, Decimal(0)) + line.amount
        self.left = {
            allocation.pk: (allocation.payment_id, allocation.amount - back.get(allocation.pk, 0))
            for allocation in allocations
        }

    @property
    def total(self) -> Decimal:
        return sum((left for _payment, left in self.left.values()), Decimal(0))

    def take(self, amount: Decimal) -> Iterator[tuple[int, Decimal]]:
        """:raises NothingPaid: if the payments do not hold that much any more"""
        for allocation_id, (payment_id, left) in self.left.items():
            taken = min(left, amount)
            if taken > 0:
                self.left[allocation_id] = (payment_id, left - taken)
                Payment.objects.filter(pk=payment_id).update(refunded=F("refunded") + taken)
                amount -= taken
                yield allocation_id, taken
        if amount > 0:
            raise NothingPaid


@atomic_service
def mark_sent(refund_id: int, *, now: datetime, actor: User | None = None) -> Refund:
    """Commit the intent before the channel is called.

    :raises IllegalTransition: if it was confirmed, or the platform did it by itself
    """
    refund = lock_row(Refund, refund_id)
    fire(refund, "send", now=now, actor=actor)
    return refund


@atomic_service
def mark_confirmed(
    refund_id: int,
    *,
    now: datetime,
    channel_refund_no: str = "",
    actor: User | None = None,
    note: str = "",
) -> Refund:
    """Note that the money went back; told twice it stays one."""
    refund = lock_row(Refund, refund_id)
    if refund.status == RefundStatus.CONFIRMED:
        return refund
    fire(refund, "confirm", now=now, actor=actor, note=note)
    refund.confirmed_at, refund.last_error = now, ""
    refund.channel_refund_no = channel_refund_no or refund.channel_refund_no
    refund.save(update_fields=["confirmed_at", "last_error", "channel_refund_no"])
    append("refund.confirm", refund.refund_no, at=now, actor=actor)
    return refund


@atomic_service
def mark_failed(refund_id: int, *, error: str, now: datetime) -> Refund:
    """Note that the channel said no; the amount stays set aside until somebody decides."""
    refund = lock_row(Refund, refund_id)
    fire(refund, "fail", now=now, note=error[:300])
    refund.last_error = error[:300]
    refund.save(update_fields=["last_error"])
    return refund


@atomic_service
def mark_done_by_platform(refund_id: int, *, now: datetime, channel_refund_no: str = "") -> Refund:
    """Note that the platform returned the money by itself: it is never sent again."""
    refund = lock_row(Refund, refund_id)
    if refund.status in (RefundStatus.CONFIRMED, RefundStatus.DONE_BY_PLATFORM):
        return refund
    fire(refund, "note_platform_did_it", now=now)
    refund.confirmed_at = now
    refund.channel_refund_no = channel_refund_no or refund.channel_refund_no
    refund.save(update_fields=["confirmed_at", "channel_refund_no"])
    append("refund.platform", refund.refund_no, at=now, actor=None)
    return refund
