"""Parcels that ought to be on the road, and that no carrier has seen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from oms.access.checks import scope
from oms.flows.shipment import ShipmentStatus
from oms.models import Shipment, Store, User

NOT_ON_THE_ROAD = (ShipmentStatus.PACKED, ShipmentStatus.LABELLED, ShipmentStatus.HANDED_OVER)
WAITING_SINCE = Coalesce("uploaded_at", "handed_over_at")
SINCE = "unscanned_since"


@dataclass(frozen=True, slots=True)
class Unscanned:
    """How many there are, and since when the first of them waits (aware; None without one)."""

    count: int
    oldest_at: datetime | None


def awaiting_scan(rows: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """Keep the parcels that a channel was told of, or that were handed over, without a scan by a
    carrier that would tell us; ``SINCE`` is the earlier of both, the channel's own clock."""
    found = rows.filter(first_scanned_at=None, scan_expected=True, status__in=NOT_ON_THE_ROAD)
    return with_since(found).exclude(uploaded_at=None, handed_over_at=None)


def with_since(rows: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """Add since when a scan is waited for."""
    return rows.annotate(**{SINCE: WAITING_SINCE})


def unscanned(rows: QuerySet[Shipment], *, now: datetime) -> QuerySet[Shipment]:
    """Keep those that wait for longer than their store allows; a store that allows 0 hours does not
    want to know."""
    hours = Store.objects.exclude(scan_within_hours=0).order_by().values_list("scan_within_hours")
    late = Q(pk__in=())
    for (limit,) in hours.distinct():
        waits = Q(**{f"{SINCE}__lte": now - timedelta(hours=limit)})
        late |= Q(fulfillment__store__scan_within_hours=limit) & waits
    return awaiting_scan(rows).filter(late)


def waiting_longer(rows: QuerySet[Shipment], *, hours: int, now: datetime) -> QuerySet[Shipment]:
    """Keep those that wait for so many hours, whatever their stores allow."""
    return awaiting_scan(rows).filter(**{f"{SINCE}__lte": now - timedelta(hours=hours)})


def unscanned_count(user: User, *, now: datetime) -> Unscanned:
    """Count what is late in the person's warehouses."""
    rows = Shipment.objects.all()
    if scope(user).everywhere is None:
        rows = rows.filter(fulfillment__warehouse__in=scope(user).ids("view_fulfillment"))
    sums = unscanned(rows, now=now).aggregate(n=Count("pk"), oldest=Min(SINCE))
    return Unscanned(sums["n"], sums["oldest"])


def unscanned_by_store(store_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """Count what is late, by store; stores without any are left out."""
    rows = unscanned(Shipment.objects.filter(fulfillment__store__in=store_ids), now=now)
    counted = rows.order_by().values_list("fulfillment__store").annotate(n=Count("pk"))
    return {int(store_id): int(count) for store_id, count in counted if store_id is not None}
