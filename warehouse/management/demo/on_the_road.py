"""What the carrier told of the parcels of the days before: most have arrived, some have not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from oms.events import bus
from oms.management.demo.past import OFTEN_SENT_BACK
from oms.models import Shipment
from warehouse.dto import TrackEvent, TrackStatus
from warehouse.models import TraceEvent
from warehouse.services.tracing.booking import note_events

S = TrackStatus
_DAY = timedelta(days=1)
_RINGS_AFTER = timedelta(hours=19)
_MORNING, _EVENING = 8, 20
"""Hours between which couriers ring, by the clock of the warehouse."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan, so many hours after the parcel left; the codes are SF's, as are the situations."""

    hours: float
    code: str
    status: TrackStatus
    text: str
    is_there: bool = True
    """Whether it happened in the buyer's city."""


_TAKEN = (
    Scan(0.2, "50", S.COLLECTED, "快递员已上门收件", is_there=False),
    Scan(0.8, "30", S.IN_TRANSIT, "已在【{here}】集散中心分拣，发往【{there}】", is_there=False),
)
_HUB = Scan(13, "31", S.IN_TRANSIT, "已到达【{there}】转运中心")
_DOOR = Scan(17, "204", S.OUT_FOR_DELIVERY, "快递员正在派送途中")
ARRIVES = (*_TAKEN, _HUB, _DOOR, Scan(19, "80", S.DELIVERED, "已签收，签收人：本人"))
STUCK = (*_TAKEN, _HUB)
NOT_AT_HOME = (
    *(*_TAKEN, _HUB, _DOOR),
    Scan(20, "70", S.EXCEPTION, "派送不成功：收件人不在，明日再派"),
)
REFUSED = (
    *(*_TAKEN, _HUB, _DOOR),
    Scan(20, "70", S.EXCEPTION, "派送不成功：收件人拒收"),
    Scan(46, "648", S.RETURNING, "快件退回寄件人"),
)
NOT_SEEN: tuple[Scan, ...] = ()
_ODD = {1: (NOT_SEEN, NOT_AT_HOME), 2: (REFUSED,)}
"""{days ago: what became of its first parcels without one of the goods that come back}"""


def tell_of_parcels(now: datetime) -> None:
    """Let the carrier push what its scanners saw, each scan at its time."""
    while bus.deliver_due(now=now):
        continue  # parcels are followed from the moment at which the warehouse hears of them
    parcels = Shipment.objects.filter(carrier="sf", handed_over_at__isnull=False)
    odd = {days: iter(ways) for days, ways in _ODD.items()}
    for parcel in parcels.select_related("fulfillment__warehouse").order_by("pk"):
        if parcel.handed_over_at is None:
            continue
        days = (now - parcel.handed_over_at) // _DAY
        goods = set(parcel.lines.values_list("fulfillment_line__order_item__sku__code", flat=True))
        often = goods.intersection(OFTEN_SENT_BACK)
        way: tuple[Scan, ...]
        # Who asks where it stays has bought the first of these goods yesterday.
        way = STUCK if days == 1 and OFTEN_SENT_BACK[0] in often else ARRIVES
        if not often:
            way = next(odd.get(days, iter(())), ARRIVES)
        _tell(parcel, way, left_at=parcel.handed_over_at, now=now)


def _tell(parcel: Shipment, way: Iterable[Scan], *, left_at: datetime, now: datetime) -> None:
    receiver = parcel.fulfillment.receiver
    places = {
        "here": parcel.fulfillment.warehouse.city,
        "there": receiver.city if receiver else "",
    }
    zone = ZoneInfo(parcel.fulfillment.warehouse.timezone)
    for scan in way:
        at = happened_at(scan, left_at=left_at, zone=zone)
        if at <= now:
            event = _event(parcel, scan, places, at=at)
            note_events([event], carrier=parcel.carrier, source=TraceEvent.Source.PUSH, now=at)


def happened_at(scan: Scan, *, left_at: datetime, zone: ZoneInfo) -> datetime:
    """Return when a scan was made. Nobody rings at night: what would be then was the evening
    before, and so was all that led to it."""
    usual = left_at + timedelta(hours=scan.hours)
    hour = (left_at + _RINGS_AFTER).astimezone(zone).hour
    earlier = hour + 4 if hour < _MORNING else max(hour - _EVENING, 0)
    return usual - timedelta(hours=earlier) if scan.is_there else usual


def _event(parcel: Shipment, scan: Scan, places: Mapping[str, str], *, at: datetime) -> TrackEvent:
    return TrackEvent(
        waybill_no=parcel.waybill_no or "",
        event_id="",
        at=at,
        status=scan.status,
        code=scan.code,
        text=scan.text.format(**places),
        place=places["there" if scan.is_there else "here"],
    )
