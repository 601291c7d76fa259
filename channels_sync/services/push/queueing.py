"""Write down what a channel is to be told. Nothing is called here."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from channels_sync.connectors.outbound import (
    MemoPush,
    Push,
    RefundPush,
    ReturnAnswer,
    ShipmentPush,
)
from channels_sync.flows import PushStatus
from channels_sync.models import PushJob, StoreConnection
from channels_sync.services.push import lines
from channels_sync.services.push.parcels import History, parts_to_tell
from oms import scheduling
from oms.audit import timeline
from oms.dto import ChannelStatus
from oms.models import Order, OrderItem, Refund, SellerNote, Shipment, User
from oms.models.locking import atomic_service, lock_rows
from oms.transitions import fire_many

DRAIN = "channels_sync.tasks.push_to_channels"
STUCK = (PushStatus.FAILED, PushStatus.NEEDS_PERSON)
Kind = PushJob.Kind
_EXPECTED = (ChannelStatus.PAID, ChannelStatus.PARTLY_SHIPPED)
BY_HAND = "local:number"
"""The code of what only a person can do, at the channel itself."""
_LOOK_BACK = timedelta(days=60)
PUSHES: dict[str, type[Push]] = {
    Kind.SHIPMENT: ShipmentPush,
    Kind.REFUND: RefundPush,
    Kind.RETURN_AGREE: ReturnAnswer,
    Kind.RETURN_REFUSE: ReturnAnswer,
    Kind.MEMO: MemoPush,
}


@atomic_service
def queue_shipments(shipment_ids: Iterable[int], *, now: datetime, at_once: bool = False) -> int:
    """Write one job per parcel and original order in it whose store's moment the parcel has come
    to; return how many are new. ``at_once`` asks for no moment.

    A merged parcel brings every one of its orders its own upload, with that order's lines only.
    """
    parts = parts_to_tell(shipment_ids, at_once=at_once)
    # One after the other: what is told of a parcel depends on what was told before it.
    lock_rows(Order, {order_id for _shipment, order_id in parts})
    orders = _tellable({order_id for _shipment, order_id in parts}, push=ShipmentPush)
    history = History(orders)
    jobs = [
        new_job(
            Kind.SHIPMENT,
            order=orders[order_id],
            reference=shipment.package_no,
            key=f"ship-{shipment.package_no}-{orders[order_id].order_no}",
            payload=history.next(shipment, order_id=order_id),
            now=now,
        )
        for shipment, order_id in parts
        if order_id in orders
    ]
    return write(jobs, now=now)


@atomic_service
def catch_up(store_ids: Iterable[int], *, now: datetime) -> int:
    """Queue what has come to the moment of these stores and was never queued; return how much.

    Looked at are orders of which the channel still expects goods, of the last two months.
    """
    waiting = OrderItem.objects.filter(
        order__store__in=list(store_ids), order__channel_status__in=_EXPECTED
    )
    told = PushJob.objects.filter(
        kind=Kind.SHIPMENT, reference=OuterRef("package_no"), store__in=list(store_ids)
    )
    parcels = Shipment.objects.filter(
        ~Exists(told),
        lines__fulfillment_line__order_item__in=waiting,
        created_at__gte=now - _LOOK_BACK,
    ).exclude(waybill_no=None)
    return queue_shipments(set(parcels.values_list("pk", flat=True)), now=now)


@atomic_service
def queue_again(shipment_ids: Iterable[int], *, order_no: str, mark: str, now: datetime) -> int:
    """Tell a channel once more of parcels that it took and does not show; return how many.

    ``order_no`` is the channel's; ``mark`` names the occasion: under one mark it is told once. The
    channel is asked first whether it knows by now.
    """
    packages = Shipment.objects.filter(pk__in=list(shipment_ids)).values("package_no")
    done = PushJob.objects.filter(
        kind=Kind.SHIPMENT,
        status=PushStatus.DONE,
        reference__in=packages,
        order__channel_order_no=order_no,
    )
    jobs = [
        new_job(
            Kind.SHIPMENT,
            order=job.order,
            reference=job.reference,
            key=f"{job.key.partition('~')[0]}~{mark}"[:80],
            payload=job.payload,
            now=now,
        )
        for job in done.select_related("order__store__connection").order_by("pk")
        if "~" not in job.key
    ]
    for job in jobs:
        job.is_in_doubt = True
    return write(jobs, now=now)


@atomic_service
def queue_refunds(refund_ids: Iterable[int], *, now: datetime) -> int:
    """Write one job per refund; where no channel can be told, a person is told at once.

    Asked for again, a refund that the channel refused is tried again under the same key.
    """
    refunds = Refund.objects.filter(pk__in=list(refund_ids)).order_by("pk")
    jobs = [
        new_job(
            Kind.REFUND,
            order=refund.order,
            reference=refund.refund_no,
            key=f"refund-{refund.refund_no}",
            payload={"refund": refund.pk},
            now=now,
        )
        for refund in refunds.select_related("order__store__connection")
    ]
    tellable = [job.key for job in jobs if job.status == PushStatus.WAITING]
    put_back(PushJob.objects.filter(key__in=tellable), actor=None, now=now)
    return write(jobs, now=now)


def put_back(jobs: QuerySet[PushJob], *, actor: User | None, now: datetime) -> int:
    """Try those of these jobs that did not get through again now; return how many.

    They keep their keys, and what may have been done is looked up first.
    """
    stuck = jobs.filter(status__in=STUCK).order_by("pk").select_for_update()
    chosen = list(stuck.values_list("pk", flat=True))
    if chosen:
        fire_many(PushJob, chosen, "retry", now=now, actor=actor)
        PushJob.objects.filter(pk__in=chosen).update(attempts=0, not_before=now, trying_since=now)
        scheduling.nudge(DRAIN)
    return len(chosen)


@atomic_service
def queue_memos(order_ids: Iterable[int], *, now: datetime) -> int:
    """Write one job per order whose note was changed here; what it tells is read when it is sent.

    Where a channel takes no notes they stay here, and nobody has to do anything about it. An older
    job of the order that waits for a person is over: only the newest note counts.
    """
    orders = _tellable(order_ids, push=MemoPush)
    notes = SellerNote.objects.filter(order__in=orders).order_by("order")
    jobs = [
        new_job(
            Kind.MEMO,
            order=orders[note.order_id],
            reference=orders[note.order_id].order_no,
            key=f"memo-{orders[note.order_id].order_no}-{note.number}",
            payload={"number": note.number},
            now=now,
        )
        for note in notes
        if note.is_waiting
    ]
    older = PushJob.objects.filter(kind=Kind.MEMO, order__in=[job.order_id for job in jobs])
    older = older.exclude(key__in=[job.key for job in jobs])
    _settle_outdated(older.filter(status=PushStatus.NEEDS_PERSON), now=now)
    return write(jobs, now=now)


def _settle_outdated(jobs: QuerySet[PushJob], *, now: datetime) -> None:
    ids = list(jobs.order_by("pk").select_for_update().values_list("pk", flat=True))
    if ids:
        PushJob.objects.filter(pk__in=ids).update(done_at=now, is_in_doubt=False)
        fire_many(PushJob, ids, "settle", now=now)


@atomic_service
def queue_answer(
    order_id: int,
    *,
    case_no: str,
    channel_refund_no: str,
    is_agreed: bool,
    now: datetime,
    refusal_code: str = "",
) -> int:
    """Write our answer on a return that the channel asked about; ``refusal_code`` is its own
    reason for a no."""
    order = Order.objects.select_related("store__connection").get(pk=order_id)
    kind = Kind.RETURN_AGREE if is_agreed else Kind.RETURN_REFUSE
    payload = {"case": case_no, "channel_refund": channel_refund_no}
    payload |= {"refusal": refusal_code} if refusal_code else {}
    key = f"{kind}-{case_no}".replace("return_", "")
    job = new_job(kind, order=order, reference=case_no, key=key, payload=payload, now=now)
    return write([job], now=now)


def _tellable(order_ids: Iterable[int], *, push: type[Push]) -> dict[int, Order]:
    """Leave out orders that no channel knows, and channels that want to hear nothing."""
    rows = Order.objects.filter(pk__in=order_ids).exclude(channel_order_no=None)
    return {
        order.pk: order
        for order in rows.select_related("store__connection")
        if lines.takes(_connection(order), push=push)
    }


def _connection(order: Order) -> StoreConnection | None:
    return getattr(order.store, "connection", None)


def new_job(
    kind: str,
    *,
    order: Order,
    reference: str,
    key: str,
    payload: dict[str, Any],
    now: datetime,
    by_hand: str = "",
) -> PushJob:
    """Return the job of an act, not yet written; ``by_hand`` are the words with which a person is
    told to do it, as where the channel takes no such thing from us."""
    takes_it = lines.takes(_connection(order), push=PUSHES[kind]) and order.channel_order_no
    is_tellable = takes_it and not by_hand
    return PushJob(
        kind=kind,
        store_id=order.store_id,
        order=order,
        reference=reference,
        key=key,
        payload=payload,
        not_before=now,
        trying_since=now,
        created_at=now,
        status=PushStatus.WAITING if is_tellable else PushStatus.NEEDS_PERSON,
        status_at=now,
        last_error=by_hand[:300] or ("" if takes_it else str(lines.NoLine())),
        error_code=BY_HAND if by_hand else "",
    )


def write(jobs: Sequence[PushJob], *, now: datetime) -> int:
    """Write the jobs that are not there yet: an event told twice stays one act."""
    keys = [job.key for job in jobs]
    known = set(PushJob.objects.filter(key__in=keys).values_list("key", flat=True))
    PushJob.objects.bulk_create(jobs, ignore_conflicts=True)
    fresh = PushJob.objects.filter(key__in=set(keys) - known)
    created = dict(fresh.values_list("pk", "status"))
    for status in sorted(set(created.values())):
        ids = [pk for pk, standing in created.items() if standing == status]
        timeline.record_created(PushJob.SUBJECT, ids, status, at=now)
    scheduling.nudge(DRAIN)
    return len(created)
