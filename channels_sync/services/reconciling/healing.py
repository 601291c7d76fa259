"""Heal a gap: read the order again, or tell the channel once more. Nothing is overwritten here."""

from collections.abc import Iterable
from datetime import datetime

from channels_sync.connectors.knocks import Hint, Subject
from channels_sync.connectors.pulling_installed import pullers
from channels_sync.models import ChannelHint, Finding, StoreConnection
from channels_sync.services import hints
from channels_sync.services.push import queueing
from channels_sync.services.reconciling.comparing import NOT_TOLD
from oms.models import Shipment

Kind = Finding.Kind
State = Finding.State
UNCHANGED, UNREAD = "unchanged", "unread"
_READ_AGAIN = (Kind.THEIRS_ONLY, Kind.STATUS, Kind.AMOUNT, Kind.REFUND)
_TRIED = (State.OPEN, State.HEALING)
_TRIES = 5
"""A reading that failed so often is for a person too; it goes on being tried."""


def heal(findings: Iterable[Finding], *, now: datetime) -> int:
    """Start what can be done about findings of one day; return how many are under way.

    An order that only we have is nobody's to delete: a person looks at it.
    """
    rows = list(findings)
    again = [row for row in rows if row.kind in _READ_AGAIN]
    begun = _read_again(again, now=now) | _tell_again(rows, now=now)
    Finding.objects.filter(pk__in=begun).update(state=State.HEALING)
    return len(begun)


def in_vain(findings: Iterable[Finding]) -> dict[int, str]:
    """Return, by finding, why reading again does not heal it: it was read, or cannot be.

    What still waits to be read is left out. It is meant for findings that look as they did.
    """
    rows = [row for row in findings if row.kind in _READ_AGAIN and row.state in _TRIED]
    if not rows:
        return {}
    numbers = {row.channel_order_no for row in rows}
    waiting = ChannelHint.objects.filter(
        store=rows[0].store_id, subject=Subject.ORDER, channel_no__in=numbers
    )
    tries = dict(waiting.values_list("channel_no", "attempts"))
    tried = {row.pk: tries.get(row.channel_order_no) for row in rows}
    return {
        pk: UNCHANGED if count is None else UNREAD
        for pk, count in tried.items()
        if count is None or count >= _TRIES
    }


def _read_again(rows: list[Finding], *, now: datetime) -> set[int]:
    if not rows:
        return set()
    store_id = rows[0].store_id
    line = StoreConnection.objects.filter(store=store_id, is_active=True).first()
    if line is None or line.kind not in pullers:
        return set()
    told = [Hint(subject=Subject.ORDER, channel_no=row.channel_order_no) for row in rows]
    hints.note(store_id, hints=told, now=now)
    return {row.pk for row in rows}


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
