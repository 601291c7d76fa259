"""Judge a day whose list was read: count, find, and say which earlier findings are healed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from channels_sync.connectors.ledgers import Standing
from channels_sync.models import Finding, ListedOrder, ReconciledDay
from channels_sync.services.reconciling import healing
from channels_sync.services.reconciling.comparing import NOT_TOLD, Disagreement, disagreements
from channels_sync.services.reconciling.listing import theirs
from channels_sync.services.reconciling.ours import bounds, standings
from oms.models.locking import atomic_service

State = Finding.State
OPEN = (State.OPEN, State.HEALING)
QUIET = timedelta(minutes=10)
"""An order that changed so lately may be on its way to us: it is judged by the next run."""


@atomic_service
def judge(day_id: int, *, now: datetime) -> ReconciledDay:
    """Compare both sides, write what they disagree on, and start the healing of what can be."""
    day = ReconciledDay.objects.select_for_update().get(pk=day_id)
    since, until = bounds(day.store, day=day.day)
    here, there = standings(day.store, since=since, until=until), theirs(day)
    # The list was begun before: what changed since its beginning is not judged either.
    settled_before = (day.started_at or now) - QUIET
    found = list(disagreements(here, theirs=there, settled_before=settled_before))
    _count(day, here, there, found)
    curable = _write(day, found, told=there, now=now)
    day.state, day.finished_at, day.cursor = ReconciledDay.State.DONE, now, ""
    day.save()
    ListedOrder.objects.filter(day=day).delete()
    healing.heal(curable, told=there, now=now)
    return day


def _count(
    day: ReconciledDay,
    here: Mapping[str, Standing],
    there: Mapping[str, Standing],
    found: list[Disagreement],
) -> None:
    apart = {one.channel_order_no for one in found}
    day.ours_count, day.theirs_count = len(here), len(there)
    day.matched = len((here.keys() & there.keys()) - apart)
    day.ours_paid = sum((side.paid for side in here.values()), Decimal(0))
    day.theirs_paid = sum((side.paid for side in there.values()), Decimal(0))


def _write(
    day: ReconciledDay,
    found: list[Disagreement],
    *,
    told: Mapping[str, Standing],
    now: datetime,
) -> list[Finding]:
    """Write findings; return those that can be healed. One that is there no more is healed, unless
    the platform no longer tells; one that a person explained stays so while it looks the same."""
    known = {(row.channel_order_no, row.kind): row for row in day.findings.all()}
    vain = healing.in_vain(known.values(), told=told)
    still: set[tuple[str, str]] = set()
    curable = []
    for one in found:
        key = (one.channel_order_no, one.kind.value)
        still.add(key)
        row = known.get(key) or Finding(
            day=day,
            store_id=day.store_id,
            channel_order_no=one.channel_order_no,
            kind=one.kind.value,
            found_at=now,
        )
        if _note(row, one, vain=vain):
            curable.append(row)
        row.save()
    for key, row in known.items():
        if key not in still and row.state in OPEN and not _is_silent(row, told):
            row.state, row.settled_at = State.HEALED, now
            row.save(update_fields=["state", "settled_at"])
    return curable


def _is_silent(row: Finding, told: Mapping[str, Standing]) -> bool:
    """Tell whether the platform's list says nothing of it (any more): that proves nothing."""
    there = told.get(row.channel_order_no)
    if there is None:
        return False
    is_money = row.kind == Finding.Kind.REFUND and there.refunded is None
    return is_money or (row.kind == Finding.Kind.TRACKING and there.waybill_nos is None)


def _note(row: Finding, one: Disagreement, *, vain: Mapping[int, str]) -> bool:
    """Put what was found into its row; return whether healing it is worth a try (again)."""
    is_same = (row.ours, row.theirs) == (one.ours, one.theirs)
    row.ours, row.theirs, row.cause = one.ours, one.theirs, one.cause
    if row.state == State.EXPLAINED and is_same:
        return False
    why = vain.get(row.pk) if is_same else None
    if why and one.cause != NOT_TOLD:
        row.cause = why
    row.state, row.settled_at = State.OPEN, None
    return why is None
