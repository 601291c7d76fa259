"""What pushes hinted at is read again from the platform, once for any number of pushes."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from traceback import extract_tb

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from channels_sync.connectors.knocks import Hint, Subject
from channels_sync.connectors.pulling import Puller
from channels_sync.models import ChannelHint, StoreConnection
from channels_sync.services.arrivals import keep
from channels_sync.services.breaking.noting import may_go, note_answer
from channels_sync.services.fairness import page_of_all
from channels_sync.services.pull.arriving import order_arrival, refund_arrival
from channels_sync.services.pull.lines import open_puller
from oms import scheduling
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models.locking import atomic_service

log = logging.getLogger(__name__)

REREAD = "channels_sync.tasks.reread_hints"
PAGE = 100
_LEASE: timedelta = settings.TASK_TIMEOUT + timedelta(seconds=60)
_FIRST_REST, _LONGEST_REST = timedelta(seconds=20), timedelta(hours=1)


def note(store_id: int, *, hints: Iterable[Hint], now: datetime) -> int:
    """Write down what to read again and wake the reader; return how many things that are."""
    rows = [
        ChannelHint(
            store_id=store_id,
            subject=subject,
            channel_no=number,
            heard_at=now,
            not_before=now,
        )
        for subject, number in sorted({(hint.subject.value, hint.channel_no) for hint in hints})
    ]
    ChannelHint.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["store", "subject", "channel_no"],
        update_fields=["heard_at", "not_before"],
    )
    if rows:
        scheduling.nudge(REREAD)
    return len(rows)


def reread_due(*, now: datetime) -> int:
    """Read a page of due hints; return how many orders and refunds were not known as they are."""
    by_store: dict[int, list[ChannelHint]] = defaultdict(list)
    for hint in _claim(now=now):
        by_store[hint.store_id].append(hint)
    fresh = sum(_reread_store(store, hints, now=now) for store, hints in by_store.items())
    if ChannelHint.objects.filter(may_go(now=now), not_before__lte=now).exists():
        scheduling.nudge(REREAD)
    return fresh


@transaction.atomic
def _claim(*, now: datetime) -> list[ChannelHint]:
    """Count the try before the work, in its own commit: what kills its worker waits ever longer."""
    skip = connection.features.has_select_for_update_skip_locked
    due = ChannelHint.objects.filter(may_go(now=now), not_before__lte=now)
    chosen = page_of_all(due, order=("not_before", "pk"), size=PAGE)
    free = ChannelHint.objects.filter(pk__in=chosen, not_before__lte=now).order_by("pk")
    ids = list(free.select_for_update(skip_locked=skip).values_list("pk", flat=True))
    rows = ChannelHint.objects.filter(pk__in=ids)
    rows.update(attempts=F("attempts") + 1, not_before=now + _LEASE)
    return list(rows.order_by("pk"))


def _reread_store(store_id: int, hints: Sequence[ChannelHint], *, now: datetime) -> int:
    line = StoreConnection.objects.filter(
        store=store_id, is_active=True, store__is_active=True
    ).first()
    if line is None:
        return 0
    fresh = 0
    with open_puller(line) as puller:
        for at, hint in enumerate(hints):
            trouble = None
            try:
                fresh += _reread(puller, hint, now=now)
            except IntegrationError as error:
                trouble = error
            except Exception as fault:  # noqa: BLE001  # one bad order must not stop the others
                kind, where = type(fault).__name__, extract_tb(fault.__traceback__)[-1]
                log.error("rereading for store %s: %s at %s", store_id, kind, where)  # noqa: TRY400
                trouble = IntegrationError(kind, kind=ErrorKind.FATAL, code="local:fault")
            note_answer(store_id, error=trouble, now=now)
            if trouble is not None:
                _put_off(hint, trouble, now=now)
                if trouble.kind is not ErrorKind.FATAL:
                    # The line is busy or broken: the others would fare the same.
                    _give_back(hints[at + 1 :], trouble, now=now)
                    break
    return fresh


def _reread(puller: Puller, hint: ChannelHint, *, now: datetime) -> int:
    """Fetch, then keep and forget the hint together; what came meanwhile is read once more."""
    if hint.subject == Subject.ORDER:
        order = puller.fetch_order(hint.channel_no)
        arrivals = [order_arrival(order)] if order else []
    else:
        refund = puller.fetch_refund(hint.channel_no)
        arrivals = [refund_arrival(refund)] if refund else []
    with transaction.atomic():
        same = ChannelHint.objects.filter(pk=hint.pk, heard_at=hint.heard_at)
        if not same.delete()[0]:
            ChannelHint.objects.filter(pk=hint.pk).update(not_before=now, attempts=0)
        return keep(hint.store_id, arrivals=arrivals, now=now)


@atomic_service
def _put_off(hint: ChannelHint, error: IntegrationError, *, now: datetime) -> None:
    rest = min(_FIRST_REST * 2 ** min(hint.attempts, 10), _LONGEST_REST)
    ChannelHint.objects.filter(pk=hint.pk).update(
        not_before=now + max(error.retry_after or timedelta(0), rest), last_error=str(error)[:300]
    )


@atomic_service
def _give_back(hints: Sequence[ChannelHint], error: IntegrationError, *, now: datetime) -> None:
    """Put off what had no turn; it was not its fault, so its tries do not count."""
    rest = max(error.retry_after or timedelta(0), _FIRST_REST)
    rows = ChannelHint.objects.filter(pk__in=[hint.pk for hint in hints], attempts__gt=0)
    rows.update(not_before=now + rest, attempts=F("attempts") - 1)
