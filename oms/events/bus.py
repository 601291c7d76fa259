"""Publish an event with the change it tells of; deliver it once, to each handler, after commit."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.module_loading import import_string

from oms import scheduling
from oms.events.types import Event
from oms.models import EventDelivery, OutboxEvent
from oms.privacy.filters import redact

Handler = TypeVar("Handler", bound=Callable[..., None])

DRAIN = "oms.tasks.deliver_events"
MAX_ATTEMPTS = 8
_FIRST_WAIT = timedelta(seconds=15)
_KEEP_DELIVERED = timedelta(days=7)

_handlers: dict[str, list[str]] = {}


def handles(event_type: type[Event]) -> Callable[[Handler], Handler]:
    """Subscribe a function. It gets the payload as keywords, must take ``now`` and ignore fields it
    does not know, runs in one transaction with its delivery mark, and calls nothing outside."""

    def register(handler: Handler) -> Handler:
        paths = _handlers.setdefault(event_type.name, [])
        path = f"{handler.__module__}.{handler.__qualname__}"
        if path not in paths:
            paths.append(path)
        return handler

    return register


def handlers_of(name: str) -> list[str]:
    return list(_handlers.get(name, ()))


def publish(event: Event, *, now: datetime, correlation_id: str = "") -> None:
    """Write the event and one delivery per handler into the caller's transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise PublishedOutsideTransaction(event.name)
    payload = asdict(event)  # type: ignore[call-overload]
    row = OutboxEvent.objects.create(
        name=event.name, payload=payload, created_at=now, correlation_id=correlation_id
    )
    EventDelivery.objects.bulk_create(
        EventDelivery(event=row, handler=path, not_before=now) for path in handlers_of(event.name)
    )
    scheduling.nudge(DRAIN)


class PublishedOutsideTransaction(RuntimeError):
    """An event without the change it tells of: a programming error."""


def deliver_due(*, now: datetime, limit: int = 500) -> int:
    """Deliver what is due, oldest first; return how many succeeded."""
    due = EventDelivery.objects.filter(
        delivered_at__isnull=True, needs_person=False, not_before__lte=now
    )
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(deliver(delivery_id, now=now) for delivery_id in ids)


def deliver(delivery_id: int, *, now: datetime) -> bool:
    """Run one handler; a failure leaves its effects undone and the next try scheduled.

    The attempt is counted first, in its own commit: a worker that is killed in the middle must not
    try for ever.
    """
    if not _count_attempt(delivery_id, now=now):
        return False
    try:
        return _deliver_locked(delivery_id, now=now)
    except Exception as error:  # noqa: BLE001  # whatever a handler raises must not stop the others
        _note_failure(delivery_id, error)
        return False


def _count_attempt(delivery_id: int, *, now: datetime) -> bool:
    """Push the next try away before this one, doubling; give up to a person at the limit."""
    with transaction.atomic():
        row = EventDelivery.objects.select_for_update().get(pk=delivery_id)
        if row.delivered_at or row.needs_person or row.not_before > now:
            return False
        row.attempts += 1
        row.not_before = now + _FIRST_WAIT * 2 ** (row.attempts - 1)
        row.needs_person = row.attempts >= MAX_ATTEMPTS
        row.save(update_fields=["attempts", "not_before", "needs_person"])
        return True


@transaction.atomic
def _deliver_locked(delivery_id: int, *, now: datetime) -> bool:
    row = EventDelivery.objects.select_for_update().select_related("event").get(pk=delivery_id)
    if row.delivered_at is not None:
        return False
    handler: Callable[..., Any] = import_string(row.handler)
    handler(**row.event.payload, now=now)
    row.delivered_at, row.needs_person, row.last_error = now, False, ""
    row.save(update_fields=["delivered_at", "needs_person", "last_error"])
    return True


def _note_failure(delivery_id: int, error: Exception) -> None:
    """Keep what the handler said, without what could name a person."""
    try:
        said = redact(str(error)).replace("\x00", "")
        said = said.encode(errors="replace").decode()
    except Exception:  # noqa: BLE001  # an error that cannot even be read must not stop the others
        said = ""
    text = f"{type(error).__name__}: {said}"[:500]
    EventDelivery.objects.filter(pk=delivery_id).update(last_error=text)


def retry(delivery_ids: list[int], *, now: datetime) -> int:
    """Put given-up deliveries back in the queue; return how many there were."""
    stuck = EventDelivery.objects.filter(pk__in=delivery_ids, delivered_at__isnull=True)
    return stuck.update(needs_person=False, attempts=0, not_before=now)


def prune(*, now: datetime) -> None:
    """Drop events whose every delivery was made more than a week ago."""
    week_ago = now - _KEEP_DELIVERED
    needed = EventDelivery.objects.filter(
        models.Q(delivered_at=None) | models.Q(delivered_at__gte=week_ago),
        event=models.OuterRef("pk"),
    )
    OutboxEvent.objects.filter(~models.Exists(needed), created_at__lt=week_ago).delete()
