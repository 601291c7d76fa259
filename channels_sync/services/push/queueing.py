"""Write down what a channel is to be told. Nothing is called here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

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
from channels_sync.services.push.units import Line, add_up, is_part, lines_in
from oms import scheduling
from oms.audit import timeline
from oms.models import Order, OrderItem, Refund, SellerNote, Shipment, ShipmentLine, User
from oms.models.locking import atomic_service
from oms.transitions import fire_many

DRAIN = "channels_sync.tasks.push_to_channels"
STUCK = (PushStatus.FAILED, PushStatus.NEEDS_PERSON)
Kind = PushJob.Kind
PUSHES: dict[str, type[Push]] = {
    Kind.SHIPMENT: ShipmentPush,
    Kind.REFUND: RefundPush,
    Kind.RETURN_AGREE: ReturnAnswer,
    Kind.RETURN_REFUSE: ReturnAnswer,
    Kind.MEMO: MemoPush,
}


@atomic_service
def queue_shipments(shipment_ids: Iterable[int], *, now: datetime) -> int:
    """Write one job per parcel and original order in it; return how many are new.

    A merged parcel brings every one of its orders its own upload, with that order's lines only.
    """
    parts = _parts(shipment_ids)
    orders = _tellable({order_id for _shipment, order_id in parts}, push=ShipmentPush)
    history = _History(orders)
    jobs = [
        _job(
            Kind.SHIPMENT,
            orders[order_id],
            reference=shipment.package_no,
            key=f"ship-{shipment.package_no}-{orders[order_id].order_no}",
            payload=history.told(shipment, order_id),
            now=now,
        )
        for shipment, order_id in parts
        if order_id in orders
    ]
    return _write(jobs, now=now)


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
        _job(
            Kind.SHIPMENT,
            job.order,
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
    return _write(jobs, now=now)


@atomic_service
def queue_refunds(refund_ids: Iterable[int], *, now: datetime) -> int:
    """Write one job per refund; where no channel can be told, a person is told at once.

    Asked for again, a refund that the channel refused is tried again under the same key.
    """
    refunds = Refund.objects.filter(pk__in=list(refund_ids)).order_by("pk")
    jobs = [
        _job(
            Kind.REFUND,
            refund.order,
            reference=refund.refund_no,
            key=f"refund-{refund.refund_no}",
            payload={"refund": refund.pk},
            now=now,
        )
        for refund in refunds.select_related("order__store__connection")
    ]
    tellable = [job.key for job in jobs if job.status == PushStatus.WAITING]
    put_back(PushJob.objects.filter(key__in=tellable), actor=None, now=now)
    return _write(jobs, now=now)


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
        _job(
            Kind.MEMO,
            orders[note.order_id],
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
    return _write(jobs, now=now)


def _settle_outdated(jobs: QuerySet[PushJob], *, now: datetime) -> None:
    ids = list(jobs.order_by("pk").select_for_update().values_list("pk", flat=True))
    if ids:
        PushJob.objects.filter(pk__in=ids).update(done_at=now, is_in_doubt=False)
        fire_many(PushJob, ids, "settle", now=now)


@atomic_service
def queue_answer(
    order_id: int, *, case_no: str, channel_refund_no: str, is_agreed: bool, now: datetime
) -> int:
    """Write our answer on a return that the channel asked about."""
    order = Order.objects.select_related("store__connection").get(pk=order_id)
    kind = Kind.RETURN_AGREE if is_agreed else Kind.RETURN_REFUSE
    payload = {"case": case_no, "channel_refund": channel_refund_no}
    key = f"{kind}-{case_no}".replace("return_", "")
    job = _job(kind, order, reference=case_no, key=key, payload=payload, now=now)
    return _write([job], now=now)


def _parts(shipment_ids: Iterable[int]) -> list[tuple[Shipment, int]]:
    parcels = Shipment.objects.filter(pk__in=list(shipment_ids)).exclude(handed_over_at=None)
    pairs = ShipmentLine.objects.filter(shipment__in=parcels).values_list(
        "shipment_id", "fulfillment_line__order_item__order_id"
    )
    by_id = parcels.in_bulk()
    return [(by_id[parcel], order) for parcel, order in sorted(set(pairs))]


def _tellable(order_ids: Iterable[int], *, push: type[Push]) -> dict[int, Order]:
    """Leave out orders that no channel knows, and channels that want to hear nothing."""
    rows = Order.objects.filter(pk__in=order_ids).exclude(channel_order_no=None)
    return {
        order.pk: order
        for order in rows.select_related("store__connection")
        if lines.takes(_connection(order), push=push)
    }


class _History:
    """What of some orders has left so far, parcel by parcel, in the order in which it left."""

    def __init__(self, orders: Iterable[int]) -> None:
        self.items: dict[int, list[OrderItem]] = defaultdict(list)
        found = OrderItem.objects.filter(order__in=list(orders)).select_related("line")
        for item in found.order_by("pk"):
            self.items[item.order_id].append(item)
        self.left: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        parts = ShipmentLine.objects.filter(
            fulfillment_line__order_item__order__in=list(orders),
            shipment__handed_over_at__isnull=False,
        ).select_related("fulfillment_line__order_item")
        for part in parts.order_by("shipment__handed_over_at", "shipment_id"):
            item = part.fulfillment_line.order_item
            units = self.left[item.order_id][part.shipment_id]
            units[item.pk] = units.get(item.pk, 0) + part.quantity

    def told(self, shipment: Shipment, order_id: int) -> dict[str, Any]:
        """Return the payload of one parcel for one order."""
        parcels = self.left[order_id]
        before = list(parcels).index(shipment.pk)
        earlier = add_up(list(parcels.values())[:before])
        units = parcels[shipment.pk]
        items = self.items[order_id]
        owed = {item.pk: item.quantity - item.cancelled_quantity for item in items}
        return {
            "shipment": shipment.pk,
            "lines": lines_in(units, earlier=earlier, lines=_channel_lines(items)),
            "is_split": is_part(units, owed=owed),
        }


def _channel_lines(items: Iterable[OrderItem]) -> list[Line]:
    by_line: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)
    for item in items:
        number = item.line.channel_line_no
        if number:
            by_line[number, item.line.quantity][item.pk] = item.quantity
    return [Line(number, quantity, units) for (number, quantity), units in by_line.items()]


def _connection(order: Order) -> StoreConnection | None:
    return getattr(order.store, "connection", None)


def _job(
    kind: str, order: Order, *, reference: str, key: str, payload: dict[str, Any], now: datetime
) -> PushJob:
    is_tellable = lines.takes(_connection(order), push=PUSHES[kind]) and order.channel_order_no
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
        last_error="" if is_tellable else str(lines.NoLine()),
    )


def _write(jobs: Sequence[PushJob], *, now: datetime) -> int:
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
