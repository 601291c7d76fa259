"""Orders that could not be taken in, in front of people: look, mend the cause, replay."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from channels_sync.dto import IncomingCancellation
from channels_sync.flows import RawOrderStatus
from channels_sync.models import RawOrder
from channels_sync.services import intake
from channels_sync.services.cancellations import preview_cancellation
from channels_sync.services.imports.trial import preview_orders
from channels_sync.services.taking_in import Fate, preview_refund
from oms import scheduling
from oms.access.checks import Person, scope
from oms.audit import timeline
from oms.dto import IncomingOrder, IncomingRefund
from oms.models import User
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.transitions import fire_many

RIGHT = "import_orders"
AT_ONCE = 200
"""How many are replayed while the person waits; the rest goes to the worker."""


class NothingChosen(Refusal):
    message = _("None of these is waiting any more. Reload and look again.")


class NotFromHere(Refusal):
    message = _("%(name)s may not import orders of all these stores.")


@dataclass(frozen=True, slots=True)
class Group:
    """Exceptions of one cause, for one line of the inbox. ``mapping`` is the newest import mapping
    by which any of them was read; None for messages."""

    cause: str
    explanation: str
    count: int
    oldest: datetime
    mapping: int | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """``again`` are those that were refused once more, ``queued`` those left to the worker."""

    ingested: int
    again: int
    queued: int


@dataclass(slots=True)
class Preview:
    """What a replay would do now: ``wont`` pairs a raw order with why it cannot be taken in."""

    will: list[RawOrder] = field(default_factory=list)
    wont: list[tuple[RawOrder, str]] = field(default_factory=list)
    unseen: int = 0
    """More were chosen than are looked at in advance."""


def raw_orders(user: Person) -> QuerySet[RawOrder]:
    """Return everything received for the stores in which the person may import orders."""
    return RawOrder.objects.filter(store_id__in=scope(user).ids(RIGHT))


def exceptions(user: Person) -> QuerySet[RawOrder]:
    return raw_orders(user).filter(status=RawOrderStatus.EXCEPTION)


def awake(rows: QuerySet[RawOrder], *, now: datetime) -> QuerySet[RawOrder]:
    """Leave out what somebody put off until later."""
    return rows.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=now))


def inbox(user: Person, *, now: datetime, store_id: int | None = None) -> list[Group]:
    """Return the exceptions that want somebody now, by cause, the largest group first."""
    rows = awake(exceptions(user), now=now)
    if store_id is not None:
        rows = rows.filter(store=store_id)
    counted = rows.values("cause", "explanation").annotate(
        count=Count("pk"), oldest=Min("received_at"), mapping=Max("mapping_id")
    )
    return [Group(**each) for each in counted.order_by("-count", "oldest", "cause", "explanation")]


def preview_replay(ids: Collection[int], *, actor: User, now: datetime) -> Preview:
    """Tell what a replay would do now, and change nothing.

    :raises NothingChosen: if none of them is an exception that the person may see
    """
    rows = exceptions(actor).filter(pk__in=ids).order_by("pk")
    count = rows.count()
    if not count:
        raise NothingChosen
    looked_at = list(rows.select_related("store__connection", "mapping")[:AT_ONCE])
    fates = _preview(looked_at, now=now)
    preview = Preview(unseen=count - len(looked_at))
    for row in looked_at:
        trouble = fates[row.pk].trouble
        if trouble:
            preview.wont.append((row, trouble.explanation))
        else:
            preview.will.append(row)
    return preview


def replay(ids: Collection[int], *, actor: User, now: datetime) -> Replayed:
    """Take exceptions in again, by the mappings and listings as they are now.

    :raises NothingChosen: if none of them is an exception that the person may see
    """
    first = _put_back(ids, actor=actor, now=now)
    tally = intake.process(first.now, now=now, actor=actor)
    again = tally["refuse"]
    return Replayed(sum(tally.values()) - again, again, first.later)


@dataclass(frozen=True, slots=True)
class _PutBack:
    now: list[int]
    later: int


@atomic_service
def _put_back(ids: Collection[int], *, actor: User, now: datetime) -> _PutBack:
    chosen = _lock(ids, actor=actor)
    fire_many(RawOrder, chosen, "replay", now=now, actor=actor)
    rows = RawOrder.objects.filter(pk__in=chosen)
    rows.update(attempts=0, snoozed_until=None, not_before=now)
    first = chosen[:AT_ONCE]
    # The worker leaves alone what is taken in right here.
    RawOrder.objects.filter(pk__in=first).update(not_before=now + intake.LEASE)
    if len(chosen) > len(first):
        scheduling.nudge(intake.DRAIN)
    return _PutBack(first, len(chosen) - len(first))


@atomic_service
def assign(ids: Collection[int], *, to: User, actor: User, now: datetime) -> int:
    """Give exceptions to a colleague who may mend them; return how many.

    :raises NotFromHere: if the colleague may not import orders of one of the stores
    """
    chosen = _lock(ids, actor=actor)
    rows = RawOrder.objects.filter(pk__in=chosen)
    if set(rows.values_list("store_id", flat=True)) - scope(to).ids(RIGHT):
        raise NotFromHere(name=str(to))
    rows.update(assigned_to=to)
    _record(chosen, "assign", actor=actor, now=now, detail={"to": to.pk})
    return len(chosen)


@atomic_service
def snooze(ids: Collection[int], *, until: datetime, actor: User, now: datetime) -> int:
    """Put exceptions off until a moment; return how many."""
    chosen = _lock(ids, actor=actor)
    RawOrder.objects.filter(pk__in=chosen).update(snoozed_until=until)
    _record(chosen, "snooze", actor=actor, now=now, detail={"until": until.isoformat()})
    return len(chosen)


@atomic_service
def dismiss(ids: Collection[int], *, reason: str, actor: User, now: datetime) -> int:
    """Say of exceptions that they need not come in, and why; return how many."""
    chosen = _lock(ids, actor=actor)
    fire_many(RawOrder, chosen, "dismiss", now=now, actor=actor, note=reason[:500])
    return len(chosen)


def _lock(ids: Collection[int], *, actor: User) -> list[int]:
    rows = exceptions(actor).filter(pk__in=ids).order_by("pk").select_for_update()
    chosen = list(rows.values_list("pk", flat=True))
    if not chosen:
        raise NothingChosen
    return chosen


def _record(
    ids: Collection[int], action: str, *, actor: User, now: datetime, detail: Mapping[str, object]
) -> None:
    for pk in ids:
        timeline.record(RawOrder.SUBJECT, pk, action, at=now, actor=actor, detail=detail)


def _preview(rows: Sequence[RawOrder], *, now: datetime) -> dict[int, Fate]:
    fates: dict[int, Fate] = {}
    orders: dict[tuple[int, bool], list[tuple[int, IncomingOrder]]] = defaultdict(list)
    for row in rows:
        told = intake.read(row)
        match told:
            case Fate():
                fates[row.pk] = told
            case IncomingCancellation():
                fates[row.pk] = preview_cancellation(row.store_id, told=told)
            case IncomingRefund():
                fates[row.pk] = preview_refund(row.store_id, refund=told)
            case IncomingOrder():
                orders[row.store_id, intake.creates_skus(row)].append((row.pk, told))
    for (store_id, create_skus), found in orders.items():
        tried = preview_orders(
            store_id, orders=[order for _pk, order in found], create_skus=create_skus, now=now
        )
        for (pk, _order), fate in zip(found, tried.fates, strict=True):
            fates[pk] = fate
    return fates
