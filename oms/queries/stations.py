"""Where shipping documents stand in the warehouse, and what left it today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.flows.fulfillment import STOPPABLE, FulfillmentStatus
from oms.models import FulfillmentOrder, Shipment, User

D = FulfillmentStatus


@dataclass(frozen=True, slots=True)
class Station:
    """A place where documents wait for somebody; ``tone`` colours its count."""

    key: str
    label: Promise | str
    statuses: Sequence[FulfillmentStatus]
    tone: str


@dataclass(frozen=True, slots=True)
class StationCount:
    """``oldest_at`` is when the first of them came here, ``due_at`` when the first must leave."""

    station: Station
    count: int
    oldest_at: datetime | None
    due_at: datetime | None


STATIONS = (
    Station("release", _("to hand to the warehouse"), (D.ALLOCATED,), "grey"),
    Station("pick", _("to pick"), (D.RELEASED, D.WAVED), "blue"),
    Station("picking", _("being picked"), (D.PICKING,), "blue"),
    Station("pack", _("to pack"), (D.PICKED,), "blue"),
    Station("hand_over", _("to hand over"), (D.PACKED,), "blue"),
)
_BY_KEY = {station.key: station for station in STATIONS}


class UnknownStation(LookupError):
    """A key that no station has."""


def at_station(rows: QuerySet[FulfillmentOrder], key: str) -> QuerySet[FulfillmentOrder]:
    """Keep the documents of one station.

    :raises UnknownStation: if there is no station of this key
    """
    try:
        return rows.filter(status__in=_BY_KEY[key].statuses)
    except KeyError:
        raise UnknownStation(key) from None


def station_counts(user: User) -> list[StationCount]:
    """Count the documents of the person's warehouses, all stations by one query."""
    rows = FulfillmentOrder.objects.filter(status__in=STOPPABLE)
    if scope(user).everywhere is None:
        rows = rows.filter(warehouse_id__in=scope(user).ids("view_fulfillment"))
    sums = (
        rows.order_by()
        .values_list("status")
        .annotate(Count("pk"), Min("status_at"), Min("ship_by"))
    )
    found = {status: rest for status, *rest in sums}
    return [
        _sum(station, [found[one] for one in station.statuses if one in found])
        for station in STATIONS
    ]


def _sum(station: Station, parts: Sequence[Sequence[object]]) -> StationCount:
    oldest = [part[1] for part in parts if isinstance(part[1], datetime)]
    due = [part[2] for part in parts if isinstance(part[2], datetime)]
    count = sum(int(str(part[0])) for part in parts)
    return StationCount(station, count, min(oldest, default=None), min(due, default=None))


def day_of(now: datetime) -> tuple[datetime, datetime]:
    """Return midnight before and after a moment, in the time zone of the page."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


def shipped_count(user: User, *, now: datetime) -> int:
    """Count the parcels that left the person's warehouses on the day of ``now``."""
    start, end = day_of(now)
    rows = Shipment.objects.filter(handed_over_at__gte=start, handed_over_at__lt=end)
    if scope(user).everywhere is None:
        rows = rows.filter(fulfillment__warehouse__in=scope(user).ids("view_fulfillment"))
    return rows.count()
