"""Heal a gap: read the order and its refunds again, or tell the channel once more. Nothing is
overwritten here."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from channels_sync.connectors.knocks import Hint
from channels_sync.connectors.ledgers import Standing
from channels_sync.models import Finding
from channels_sync.services import hints
from channels_sync.services.push import queueing
from channels_sync.services.reconciling.comparing import NOT_TOLD
from channels_sync.services.reconciling.rereading import Readings, readings, tries
from oms.models import Shipment

Kind = Finding.Kind
State = Finding.State
UNCHANGED, UNREAD = "unchanged", "unread"
_TRIED = (State.OPEN, State.HEALING)
_TRIES = 5
"""A reading that failed so often is for a person too; it goes on being tried."""


def heal(findings: Iterable[Finding], *, told: Mapping[str, Standing], now: datetime) -> int:
    """Start what can be done about findings of one day; return how many are under way.

    ``told`` is the platform's list. An order that only we have is nobody's to delete: a person
    looks at it.
    """
    rows = list(findings)
    again = readings(rows, told=told)
    if again:
        hints.note(rows[0].store_id, hints=_all(again), now=now)
    begun = again.keys() | _tell_again(rows, now=now)
    Finding.objects.filter(pk__in=begun).update(state=State.HEALING)
    return len(begun)


def in_vain(findings: Iterable[Finding], *, told: Mapping[str, Standing]) -> dict[int, str]:
    """Return, by finding, why reading again does not heal it: it was read, or cannot be.

    What still waits to be read is left out. It is meant for findings that look as they did.
    """
    rows = [row for row in findings if row.state in _TRIED]
    again = readings(rows, told=told)
    if not again:
        return {}
    waiting = tries(rows[0].store_id, hints=_all(again))
    most = {pk: max(waiting.get(hint, -1) for hint in each) for pk, each in again.items()}
    return {
        pk: UNCHANGED if count < 0 else UNREAD
        for pk, count in most.items()
        if count < 0 or count >= _TRIES
    }


def _all(again: Readings) -> set[Hint]:
    return set().union(*again.values())


def _tell_again(rows: list[Finding], *, now: datetime) -> set[int]:
    """Parcels that left and that the platform does not show: queue what was never told, and tell
    once more what was taken and got lost there. The platform is asked first, so twice is once."""
    begun = set()
    for row in rows:
        if row.kind != Kind.TRACKING or row.cause != NOT_TOLD:
            continue
        lost = set(row.ours.split(", ")) - set(row.theirs.split(", "))
        parcels = Shipment.objects.filter(
            waybill_no__in=lost,
            lines__fulfillment_line__order_item__order__store=row.store_id,
            lines__fulfillment_line__order_item__order__channel_order_no=row.channel_order_no,
        )
        ids = list(parcels.values_list("pk", flat=True).distinct())
        told = queueing.queue_shipments(ids, now=now) + queueing.queue_again(
            ids, order_no=row.channel_order_no, mark=f"d{row.day_id}", now=now
        )
        if told:
            begun.add(row.pk)
    return begun
