"""What we have of a store's day, in bounded queries."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum

from channels_sync.connectors.ledgers import Standing
from oms.dto import ChannelStatus
from oms.flows.refund import RefundStatus
from oms.flows.shipment import ShipmentStatus as P
from oms.models import Order, Refund, ShipmentLine, Store

_LEFT = (P.HANDED_OVER, P.IN_TRANSIT, P.DELIVERED, P.COMING_BACK, P.CAME_BACK, P.LOST)
_PAID_BACK = (RefundStatus.CONFIRMED, RefundStatus.DONE_BY_PLATFORM)


def bounds(store: Store, *, day: date) -> tuple[datetime, datetime]:
    """Return the store's day as two moments in UTC; the second one is outside."""
    zone = ZoneInfo(store.timezone)
    start = datetime.combine(day, time(), tzinfo=zone)
    return start, datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


def standings(store: Store, *, since: datetime, until: datetime) -> dict[str, Standing]:
    """Return, by the channel's number, the orders that were placed in [since, until).

    Orders that the channel does not know (an exchange of ours) are none of its business.
    """
    rows = Order.objects.filter(store=store, ordered_at__gte=since, ordered_at__lt=until)
    rows = rows.exclude(channel_order_no=None).exclude(channel_order_no="")
    found = {
        pk: (number, ChannelStatus(status), paid, modified)
        for pk, number, status, paid, modified in rows.values_list(
            "pk", "channel_order_no", "channel_status", "paid_amount", "channel_modified_at"
        )
    }
    back, parcels = _refunded(found), _waybills(found)
    return {
        str(number): Standing(
            channel_order_no=str(number),
            status=status,
            paid=paid,
            refunded=back.get(pk, Decimal(0)),
            waybill_nos=frozenset(parcels[pk]),
            modified_at=modified,
        )
        for pk, (number, status, paid, modified) in found.items()
    }


def _refunded(ids: Collection[int]) -> dict[int, Decimal]:
    rows = Refund.objects.filter(order__in=ids, status__in=_PAID_BACK).values_list("order")
    return dict(rows.annotate(amount=Sum("amount")))


def _waybills(ids: Collection[int]) -> dict[int, set[str]]:
    """Return the numbers of the parcels that left with goods of each order, a merge's in each; what
    was told before it leaves counts too."""
    found: dict[int, set[str]] = defaultdict(set)
    told = Q(shipment__upload_began_at__isnull=False, shipment__status=P.LABELLED)
    lines = ShipmentLine.objects.filter(
        Q(shipment__status__in=_LEFT) | told, fulfillment_line__order_item__order__in=ids
    ).exclude(shipment__waybill_no=None)
    pairs = lines.values_list(
        "fulfillment_line__order_item__order", "shipment__waybill_no"
    ).distinct()
    for order_id, number in pairs:
        found[order_id].add(str(number))
    return found
