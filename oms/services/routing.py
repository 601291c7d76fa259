"""Ask the routing decision about real orders and real stock, and keep its answer."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from oms.models import (
    FulfillmentOrder,
    MergeGroup,
    Order,
    RouteDecision,
    StockLevel,
    Warehouse,
)
from oms.models.inventory import Condition
from oms.routing.choice import Candidate, Decision, Needs, Place, choose
from oms.services.fulfillment.documents import open_items, open_quantity


def decide(orders: Sequence[Order], *, now: datetime) -> Decision:
    """Decide which warehouse sends everything that these orders (one parcel's) still owe."""
    first = orders[0]
    items = open_items([order.pk for order in orders])
    units = Counter[int]()
    for item in items:
        units[item.sku_id] += open_quantity(item)
    receiver = first.receiver
    needs = Needs(
        units=dict(units),
        destination=Place(receiver.province, receiver.city) if receiver else Place(),
        cold_chain=any(item.sku.needs_cold_chain for item in items),
        appointed_id=first.appointed_warehouse_id,
    )
    return choose(needs, candidates(units, now=now))


def candidates(sku_ids: Iterable[int], *, now: datetime) -> list[Candidate]:
    """Return every active warehouse with what it could promise of these SKUs now."""
    available: dict[int, dict[int, int]] = {}
    levels = StockLevel.objects.filter(sku__in=list(sku_ids), condition=Condition.GOOD)
    for level in levels:
        free = level.on_hand - level.reserved
        available.setdefault(level.warehouse_id, {})[level.sku_id] = free
    return [
        Candidate(
            warehouse_id=warehouse.pk,
            code=warehouse.code,
            place=Place(warehouse.province, warehouse.city),
            available=available.get(warehouse.pk, {}),
            priority=warehouse.priority,
            cold_chain=warehouse.cold_chain,
            room_today=_room_today(warehouse, now=now),
        )
        for warehouse in Warehouse.objects.filter(is_active=True).order_by("code")
    ]


def _room_today(warehouse: Warehouse, *, now: datetime) -> int | None:
    """The limit counts documents made since local midnight that were not cancelled."""
    if warehouse.daily_order_limit is None:
        return None
    local = now.astimezone(ZoneInfo(warehouse.timezone))
    midnight = local - timedelta(
        hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    today = FulfillmentOrder.objects.filter(warehouse=warehouse, created_at__gte=midnight)
    taken = today.exclude(status="cancelled").aggregate(taken=Count("pk"))["taken"]
    return warehouse.daily_order_limit - int(taken)


def keep(
    decision: Decision, *, order: Order | None, group: MergeGroup | None, now: datetime
) -> None:
    """Store the decision with its table of alternatives, so that a person can read why."""
    RouteDecision.objects.create(
        order=order,
        merge_group=group,
        warehouse_id=decision.warehouse_id,
        reason=decision.verdict.value if decision.verdict else "none_has_everything",
        alternatives=[
            {
                "warehouse": row.code,
                "verdict": row.verdict.value,
                "missing": {str(sku): units for sku, units in row.missing.items()},
            }
            for row in decision.alternatives
        ],
        decided_at=now,
    )
