"""What each answer says about a store's line, and whether anything may go out on it now."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from channels_sync.models import LineState
from channels_sync.services.breaking.judging import (
    Breaker,
    Standing,
    after_failure,
    counts,
    probing,
    standing,
)
from oms.integration.errors import IntegrationError
from oms.models.locking import atomic_service

_COLUMNS = ("kind", "failures", "trips", "opened_at", "probe_at", "is_probing")
_MINUTE = timedelta(minutes=1)


class Pass(StrEnum):
    """``PROBE``: one small thing, to see whether the platform answers again."""

    FREE = "free"
    PROBE = "probe"
    NO = "no"


class Moment(StrEnum):
    """What went through: a message of the platform, one to it, a number of stock."""

    HEARD = "heard_at"
    TOLD = "told_at"
    STOCK = "stock_at"


def may_go(*, now: datetime, store: str = "store") -> Q:
    """Choose rows whose store is neither paused nor left alone; ``store`` is the way to it."""
    paused = Q(**{f"{store}__line_state__paused_at__isnull": False})
    resting = Q(**{f"{store}__line_state__probe_at__gt": now})
    return ~(paused | resting)


def standing_of(row: LineState, *, now: datetime) -> Standing:
    """Tell whether a line is open, closed or waits for its probe."""
    return standing(_breaker(row), now=now)


def admit(store_id: int, *, now: datetime) -> Pass:
    """Tell whether something may go out for a store now; a probe is given to one caller only."""
    row = LineState.objects.filter(store=store_id).first()
    if row is None:
        return Pass.FREE
    stands = standing(_breaker(row), now=now)
    if row.paused_at is not None or stands is Standing.OPEN:
        return Pass.NO
    if stands is Standing.CLOSED:
        return Pass.FREE
    sent = probing(_breaker(row), now=now)
    mine = LineState.objects.filter(pk=row.pk, probe_at=row.probe_at, paused_at=None)
    got = mine.update(probe_at=sent.probe_at, is_probing=True)
    return Pass.PROBE if got else Pass.NO


def note_moment(store_id: int, *, what: Moment, now: datetime) -> None:
    """Note when something went through last. To the minute: a busy store must not write its one row
    for every message."""
    rows = LineState.objects.filter(store=store_id)
    known = rows.values_list(what.value, flat=True).first()
    if known is not None and now - known < _MINUTE:
        return
    if not rows.update(**{what.value: now}):
        row = LineState(store_id=store_id, **{what.value: now})
        LineState.objects.bulk_create([row], ignore_conflicts=True)


def note_answer(store_id: int, *, error: IntegrationError | None, now: datetime) -> None:
    """Note that the platform answered, or how it did not. A no to what was asked is an answer; what
    we refused ourselves before asking says nothing."""
    if error is not None and counts(error):
        _note_failure(store_id, error=error, now=now)
    elif error is None or not error.code.startswith("local:"):
        _note_success(store_id)


def _note_success(store_id: int) -> None:
    ailing = LineState.objects.filter(store=store_id).exclude(failures=0, probe_at=None)
    ailing.update(**_values(Breaker()))


@atomic_service
def _note_failure(store_id: int, *, error: IntegrationError, now: datetime) -> None:
    LineState.objects.get_or_create(store_id=store_id)
    row = LineState.objects.select_for_update().get(store=store_id)
    for column, value in _values(after_failure(_breaker(row), error=error, now=now)).items():
        setattr(row, column, value)
    row.failed_at, row.last_error, row.error_code = now, error.message[:300], error.code[:64]
    row.save()


@atomic_service
def probe_now(store_id: int, *, now: datetime) -> None:
    """Let the next thing that is due be the probe."""
    open_lines = LineState.objects.filter(store=store_id, probe_at__isnull=False)
    open_lines.update(probe_at=now, is_probing=False)


@atomic_service
def mend(store_id: int) -> None:
    """Forget what failed: its cause was taken away (the merchant authorized again, new keys)."""
    LineState.objects.filter(store=store_id).update(**_values(Breaker()))


def _breaker(row: LineState) -> Breaker:
    return Breaker(**{column: getattr(row, column) for column in _COLUMNS})


def _values(breaker: Breaker) -> dict[str, object]:
    return {column: getattr(breaker, column) for column in _COLUMNS}
