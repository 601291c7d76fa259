"""Note on raw orders what became of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from channels_sync.dto import REFUND_EVENTS
from channels_sync.flows import RawOrderStatus
from channels_sync.models import RawOrder
from channels_sync.services.taking_in import Fate
from oms import bulk
from oms.models import User
from oms.models.locking import atomic_service
from oms.services.orders.ingest import Verdict
from oms.transitions import fire_many

_ACTIONS = {Verdict.REFUSED: "refuse", Verdict.STALE: "ignore"}
_STALE = "stale"


@atomic_service
def settle(
    fates: Mapping[int, Fate], *, now: datetime, actor: User | None = None
) -> dict[str, list[int]]:
    """Move raw orders that still wait by what became of them; return the ids by action.

    One that somebody else settled in the meantime stays as it is.
    """
    waiting = RawOrder.objects.filter(pk__in=fates, status=RawOrderStatus.RECEIVED)
    # What was sent is not opened again: it is long, and not ours to judge here.
    rows = list(waiting.order_by("pk").defer("payload").select_for_update())
    moved: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        fate = fates[row.pk]
        row.order_id = fate.order_id or row.order_id
        row.cause = fate.trouble.cause if fate.trouble else _cause_without_trouble(fate)
        row.explanation = fate.trouble.explanation if fate.trouble else ""
        moved[_ACTIONS.get(fate.verdict, "ingest")].append(row.pk)
    bulk.update_columns(rows, ["order", "cause", "explanation"])
    for action, ids in moved.items():
        fire_many(RawOrder, ids, action, now=now, actor=actor)
    taken = set(moved["ingest"])
    supersede_older((row for row in rows if row.pk in taken), now=now)
    return dict(moved)


def _cause_without_trouble(fate: Fate) -> str:
    return _STALE if fate.verdict is Verdict.STALE else ""


def supersede_older(accepted: Iterable[RawOrder], *, now: datetime) -> None:
    """Close exceptions of the same orders that an accepted newer revision made pointless."""
    newest: dict[tuple[int, str], datetime] = {}
    for row in accepted:
        is_of_order = row.channel_order_no and row.event not in REFUND_EVENTS
        if is_of_order and row.channel_modified_at:
            key = (row.store_id, row.channel_order_no)
            newest[key] = max(newest.get(key, row.channel_modified_at), row.channel_modified_at)
    if not newest:
        return
    candidates = RawOrder.objects.filter(
        status=RawOrderStatus.EXCEPTION,
        store__in={store for store, _number in newest},
        channel_order_no__in={number for _store, number in newest},
        channel_modified_at__isnull=False,
    ).exclude(event__in=REFUND_EVENTS)
    pointless = [
        row.pk
        for row in candidates.order_by("pk").defer("payload").select_for_update()
        if (known := newest.get((row.store_id, row.channel_order_no)))
        and row.channel_modified_at
        and row.channel_modified_at <= known
    ]
    if pointless:
        fire_many(RawOrder, pointless, "supersede", now=now)
