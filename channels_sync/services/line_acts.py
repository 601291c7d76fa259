"""What a person does about a store's line: try it now, pause it, let it go on."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from channels_sync.flows import PushStatus
from channels_sync.models import ChannelHint, LineState, ListingStock, PushJob, SyncCursor
from channels_sync.services.breaking.noting import probe_now
from channels_sync.services.hints import REREAD
from channels_sync.services.pull.pulling import PULL
from channels_sync.services.push.queueing import DRAIN
from channels_sync.services.stock.marking import SEND
from oms import scheduling
from oms.access.checks import require
from oms.evidence.append import append
from oms.models import Store, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal

RIGHT = "manage_store"
_WAITING = (PushStatus.WAITING, PushStatus.FAILED, PushStatus.ACCEPTED)


class PausedAlready(Refusal):
    message = _("%(store)s is paused already. Reload and look again.")


class NotPaused(Refusal):
    message = _("%(store)s is not paused. Reload and look again.")


class SayWhyItRests(Refusal):
    message = _("Say why the store is paused: others will want to know.")


def silent() -> QuerySet[LineState]:
    """Return the lines that are left alone because they do not answer, of stores in use."""
    return LineState.objects.filter(
        opened_at__isnull=False,
        paused_at=None,
        store__is_active=True,
        store__connection__is_active=True,
    )


@atomic_service
def try_now(store_id: int, *, actor: User, now: datetime) -> None:
    """Let everything of a store that waits for a later try be tried now; an open line is probed.

    :raises NotAllowed: if the person may not set the store up
    """
    store = _store(store_id, actor=actor)
    probe_now(store_id, now=now)
    SyncCursor.objects.filter(store=store, not_before__gt=now).update(not_before=now)
    jobs = PushJob.objects.filter(store=store, status__in=_WAITING, not_before__gt=now)
    jobs.update(not_before=now)
    ListingStock.objects.filter(store=store, due_at__gt=now).update(due_at=now)
    ChannelHint.objects.filter(store=store, not_before__gt=now).update(not_before=now)
    for task in (PULL, DRAIN, SEND, REREAD):
        scheduling.nudge(task)
    append("channel.try_now", f"store:{store.pk}", at=now, actor=actor)


@atomic_service
def pause(store_id: int, *, reason: str, actor: User, now: datetime) -> None:
    """Ask and tell nothing for a store until somebody lets it go on. What it sends is kept.

    :raises NotAllowed: if the person may not set the store up
    :raises PausedAlready: if somebody was quicker
    :raises SayWhyItRests: without a reason
    """
    store = _store(store_id, actor=actor)
    if not reason.strip():
        raise SayWhyItRests
    LineState.objects.get_or_create(store=store)
    row = LineState.objects.select_for_update().get(store=store)
    if row.paused_at is not None:
        raise PausedAlready(store=store)
    row.paused_at, row.paused_by, row.pause_reason = now, actor, reason.strip()[:200]
    row.save(update_fields=["paused_at", "paused_by", "pause_reason"])
    facts = {"reason": row.pause_reason}
    append("channel.pause", f"store:{store.pk}", at=now, actor=actor, facts=facts)


@atomic_service
def resume(store_id: int, *, actor: User, now: datetime) -> None:
    """Let a paused store go on, from where it stopped.

    :raises NotAllowed: if the person may not set the store up
    :raises NotPaused: if it is not paused (any more)
    """
    store = _store(store_id, actor=actor)
    row = LineState.objects.select_for_update().filter(store=store).first()
    if row is None or row.paused_at is None:
        raise NotPaused(store=store)
    facts = {"paused_at": row.paused_at.isoformat()}
    row.paused_at, row.paused_by, row.pause_reason = None, None, ""
    row.save(update_fields=["paused_at", "paused_by", "pause_reason"])
    append("channel.resume", f"store:{store.pk}", at=now, actor=actor, facts=facts)
    for task in (PULL, DRAIN, SEND, REREAD):
        scheduling.nudge(task)


def _store(store_id: int, *, actor: User) -> Store:
    store = lock_row(Store, store_id)
    require(actor, RIGHT, store)
    return store
