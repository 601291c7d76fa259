"""Parcels on the road, and what their carrier says of them."""

from datetime import datetime, timedelta

from oms.events import bus
from oms.models import Shipment
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.test_handing_over import labelled
from warehouse.dto import TrackEvent, TrackStatus
from warehouse.models import CarrierAccount, TraceEvent
from warehouse.services.tracing.booking import note_events

HOUR = timedelta(hours=1)
S = TrackStatus
CODES = {
    S.CREATED: "647",
    S.COLLECTED: "50",
    S.IN_TRANSIT: "31",
    S.OUT_FOR_DELIVERY: "204",
    S.DELIVERED: "80",
    S.EXCEPTION: "70",
    S.RETURNING: "648",
    S.RETURNED: "660",
    S.UNKNOWN: "9999",
    S.CANCELLED: "46",
}


def at_the_dock(floor: Floor, *, parcels: int = 1) -> list[Shipment]:
    """Bring parcels as far as their waybill; the warehouse has heard of it."""
    made = labelled(floor, *(floor.goods(9) for _ in range(parcels)))
    bus.deliver_due(now=NOW)
    return made


def hand_over(floor: Floor, *parcels: Shipment) -> None:
    for parcel in parcels:
        floor.at_dock(parcel.waybill_no or "")
    floor.at_dock("CMD:HANDOVER")
    bus.deliver_due(now=NOW)


def on_the_road(floor: Floor, *, parcels: int = 1) -> list[Shipment]:
    """Hand parcels over; whoever listens has heard of it."""
    made = at_the_dock(floor, parcels=parcels)
    hand_over(floor, *made)
    for parcel in made:
        parcel.refresh_from_db()
    return made


def account() -> CarrierAccount:
    return CarrierAccount.objects.order_by("pk")[0]


def event(parcel: Shipment, status: TrackStatus, *, hours: float = 1, code: str = "") -> TrackEvent:
    """Make an event of a parcel so many hours after it left."""
    return TrackEvent(
        waybill_no=parcel.waybill_no or "",
        event_id="",
        at=NOW + hours * HOUR,
        status=status,
        code=code or CODES[status],
        text="快件已由【张三 13800001234】揽收",
        place="杭州市",
    )


def told(
    *events: TrackEvent,
    now: datetime = NOW + 48 * HOUR,
    source: TraceEvent.Source = TraceEvent.Source.POLL,
) -> int:
    return note_events(events, carrier="sf", source=source, now=now)
