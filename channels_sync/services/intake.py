"""Take raw orders in: claim a page of them, map them, hand them to the core, note what came of it.

A page may be worked on twice, when a worker dies in the middle: the core takes the same revision of
an order once, so nothing is lost and nothing comes in twice.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet

from channels_sync.dto import ImportOptions, IncomingCancellation, Unreadable
from channels_sync.flows import RawOrderStatus
from channels_sync.models import RawOrder
from channels_sync.services import troubles
from channels_sync.services.cancellations import record_cancellation
from channels_sync.services.fairness import page_of_all
from channels_sync.services.reading import Told, read_raw
from channels_sync.services.settling import settle
from channels_sync.services.skus import create_missing_skus
from channels_sync.services.taking_in import Fate, refused, take_in, take_in_refund
from oms import scheduling
from oms.dto import IncomingOrder, IncomingRefund
from oms.models import User
from oms.models.locking import atomic_service
from oms.privacy.cipher import UndecryptableValue
from oms.services.orders.differences import age
from oms.services.orders.ingest import Verdict
from oms.transitions import fire_many

DRAIN = "channels_sync.tasks.drain_raw_orders"
PAGE = 100
MOST_ATTEMPTS = 5
LEASE: timedelta = settings.TASK_TIMEOUT + timedelta(seconds=60)
"""How long a claimed row is left alone: longer than its worker can live."""

Pending = list[tuple[RawOrder, IncomingOrder]]


def drain(*, now: datetime) -> bool:
    """Take one page of received raw orders in; return whether more is due."""
    process(_claim(now=now), now=now)
    more = _due(now=now).exists()
    if more:
        scheduling.nudge(DRAIN)
    return more


def process(ids: Collection[int], *, now: datetime, actor: User | None = None) -> Counter[str]:
    """Take in raw orders that the caller has claimed; return how many went which way.

    One bad order never stops the others.
    """
    by_store: dict[int, list[RawOrder]] = defaultdict(list)
    for row in _load(ids):
        by_store[row.store_id].append(row)
    tally: Counter[str] = Counter()
    for store_id, of_store in sorted(by_store.items()):
        tally += _process_store(store_id, of_store, now=now, actor=actor)
    return tally


def _load(ids: Collection[int]) -> list[RawOrder]:
    rows = RawOrder.objects.filter(pk__in=ids, status=RawOrderStatus.RECEIVED)
    rows = rows.select_related("store__connection", "mapping").order_by("pk")
    try:
        return list(rows)
    except UndecryptableValue:
        # Each is opened when it is read then, so that only those that cannot be are refused.
        return list(rows.defer("payload"))


def _due(*, now: datetime) -> QuerySet[RawOrder]:
    return RawOrder.objects.filter(status=RawOrderStatus.RECEIVED, not_before__lte=now)


@transaction.atomic
def _claim(*, now: datetime) -> list[int]:
    """Count the attempt before the work, in its own commit: a row that kills its worker must not do
    so for ever. What was tried before is tried alone."""
    skip = connection.features.has_select_for_update_skip_locked
    chosen = page_of_all(_due(now=now), order=("not_before", "pk"), size=PAGE)
    due = _due(now=now).filter(pk__in=chosen).order_by("not_before", "pk")
    page = list(due.select_for_update(skip_locked=skip).values_list("pk", "attempts"))
    if page and page[0][1]:
        page = page[:1]
    ids = [pk for pk, attempts in page if attempts == page[0][1]]
    RawOrder.objects.filter(pk__in=ids).update(attempts=F("attempts") + 1, not_before=now + LEASE)
    return ids


def _process_store(
    store_id: int, rows: Sequence[RawOrder], *, now: datetime, actor: User | None
) -> Counter[str]:
    fates: dict[int, Fate] = {}
    pending: Pending = []
    refunds: list[tuple[RawOrder, IncomingRefund]] = []
    for row in rows:
        told = read(row)
        match told:
            case Fate():
                fates[row.pk] = told
            case IncomingCancellation():
                fates[row.pk] = record_cancellation(store_id, told=told, job=row.job, now=now)
            case IncomingRefund():
                refunds.append((row, told))
            case IncomingOrder():
                pending.append((row, told))
    tally = _settle(fates, now=now, actor=actor)
    while pending:
        tally += _take_newest(store_id, pending, now=now, actor=actor)
    # After the orders: a request finds its own order, if both came together.
    fates = {row.pk: take_in_refund(store_id, refund=told, now=now) for row, told in refunds}
    return tally + _settle(fates, now=now, actor=actor)


def read(row: RawOrder) -> Told | Fate:
    """Map a raw order; what cannot be mapped is refused with the reason."""
    if row.attempts > MOST_ATTEMPTS:
        return refused(troubles.of_many_attempts())
    try:
        return read_raw(row)
    except Unreadable as error:
        return refused(troubles.of_unreadable(error))
    except Exception as error:  # noqa: BLE001  # a fault in one mapper must not stop the page
        return refused(troubles.of_crash(error))


def _take_newest(
    store_id: int, pending: Pending, *, now: datetime, actor: User | None
) -> Counter[str]:
    """Take in the newest revision of every order and remove it from ``pending``.

    Its older revisions go with it; where the newest is refused, the next newest has its turn.
    """
    turn = _newest(pending)
    for row, order in turn:
        if creates_skus(row):
            reference = f"raw:{row.pk}"
            create_missing_skus(
                store_id, lines=order.lines, reference=reference, actor=actor, now=now
            )
    fates = take_in(store_id, orders=[order for _row, order in turn], now=now)
    by_row = {row.pk: fate for (row, _order), fate in zip(turn, fates, strict=True)}
    tally = _settle(by_row, now=now, actor=actor)
    accepted = {
        order.channel_order_no
        for row, order in turn
        if by_row[row.pk].verdict is not Verdict.REFUSED
    }
    rest = [(row, order) for row, order in pending if row.pk not in by_row]
    older = [row.pk for row, order in rest if order.channel_order_no in accepted]
    pending[:] = [(row, order) for row, order in rest if row.pk not in older]
    return tally + _supersede(older, now=now, actor=actor)


def _newest(pending: Pending) -> Pending:
    newest: dict[str, tuple[RawOrder, IncomingOrder]] = {}
    for row, order in pending:
        known = newest.get(order.channel_order_no)
        if known is None or age(order) >= age(known[1]):
            newest[order.channel_order_no] = (row, order)
    return list(newest.values())


def _settle(fates: dict[int, Fate], *, now: datetime, actor: User | None) -> Counter[str]:
    moved = settle(fates, now=now, actor=actor) if fates else {}
    return Counter({action: len(ids) for action, ids in moved.items()})


@atomic_service
def _supersede(ids: Sequence[int], *, now: datetime, actor: User | None) -> Counter[str]:
    waiting = RawOrder.objects.filter(pk__in=ids, status=RawOrderStatus.RECEIVED)
    chosen = list(waiting.order_by("pk").select_for_update().values_list("pk", flat=True))
    if chosen:
        fire_many(RawOrder, chosen, "supersede", now=now, actor=actor)
    return Counter({"supersede": len(chosen)})


def creates_skus(row: RawOrder) -> bool:
    """Tell whether unknown codes of this raw order become SKUs: only files may ask for that."""
    return bool(row.mapping and ImportOptions.from_json(row.mapping.options).create_skus)
