"""Money that a platform paid back, in our books: once, to the payments it came from, never more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.audit import timeline
from oms.evidence.append import append
from oms.flows.refund import RefundStatus
from oms.models import ChannelRefund, Order, OrderItem, Refund
from oms.models.base import new_number
from oms.models.locking import lock_rows
from oms.refusals import Refusal
from oms.rules.shares import share_out
from oms.services.refunds import Purse, left_of, mark_done_by_platform, set_aside


class OtherCurrency(Refusal):
    message = _("The platform paid back in %(told)s, the order is in %(ours)s: book it by hand.")


class MoreThanPaid(Refusal):
    message = _("The platform paid back %(told)s, only %(booked)s of it fits what was paid.")


def book(order: Order, *, row: ChannelRefund, now: datetime) -> Refund | None:
    """Book what a request on a locked order brought back; None if there was nothing to book.

    A refund that we asked for on the same request is this money: it is not sent any more.
    """
    if row.currency != order.currency:
        _note(row, OtherCurrency(told=row.currency, ours=order.currency))
        return None
    ours = _asked_by_us(row)
    if ours is not None:
        refund: Refund | None = mark_done_by_platform(ours.pk, now=now)
    else:
        refund = _record(order, row, now=now)
    booked = refund.amount if refund else Decimal(0)
    if booked < row.amount:
        _note(row, MoreThanPaid(told=row.amount, booked=booked))
    row.refund = refund
    row.save(update_fields=["refund"])
    return refund


def _note(row: ChannelRefund, refusal: Refusal) -> None:
    row.problem = str(refusal)[:300]
    row.save(update_fields=["problem"])


def _asked_by_us(row: ChannelRefund) -> Refund | None:
    same = Q(channel_refund_no=row.channel_refund_no)
    if row.case_no:
        same |= Q(case_no=row.case_no)
    if row.refund_no:
        # Only of its own order: the number may stand in words that somebody typed.
        same |= Q(refund_no=row.refund_no, order=row.order_id)
    return Refund.objects.filter(same, store=row.store_id).order_by("pk").first()


def _record(order: Order, row: ChannelRefund, *, now: datetime) -> Refund | None:
    """Write the refund and set its amount aside; what is more than was paid is not written."""
    items = lock_rows(OrderItem, order.items.values_list("pk", flat=True))
    units = _units(items, row)
    purse = Purse(order)
    amount = min(row.amount, purse.total)
    if amount <= 0:
        return None
    refund = Refund.objects.create(
        refund_no=new_number("RF", now.date()),
        store_id=order.store_id,
        order=order,
        case_no=row.case_no,
        channel_refund_no=row.channel_refund_no,
        currency=order.currency,
        amount=amount,
        asked_at=now,
        confirmed_at=now,
        status=RefundStatus.DONE_BY_PLATFORM,
        status_at=now,
    )
    about = [item for item in items if item.pk in units] or items
    set_aside(refund, parts=_parts(about, units, amount), units=units, purse=purse)
    timeline.record_created(refund.SUBJECT, [refund.pk], refund.status, at=now)
    facts = {"amount": str(amount), "currency": order.currency, "order": order.order_no}
    append("refund.platform", refund.refund_no, at=now, actor=None, facts=facts)
    return refund


def _units(items: Sequence[OrderItem], row: ChannelRefund) -> dict[int, int]:
    """Return {item id: units} that the money is for: as the platform names them, or all of them
    where it paid for all; {} for money alone."""
    free = {item.pk: item.quantity - item.refunded_quantity for item in items}
    if row.lines:
        pieces: dict[str, int | None] = dict(row.lines)
        named = [item for item in items if item.line.channel_line_no in pieces]
        told = {item.pk: _told(item, pieces[item.line.channel_line_no or ""]) for item in named}
        return {pk: min(count, free[pk]) for pk, count in told.items()}
    whole = sum((item.paid_share - item.refunded_amount for item in items), Decimal(0))
    return {pk: count for pk, count in free.items() if count} if row.amount >= whole else {}


def _told(item: OrderItem, pieces: int | None) -> int:
    count = item.line.quantity if pieces is None else pieces
    return min(count, item.line.quantity) * item.quantity // item.line.quantity


def _parts(
    items: Sequence[OrderItem], units: Mapping[int, int], amount: Decimal
) -> list[tuple[OrderItem, Decimal]]:
    """Share the amount out over the items; what is more than they cost (freight) is left over."""
    if not items:
        return []
    if units:
        weights = [left_of(item, units=units[item.pk]) for item in items]
    else:
        weights = [item.paid_share - item.refunded_amount for item in items]
    shares = share_out(min(amount, sum(weights, Decimal(0))), weights)
    return list(zip(items, shares, strict=True))
