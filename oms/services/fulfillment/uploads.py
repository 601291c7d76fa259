"""What the core knows of telling channels of parcels; who tells them stands in another app."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.audit import timeline
from oms.events import bus
from oms.events.types import UploadMomentChanged, UploadWanted
from oms.flows.shipment import ShipmentStatus
from oms.models import Order, Shipment, UploadMoment, User
from oms.models.locking import atomic_service
from oms.refusals import Refusal

RIGHT = "hand_over"


class NothingToTell(Refusal):
    message = _("None of these parcels has a waybill and can still leave.")


def has_passed(shipment: Shipment, *, moment: str) -> bool:
    """Tell whether a parcel has come to a store's moment; what was opened again never does."""
    if shipment.status == ShipmentStatus.CANCELLED:
        return False
    has_left = shipment.handed_over_at is not None
    match moment:
        case UploadMoment.LABEL:
            return has_left or bool(shipment.waybill_no)
        case UploadMoment.WEIGH:
            return has_left or bool(shipment.waybill_no and shipment.weight_g)
        case UploadMoment.FIRST_SCAN:
            is_scanned = shipment.first_scanned_at is not None
            return is_scanned or (has_left and shipment.scan_expected is False)
    return has_left


def waits_for_weight(shipment: Shipment) -> bool:
    """Tell whether the store of one of its orders is told of a parcel when somebody weighs it."""
    return (
        shipment.weight_g is None
        and shipment.handed_over_at is None
        and shipment.lines.filter(
            fulfillment_line__order_item__order__store__upload_moment=UploadMoment.WEIGH
        ).exists()
    )


def begin_upload(shipment_id: int, *, now: datetime) -> None:
    """Note that a channel is about to be told of a parcel: its answer may come before ours."""
    first = Shipment.objects.filter(pk=shipment_id, upload_began_at=None)
    first.exclude(status=ShipmentStatus.CANCELLED).update(upload_began_at=now)


def end_upload(shipment_id: int, *, now: datetime) -> None:
    """Note that a channel knows of a parcel."""
    Shipment.objects.filter(pk=shipment_id, uploaded_at=None).update(uploaded_at=now)


def told_by_us(order: Order) -> bool:
    """Tell whether the channel was told of goods of the order by us while they were still here,
    also in a parcel that was opened again since."""
    return Shipment.objects.filter(
        lines__fulfillment_line__order_item__order=order, upload_began_at__isnull=False
    ).exists()


def announce_moment(store_id: int, *, now: datetime) -> None:
    """Say that a store's moment was changed, in the transaction of the change: parcels that have
    passed the new one are told of."""
    bus.publish(UploadMomentChanged([store_id]), now=now)


@atomic_service
def upload_now(shipment_ids: Collection[int], *, actor: User, now: datetime) -> int:
    """Have the channels told of parcels now, whatever their stores' moment; return how many.

    What a channel was told before it is not told again.

    :raises NothingToTell: if none can still leave, or the person may not hand over there
    """
    rows = Shipment.objects.filter(
        pk__in=shipment_ids, fulfillment__warehouse__in=scope(actor).ids(RIGHT)
    ).exclude(status=ShipmentStatus.CANCELLED)
    ids = list(rows.exclude(waybill_no=None).order_by("pk").values_list("pk", flat=True))
    if not ids:
        raise NothingToTell
    for pk in ids:
        timeline.record(Shipment.SUBJECT, pk, "upload_now", at=now, actor=actor)
    bus.publish(UploadWanted(ids), now=now)
    return len(ids)
