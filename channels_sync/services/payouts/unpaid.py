"""Orders that we have as paid and that no statement pays out."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from channels_sync.connectors.payouts.comparing import Found, Mismatch, Reason
from channels_sync.connectors.payouts.options import Basis, PayoutOptions
from channels_sync.models import PayoutFinding, PayoutRow, PayoutStatement
from channels_sync.services.payouts.findings import Judged, write
from channels_sync.services.payouts.judging import PAGE, add_ours_only, last_entry
from channels_sync.services.payouts.ours import refunds
from oms.dto import ChannelStatus
from oms.models import Order, PaymentAllocation

_GRACE = timedelta(days=1)
"""A platform settles an order that was just completed with the next day's."""


def judge_unpaid(statement: PayoutStatement, *, after: int, now: datetime) -> int | None:
    """Judge the next page of orders that no statement names; return the last id, None at the end.

    The caller holds the statement's row and saves it, both in one transaction.
    """
    rows = _candidates(statement).filter(pk__gt=after)
    page = list(
        rows.order_by("pk").values_list(
            "pk", "channel_order_no", "paid_amount", "paid_at", "channel_modified_at"
        )[:PAGE]
    )
    if not page:
        _heal_told(statement, now=now)
        return None
    until = last_entry(statement.store_id)
    back, _under_way = refunds([pk for pk, *_ in page], until=until)
    zone = ZoneInfo(statement.store.timezone)
    by_payment = _basis(statement) is Basis.PAYMENT
    judged = [
        Judged(
            str(number),
            ((paid_at if by_payment else modified) or modified).astimezone(zone).date(),
            [Found(Mismatch.OURS_ONLY, Reason.NOT_TOLD, paid, Decimal(0))]
            if paid != back.get(pk)
            else [],
        )
        for pk, number, paid, paid_at, modified in page
    ]
    write(statement, judged=judged, now=now)
    add_ours_only(statement, judged=[one for one in judged if one.found])
    return int(page[-1][0])


def _heal_told(statement: PayoutStatement, *, now: datetime) -> None:
    """Heal what this statement missed and does not miss any more: told since under the number of
    a parent or a payment, say, which is not the order's own."""
    missed = statement.findings.filter(kind=PayoutFinding.Kind.OURS_ONLY)
    missed = missed.exclude(state=PayoutFinding.State.HEALED)
    still = _untold(statement).filter(channel_order_no__in=missed.values("order_no"))
    gone = missed.exclude(order_no__in=still.values("channel_order_no"))
    gone.update(state=PayoutFinding.State.HEALED, settled_at=now)


def _candidates(statement: PayoutStatement) -> QuerySet[Order]:
    """Orders whose money must stand in the statement's days and is in no statement of the store."""
    return _due(_untold(statement), statement)


def _untold(statement: PayoutStatement) -> QuerySet[Order]:
    """Orders whose money is in no statement of the store."""
    entries = PayoutRow.objects.filter(store=statement.store_id)
    told = Exists(entries.filter(order_no=OuterRef("channel_order_no")))
    as_part = Exists(entries.filter(order_no=OuterRef("parent_channel_no")).exclude(order_no=""))
    paid_by = PaymentAllocation.objects.filter(
        Exists(entries.filter(order_no=OuterRef("payment__payment_no"))), order=OuterRef("pk")
    )
    rows = Order.objects.filter(
        store=statement.store_id,
        kind=Order.Kind.SALE,
        payment_terms=Order.Terms.PREPAID,
        paid_amount__gt=0,
    )
    return rows.exclude(channel_order_no=None).exclude(told | as_part | Exists(paid_by))


def _due(rows: QuerySet[Order], statement: PayoutStatement) -> QuerySet[Order]:
    since, until = _bounds(statement)
    if _basis(statement) is Basis.PAYMENT:
        return rows.filter(paid_at__gte=since, paid_at__lt=until)
    return rows.filter(
        channel_status=ChannelStatus.COMPLETED.value,
        channel_modified_at__gte=since,
        channel_modified_at__lt=until - _GRACE,
    )


def _bounds(statement: PayoutStatement) -> tuple[datetime, datetime]:
    """Return the statement's days as moments; a day that was not over ends with its last entry."""
    assert statement.first_day is not None and statement.last_day is not None  # noqa: S101, PT018
    zone = ZoneInfo(statement.store.timezone)
    since = datetime.combine(statement.first_day, time(), tzinfo=zone)
    end = datetime.combine(statement.last_day + timedelta(days=1), time(), tzinfo=zone)
    return since, end if end <= statement.uploaded_at else last_entry(statement.store_id)


def _basis(statement: PayoutStatement) -> Basis:
    return PayoutOptions.from_json(statement.options).basis
