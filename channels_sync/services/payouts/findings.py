"""Write what differs, keep what was explained, note what agrees by now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from channels_sync.connectors.payouts.comparing import Found
from channels_sync.models import PayoutFinding, PayoutStatement
from oms import bulk

State = PayoutFinding.State
_COLUMNS = ["statement", "day", "reason", "ours", "theirs", "state", "note", "settled_by"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found about one number of the statement, none where both sides agree."""

    number: str
    day: date
    found: Collection[Found]


def write(statement: PayoutStatement, *, judged: Collection[Judged], now: datetime) -> None:
    """Bring the findings about these numbers to what was found now.

    One that a person explained stays so while it looks the same.
    """
    known = {
        (row.order_no, row.kind): row
        for row in PayoutFinding.objects.filter(
            store=statement.store_id, order_no__in=[one.number for one in judged]
        )
    }
    fresh: list[PayoutFinding] = []
    changed: list[PayoutFinding] = []
    for one in judged:
        for found in one.found:
            row = known.pop((one.number, str(found.kind)), None)
            if row is None:
                fresh.append(_row(statement, one, found, now=now))
            elif not _looks_same(row, found):
                changed.append(_seen_anew(row, statement, one, found))
    changed += [_healed(row, now=now) for row in known.values() if row.state != State.HEALED]
    bulk.insert(fresh)
    PayoutFinding.objects.bulk_update(changed, [*_COLUMNS, "settled_at"], batch_size=200)


def _row(statement: PayoutStatement, one: Judged, found: Found, *, now: datetime) -> PayoutFinding:
    return PayoutFinding(
        store_id=statement.store_id,
        statement_id=statement.pk,
        order_no=one.number,
        day=one.day,
        kind=str(found.kind),
        reason=str(found.reason),
        ours=found.ours,
        theirs=found.theirs,
        currency=statement.store.currency,
        state=str(State.OPEN),
        found_at=now,
    )


def _looks_same(row: PayoutFinding, found: Found) -> bool:
    figures = (row.ours, row.theirs, row.reason)
    same = figures == (found.ours, found.theirs, str(found.reason))
    return same and row.state != State.HEALED


def _seen_anew(
    row: PayoutFinding, statement: PayoutStatement, one: Judged, found: Found
) -> PayoutFinding:
    row.statement, row.day, row.reason = statement, one.day, str(found.reason)
    row.ours, row.theirs, row.state = found.ours, found.theirs, State.OPEN
    row.note, row.settled_by, row.settled_at = "", None, None
    return row


def _healed(row: PayoutFinding, *, now: datetime) -> PayoutFinding:
    row.state, row.settled_at = State.HEALED, now
    return row
