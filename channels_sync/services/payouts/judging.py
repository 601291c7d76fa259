"""Compare the orders of a statement's days with our record, page by page."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, Q, QuerySet, Sum

from channels_sync.connectors.payouts.comparing import (
    Found,
    Mismatch,
    Ours,
    Reason,
    Theirs,
    compare,
)
from channels_sync.models import PayoutRow, PayoutStatement
from channels_sync.services.payouts.findings import Judged, write
from channels_sync.services.payouts.ours import ours_of

PAGE = 500
_NOTHING = Decimal(0)
_CENT = Decimal("0.01")
"""SQLite adds in binary fractions; what comes back is rounded to what was meant."""
_KIND = PayoutRow.Kind
_LOOSE = (_KIND.INCOME, _KIND.REFUND)
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Told:
    """What the statements say of one number: all they ever said, and its days in this one."""

    theirs: Theirs
    first: date
    income_day: date | None
    refund_day: date | None


def judge_orders(statement: PayoutStatement, *, after: str, now: datetime) -> str | None:
    """Judge the next page of numbers; return the last of them, None at the end.

    The caller holds the statement's row and saves it, both in one transaction.
    """
    rows = in_days(statement).filter(order_no__gt=after)
    numbers = list(rows.order_by("order_no").values_list("order_no", flat=True).distinct()[:PAGE])
    if not numbers:
        return None
    until = last_entry(statement.store_id)
    told = _told(statement, numbers)
    ours = ours_of(statement.store_id, numbers=numbers, until=until)
    judged = [
        Judged(number, told[number].first, compare(ours.get(number), told[number].theirs))
        for number in numbers
    ]
    write(statement, judged=judged, now=now)
    _count(statement, judged, told, ours)
    return numbers[-1]


def judge_loose(statement: PayoutStatement, *, after: int, now: datetime) -> int | None:
    """Judge the next page of income and refunds that name no order; each is a finding."""
    rows = in_days(statement, named=False).filter(pk__gt=after, kind__in=_LOOSE)
    page = list(rows.order_by("pk")[:PAGE])
    if not page:
        return None
    names = _loose_names(statement.store_id, page)
    judged = [
        Judged(
            names[row.pk],
            row.day,
            [Found(Mismatch.THEIRS_ONLY, Reason.NO_ORDER_NO, _NOTHING, row.amount)],
        )
        for row in page
    ]
    write(statement, judged=judged, now=now)
    for one in judged:
        _add(statement.result, one.day, "differing", 1)
    return page[-1].pk


def _loose_names(store_id: int, page: Sequence[PayoutRow]) -> dict[int, str]:
    """Name each by its transaction; a further one of the same transaction by its own identity: what
    has no order is a finding each, and none may stand in the place of another."""
    same = PayoutRow.objects.filter(
        store=store_id, order_no="", transaction_no__in={row.transaction_no for row in page}
    ).filter(kind__in=_LOOSE)
    firsts = set(same.values_list("transaction_no").annotate(first=Min("pk")))
    return {
        row.pk: row.transaction_no
        if (row.transaction_no, row.pk) in firsts and 0 < len(row.transaction_no) <= _LONGEST
        else row.identity
        for row in page
    }


def in_days(statement: PayoutStatement, *, named: bool = True) -> QuerySet[PayoutRow]:
    """Return the store's entries of the statement's days, whichever statement told them."""
    days = (statement.first_day, statement.last_day)
    rows = PayoutRow.objects.filter(store=statement.store_id, day__range=days)
    return rows.exclude(order_no="") if named else rows.filter(order_no="")


def last_entry(store_id: int) -> datetime:
    """Return when the statements of a store end."""
    found = PayoutRow.objects.filter(store=store_id).aggregate(last=Max("at"))["last"]
    assert isinstance(found, datetime)  # noqa: S101  # there is a page of entries
    return found


def _told(statement: PayoutStatement, numbers: Sequence[str]) -> dict[str, Told]:
    rows = PayoutRow.objects.filter(store=statement.store_id, order_no__in=numbers)
    sums: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for number, kind, total in rows.values_list("order_no", "kind").annotate(total=Sum("amount")):
        sums[number][kind] = total.quantize(_CENT)
    days = in_days(statement).filter(order_no__in=numbers).values("order_no")
    days = days.annotate(
        first=Min("day"),
        income_day=Min("day", filter=Q(kind=_KIND.INCOME)),
        refund_day=Min("day", filter=Q(kind=_KIND.REFUND)),
    )
    return {
        row["order_no"]: Told(
            Theirs(**sums[row["order_no"]]), row["first"], row["income_day"], row["refund_day"]
        )
        for row in days
    }


def _count(
    statement: PayoutStatement,
    judged: Sequence[Judged],
    told: Mapping[str, Told],
    ours: Mapping[str, Ours],
) -> None:
    """Add the page to the statement's days: our money stands on the day of theirs."""
    for one in judged:
        side, days = ours.get(one.number), told[one.number]
        _add(statement.result, one.day, "differing" if one.found else "matched", 1)
        statement.matched += not one.found
        if side is None:
            continue
        if days.income_day:
            _add(statement.result, days.income_day, "ours_paid", side.paid)
        if days.refund_day:
            _add(statement.result, days.refund_day, "ours_back", side.refunded)


def add_ours_only(statement: PayoutStatement, *, judged: Sequence[Judged]) -> None:
    """Add orders that the statement does not name to its days."""
    for one in judged:
        _add(statement.result, one.day, "differing", 1)
        _add(statement.result, one.day, "ours_paid", sum((it.ours for it in one.found), _NOTHING))


def _add(result: dict[str, Any], day: date, name: str, more: Decimal | int) -> None:
    kept = result.setdefault("compared", {}).setdefault(day.isoformat(), {})
    kept[name] = str(Decimal(kept.get(name, "0")) + more)


def sum_days(statement: PayoutStatement) -> None:
    """Write what the entries of each day come to, by kind, beside what was compared."""
    days: dict[str, dict[str, str]] = defaultdict(dict)
    days.update(statement.result.get("compared", {}))
    rows = PayoutRow.objects.filter(
        store=statement.store_id, day__range=(statement.first_day, statement.last_day)
    )
    for day, kind, total in (
        rows.values_list("day", "kind").annotate(total=Sum("amount")).order_by("day", "kind")
    ):
        days[day.isoformat()][kind] = str(total.quantize(_CENT))
    statement.result["days"] = dict(sorted(days.items()))
    statement.result.pop("compared", None)
