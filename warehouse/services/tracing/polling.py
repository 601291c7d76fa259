"""Ask the carriers about the parcels whose turn it is, as many at once as they allow."""

import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

from django.conf import settings

from oms import bulk
from oms.integration.credentials import BadCredentials
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.registry import UnknownKind
from oms.models.locking import atomic_service
from oms.privacy.filters import redact
from warehouse.carriers.base import Carrier
from warehouse.carriers.installed import carriers
from warehouse.carriers.tracking import current_status
from warehouse.dto import TrackEvent, TrackStatus
from warehouse.models import CarrierAccount, Trace, TraceEvent
from warehouse.services.tracing.booking import is_over, note_events
from warehouse.services.tracing.pacing import next_look, next_try
from warehouse.services.waybills.accounts import connect

LEASE: timedelta = settings.TASK_TIMEOUT + timedelta(seconds=60)
"""How long a claimed parcel is left to its worker: longer than that one can live."""
_PAGE = 400
_SECONDS = 40.0
"""After this long no further question is asked: the next turn begins every minute."""
_OPERATION = "track"
Batch = tuple[CarrierAccount, str, list[Trace]]


def poll_due(*, now: datetime, limit: int = _PAGE) -> int:
    """Ask about what is due, page after page, while there is time; return about how many parcels an
    answer came.

    An account that gives none is left alone for the rest of the turn, with all its parcels.
    """
    with _Turn(now=now, end=time.monotonic() + _SECONDS) as turn:
        while turn.has_time() and (rows := _claim(now=now, limit=limit, without=turn.silent)):
            for batch in _batches(rows):
                turn.serve(batch)
        return turn.answered


class _Turn:
    """One worker's turn. An account's line is opened once: its rate limit is the account's."""

    def __init__(self, *, now: datetime, end: float) -> None:
        self.answered = 0
        self.silent: dict[int, IntegrationError] = {}
        self._now, self._end = now, end
        self._open: dict[int, Carrier] = {}
        self._stack = ExitStack()

    def has_time(self) -> bool:
        return time.monotonic() < self._end

    def serve(self, batch: Batch) -> None:
        """Ask about parcels of one account; those for which no time is left keep their lease."""
        account, tail, rows = batch
        if account.pk not in self.silent and self.has_time():
            try:
                events = self._ask(account, rows, tail)
            except IntegrationError as error:
                self.silent[account.pk] = error
            else:
                poll = TraceEvent.Source.POLL
                note_events(events, carrier=account.carrier, source=poll, now=self._now)
                _note_answer(rows, events, now=self._now)
                self.answered += len(rows)
        if account.pk in self.silent:
            _note_silence(rows, self.silent[account.pk], now=self._now)

    def _ask(self, account: CarrierAccount, rows: Sequence[Trace], tail: str) -> list[TrackEvent]:
        """:raises IntegrationError: also when the account itself is not set up"""
        if account.pk not in self._open:
            carrier = _line(account)
            self._open[account.pk] = carrier
            self._stack.enter_context(carrier.http)
        return self._open[account.pk].track([row.waybill_no for row in rows], phone_tail=tail)

    def __enter__(self) -> "_Turn":
        return self

    def __exit__(self, *_how: object) -> None:
        self._stack.close()


@atomic_service
def _claim(*, now: datetime, limit: int, without: Collection[int] = ()) -> list[Trace]:
    """Take what is due upon us: committed before anybody is asked."""
    due = Trace.objects.filter(due_at__lte=now).exclude(account__in=without)
    due = due.select_related("account", "shipment__fulfillment__warehouse")
    rows = due.order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",))
    claimed = list(rows[:limit])
    Trace.objects.filter(pk__in=[row.pk for row in claimed]).update(due_at=now + LEASE)
    return claimed


def _batches(rows: Sequence[Trace]) -> Iterator[Batch]:
    """Group by account and proof; a carrier takes so many numbers at once and no more."""
    groups: dict[tuple[int, str], list[Trace]] = defaultdict(list)
    for row in rows:
        groups[row.account_id, _phone_tail(row)].append(row)
    for (_account_id, tail), found in groups.items():
        account = found[0].account
        size = _batch_size(account)
        for start in range(0, len(found), size):
            yield account, tail, found[start : start + size]


def _batch_size(account: CarrierAccount) -> int:
    known = account.carrier in carriers
    return carriers.get(account.carrier).capabilities.tracks_per_call if known else _PAGE


def _phone_tail(row: Trace) -> str:
    """Return the end of the sender's phone: asked for where the number is not the account's own."""
    shipment = row.shipment
    is_own = (shipment.issuer, shipment.issuing_account) == (row.account.carrier, row.account.name)
    return "" if is_own else shipment.fulfillment.warehouse.contact_phone[-4:]


def _line(account: CarrierAccount) -> Carrier:
    try:
        return connect(account, reference=_OPERATION)
    except (BadCredentials, UnknownKind) as error:
        raise IntegrationError(
            str(error), kind=ErrorKind.REAUTHORIZE, code="local:account"
        ) from error


@atomic_service
def _note_answer(rows: Sequence[Trace], events: Sequence[TrackEvent], *, now: datetime) -> None:
    """Put each parcel off to its next turn, unless a push has told of its end meanwhile."""
    told: dict[str, list[TrackEvent]] = defaultdict(list)
    for event in events:
        told[event.waybill_no].append(event)
    still = Trace.objects.filter(pk__in=[row.pk for row in rows], ended_at=None)
    asked = list(still.select_related("shipment").order_by("pk").select_for_update(of=("self",)))
    for row in asked:
        row.asked_at, row.failures, row.last_error = now, 0, ""
        _put_off(row, current_status(told[row.waybill_no]), now=now)
    bulk.update_columns(asked, ["asked_at", "failures", "last_error", "due_at", "ended_at"])


def _put_off(row: Trace, status: TrackStatus, *, now: datetime) -> None:
    shipment = row.shipment
    if shipment.waybill_no != row.waybill_no:
        row.due_at = None  # its waybill was voided: the next one brings it back
        return
    has_left = shipment.handed_over_at is not None
    since = shipment.handed_over_at or shipment.status_at
    ask_again = next_look(since=since, status=status, has_left=has_left, now=now)
    row.due_at = None if is_over(shipment, status=status) else ask_again
    row.ended_at = None if row.due_at else now


@atomic_service
def _note_silence(rows: Sequence[Trace], error: IntegrationError, *, now: datetime) -> None:
    still = Trace.objects.filter(pk__in=[row.pk for row in rows], ended_at=None)
    asked = list(still.order_by("pk").select_for_update())
    for row in asked:
        row.failures = min(row.failures + 1, 1000)
        row.last_error = redact(str(error))[:300]
        row.due_at = next_try(row.failures, now=now)
    bulk.update_columns(asked, ["failures", "last_error", "due_at"])
