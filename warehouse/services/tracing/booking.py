"""Keep what carriers tell, each event once, and let parcels and orders follow.

What a parcel's way comes to is worked out of all its events each time: late, doubled and reordered
ones change nothing that is true.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from oms.flows.shipment import ShipmentStatus
from oms.models import Shipment
from oms.models.locking import atomic_service
from oms.services.fulfillment.progress import Progress, follow, lock_parcel
from warehouse.carriers.tracking import current_status
from warehouse.dto import TrackEvent, TrackStatus
from warehouse.models import Trace, TraceEvent, Waybill

Told = dict[tuple[int, str], list[TrackEvent]]
"""{(parcel, waybill number): events}"""

SCANNED = frozenset(
    {
        TrackStatus.COLLECTED,
        TrackStatus.IN_TRANSIT,
        TrackStatus.OUT_FOR_DELIVERY,
        TrackStatus.READY_FOR_PICKUP,
        TrackStatus.DELIVERED,
        TrackStatus.RETURNING,
        TrackStatus.RETURNED,
    }
)
"""Events that nobody can write without the parcel in hand; a failed pick-up is none of them."""
_BACK = frozenset({TrackStatus.RETURNING, TrackStatus.RETURNED})
_ENDED = (
    ShipmentStatus.DELIVERED,
    ShipmentStatus.CAME_BACK,
    ShipmentStatus.LOST,
    ShipmentStatus.CANCELLED,
)
_EARLIER = timedelta(days=2)
"""Carriers give numbers again after a year or so: older events are those of another parcel."""
_LATER = timedelta(days=1)


def note_events(
    events: Iterable[TrackEvent], *, carrier: str, source: TraceEvent.Source, now: datetime
) -> int:
    """Keep the events of parcels of ours and act upon them; return how many were new.

    Numbers that no parcel has (any more) are passed over: a voided waybill tells nothing.
    """
    told = _sort_out(events, carrier=carrier)
    known = _known(told)
    count = 0
    for (shipment_id, number), found in sorted(told.items()):
        fresh = [
            event for event in found if (shipment_id, number, event.at, event.code) not in known
        ]
        if fresh:
            count += _note(shipment_id, number, fresh, source=source, now=now)
    return count


def _sort_out(events: Iterable[TrackEvent], *, carrier: str) -> Told:
    """Find the parcels; a push of an order's state may name our number alone."""
    events = list(events)
    asked = {event.client_order_id for event in events if not event.waybill_no}
    rows = Waybill.objects.filter(client_order_id__in=asked, account__carrier=carrier)
    by_order = dict(rows.values_list("client_order_id", "waybill_no")) if asked else {}
    by_number: dict[str, list[TrackEvent]] = defaultdict(list)
    for event in events:
        by_number[event.waybill_no or by_order.get(event.client_order_id, "")].append(event)
    by_number.pop("", None)
    parcels = Shipment.objects.filter(carrier=carrier, waybill_no__in=by_number)
    return {
        (pk, str(number)): by_number[str(number)]
        for pk, number in parcels.values_list("pk", "waybill_no")
    }


def _known(told: Told) -> set[tuple[int, str, datetime, str]]:
    rows = TraceEvent.objects.filter(shipment__in={pk for pk, _number in told})
    return set(rows.order_by().values_list("shipment_id", "waybill_no", "at", "code"))


@atomic_service
def _note(
    shipment_id: int,
    number: str,
    events: Sequence[TrackEvent],
    *,
    source: TraceEvent.Source,
    now: datetime,
) -> int:
    shipment = lock_parcel(shipment_id)
    if shipment.waybill_no != number:
        return 0
    before = TraceEvent.objects.filter(shipment=shipment).count()
    TraceEvent.objects.bulk_create(
        (
            _row(shipment, event, source=source, now=now)
            for event in events
            if shipment.created_at - _EARLIER <= event.at <= now + _LATER
        ),
        ignore_conflicts=True,
    )
    _follow(shipment, now=now)
    return TraceEvent.objects.filter(shipment=shipment).count() - before


def _row(
    shipment: Shipment, event: TrackEvent, *, source: TraceEvent.Source, now: datetime
) -> TraceEvent:
    return TraceEvent(
        shipment=shipment,
        waybill_no=shipment.waybill_no or "",
        at=event.at,
        code=event.code[:32],
        status=event.status,
        text=event.text[:1000],
        place=event.place[:100],
        source=source,
        received_at=now,
    )


@atomic_service
def settle(shipment_id: int, *, now: datetime) -> None:
    """Bring a parcel to where the events that were kept of it say that it is."""
    _follow(lock_parcel(shipment_id), now=now)


def _follow(shipment: Shipment, *, now: datetime) -> None:
    events = _events(shipment)
    status = current_status(events)
    follow(shipment, progress=_progress(events, status), now=now)
    if is_over(shipment, status=status):
        over = Trace.objects.filter(shipment=shipment, ended_at=None)
        over.update(due_at=None, ended_at=now)


def is_over(shipment: Shipment, *, status: TrackStatus) -> bool:
    """Tell whether nothing more is to be learned: what came back is then counted at our dock."""
    return shipment.status in _ENDED or status is TrackStatus.RETURNED


def _events(shipment: Shipment) -> list[TrackEvent]:
    rows = TraceEvent.objects.filter(shipment=shipment, waybill_no=shipment.waybill_no or "")
    return [
        TrackEvent(waybill_no="", event_id="", at=at, status=TrackStatus(status), code=code)
        for at, status, code in rows.order_by("at", "pk").values_list("at", "status", "code")
    ]


def _progress(events: Sequence[TrackEvent], status: TrackStatus) -> Progress:
    scans = (event.at for event in events if event.status in SCANNED)
    arrivals = (event.at for event in events if event.status is TrackStatus.DELIVERED)
    return Progress(
        first_scanned_at=min(scans, default=None),
        delivered_at=min(arrivals) if status is TrackStatus.DELIVERED else None,
        comes_back=status in _BACK,
    )
