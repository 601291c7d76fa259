"""Read and judge days: the last one by night, any one on demand, again until gaps are healed."""

import logging
import time
from datetime import date, datetime, timedelta
from traceback import extract_tb
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.ledgers import Ledger
from channels_sync.connectors.ledgers_installed import ledgers
from channels_sync.models import Finding, ReconciledDay, StoreConnection
from channels_sync.services.breaking.noting import may_go
from channels_sync.services.calls import has_address
from channels_sync.services.reconciling.judging import OPEN, judge
from channels_sync.services.reconciling.listing import keep_page, open_ledger
from channels_sync.services.reconciling.ours import bounds
from oms import scheduling
from oms.access.checks import require
from oms.evidence.append import append
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import Store, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal

log = logging.getLogger(__name__)

RUN = "channels_sync.tasks.reconcile"
RIGHT = "manage_store"
State = ReconciledDay.State
UNREAD = (State.WAITING, State.READING)
_SECONDS = 45.0
_NIGHT = timedelta(hours=2)
"""After midnight of the store, when the day's stragglers have come."""
_AGAIN = timedelta(minutes=30)
_LOOK_BACK = timedelta(days=7)
_FIRST_REST, _LONGEST_REST, _GIVE_UP = timedelta(minutes=1), timedelta(minutes=30), 20


class NothingToHoldAgainst(Refusal):
    message = _("This store's platform gives no list to hold ours against.")


class DayIsNotOver(Refusal):
    message = _("That day is not over yet.")


class DayIsSigned(Refusal):
    message = _("That day is signed and stays as it is.")


class BeyondHistory(Refusal):
    message = _(
        "The platform lists orders of the last %(days)d days only. An older day cannot be checked: "
        "every order would look as if it were missing there."
    )


class BeingChecked(Refusal):
    message = _("That day is being checked already.")


class NotRead(Refusal):
    message = _("That day has not been read to its end. Only a checked day can be signed.")


class StillOpen(Refusal):
    message = _("%(n)d differences are open. Heal or explain them first.")


@atomic_service
def ask(store_id: int, *, day: date, actor: User, now: datetime) -> ReconciledDay:
    """Ask for a day to be read (again).

    :raises NotAllowed: if the person may not set the store up
    :raises NothingToHoldAgainst: if the platform gives no list
    :raises DayIsNotOver: if orders may still be placed on it
    :raises BeyondHistory: if the platform no longer lists its orders
    :raises DayIsSigned: if somebody put his name under it
    :raises BeingChecked: if it waits to be read, or is being read
    """
    store = lock_row(Store, store_id)
    require(actor, RIGHT, store)
    line = _lines().filter(store=store).first()
    if line is None:
        raise NothingToHoldAgainst
    if bounds(store, day=day)[1] > now:
        raise DayIsNotOver
    _check_history(line, day=day, now=now)
    known = ReconciledDay.objects.select_for_update().filter(store=store, day=day).first()
    if known is not None and known.signed_at is not None:
        raise DayIsSigned
    if known is not None and known.state in UNREAD:
        raise BeingChecked
    row = _line_up(store_id, day=day, now=now)
    scheduling.nudge(RUN)
    return row


def _check_history(line: StoreConnection, *, day: date, now: datetime) -> None:
    """:raises BeyondHistory: if not all of the day is listed any more"""
    days = ledgers.get(line.kind).days_back
    if days is not None and bounds(line.store, day=day)[0] < now - timedelta(days=days):
        raise BeyondHistory(days=days)


@atomic_service
def sign(day_id: int, *, actor: User, now: datetime) -> None:
    """Put a name under a day on which nothing is open.

    :raises NotAllowed: if the person may not set the store up
    :raises NotRead: if its list was not read to the end, so that nothing is known of it
    :raises StillOpen: naming how many differences are
    """
    row = lock_row(ReconciledDay, day_id)
    require(actor, RIGHT, row.store)
    if row.state != State.DONE:
        raise NotRead
    waiting = row.findings.filter(state__in=OPEN).count()
    if waiting:
        raise StillOpen(n=waiting)
    row.signed_by, row.signed_at = actor, now
    row.save(update_fields=["signed_by", "signed_at"])
    facts = {"orders": row.theirs_count, "paid": str(row.theirs_paid)}
    append("reconciled.sign", f"store:{row.store_id}:{row.day}", at=now, actor=actor, facts=facts)


@atomic_service
def explain(finding_id: int, *, note: str, actor: User, now: datetime) -> None:
    """Settle a difference with a reason; it stays settled while it looks the same.

    :raises NotAllowed: if the person may not set the store up
    """
    row = lock_row(Finding, finding_id)
    require(actor, RIGHT, row.store)
    row.state, row.note, row.settled_by, row.settled_at = (
        Finding.State.EXPLAINED,
        note[:200],
        actor,
        now,
    )
    row.save(update_fields=["state", "note", "settled_by", "settled_at"])


def line_up_due(*, now: datetime) -> int:
    """Line up yesterday for every store whose night has come, and days with open differences."""
    count = 0
    for line in _lines().select_related("store"):
        local = now.astimezone(ZoneInfo(line.store.timezone)) - _NIGHT
        count += _line_up_missing(line.store_id, local.date() - timedelta(days=1), now=now)
    open_days = ReconciledDay.objects.filter(
        state=State.DONE,
        signed_at=None,
        finished_at__lte=now - _AGAIN,
        day__gte=(now - _LOOK_BACK).date(),
        findings__state__in=OPEN,
    ).distinct()
    for store_id, day in open_days.values_list("store", "day"):
        _line_up(store_id, day=day, now=now)
        count += 1
    if count:
        scheduling.nudge(RUN)
    return count


def run_due(*, now: datetime) -> int:
    """Read and judge what is lined up as far as time allows; return how many days were judged."""
    end = time.monotonic() + _SECONDS
    due = ReconciledDay.objects.filter(may_go(now=now), state__in=UNREAD, not_before__lte=now)
    done = 0
    for row in due.select_related("store").order_by("not_before", "pk")[:50]:
        if time.monotonic() >= end:
            break
        with scheduling.single_flight(f"channels.ledger:{row.store_id}") as got:
            done += bool(got and _run(row, now=now, end=end))
    return done


def _run(row: ReconciledDay, *, now: datetime, end: float) -> bool:
    line = _lines().filter(store=row.store_id).first()
    if line is None:
        return False
    try:
        _check_history(line, day=row.day, now=now)
        with open_ledger(line) as ledger:
            if not _read(row, ledger, now=now, end=end):
                return False
    except BeyondHistory as refusal:
        _give_up(row.pk, why=str(refusal))
        return False
    except IntegrationError as trouble:
        _note_failure(row.pk, error=trouble, now=now)
        return False
    except Exception as fault:  # noqa: BLE001  # a fault of ours at one store must not stop others
        kind, where = type(fault).__name__, extract_tb(fault.__traceback__)[-1]
        log.error("list of store %s: %s at %s", row.store_id, kind, where)  # noqa: TRY400
        error = IntegrationError(kind, kind=ErrorKind.RETRY, code="local:fault")
        _note_failure(row.pk, error=error, now=now)
        return False
    judge(row.pk, now=now)
    return True


def _read(row: ReconciledDay, ledger: Ledger, *, now: datetime, end: float) -> bool:
    """Read on where the last run stopped; return whether the end of the list was reached."""
    since, until = bounds(row.store, day=row.day)
    cursor: str | None = row.cursor or None
    if row.state == State.WAITING:
        _begin(row.pk, now=now)
        cursor = None
    while time.monotonic() < end:
        page = ledger.list_orders(since=since, until=until, cursor=cursor)
        keep_page(row.pk, page=page, now=now)
        cursor = page.cursor
        if cursor is None:
            return True
        if page.pause:
            return False
    return False


@atomic_service
def _begin(day_id: int, *, now: datetime) -> None:
    row = ReconciledDay.objects.select_for_update().get(pk=day_id)
    row.lines.all().delete()
    row.state, row.started_at, row.cursor = State.READING, now, ""
    row.listed, row.announced = 0, None
    row.save()


@atomic_service
def _note_failure(day_id: int, *, error: IntegrationError, now: datetime) -> None:
    row = ReconciledDay.objects.select_for_update().get(pk=day_id)
    row.last_error = str(error)[:300]
    if error.kind is ErrorKind.THROTTLE:
        row.not_before = now + (error.retry_after or _FIRST_REST)
    else:
        row.failures += 1
        rest = min(_FIRST_REST * 2 ** min(row.failures - 1, 10), _LONGEST_REST)
        row.not_before = now + rest
        # The platform may have forgotten the page: the list is begun anew.
        row.state = State.FAILED if row.failures >= _GIVE_UP else State.WAITING
    row.save()


@atomic_service
def _give_up(day_id: int, *, why: str) -> None:
    row = ReconciledDay.objects.select_for_update().get(pk=day_id)
    row.state, row.last_error = State.FAILED, why[:300]
    row.lines.all().delete()
    row.save()


def _line_up_missing(store_id: int, day: date, *, now: datetime) -> int:
    if ReconciledDay.objects.filter(store=store_id, day=day).exists():
        return 0
    _line_up(store_id, day=day, now=now)
    return 1


@atomic_service
def _line_up(store_id: int, *, day: date, now: datetime) -> ReconciledDay:
    first = {"asked_at": now, "not_before": now}
    row, is_new = ReconciledDay.objects.select_for_update().get_or_create(
        store_id=store_id, day=day, defaults=first
    )
    if not is_new and row.signed_at is None and row.state not in UNREAD:
        row.state, row.asked_at, row.not_before, row.failures = State.WAITING, now, now, 0
        row.save(update_fields=["state", "asked_at", "not_before", "failures"])
    return row


def _lines() -> QuerySet[StoreConnection]:
    kinds = [ledger.kind for ledger in ledgers]
    return StoreConnection.objects.filter(
        has_address(), Q(kind__in=kinds), is_active=True, store__is_active=True
    )
