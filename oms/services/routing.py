"""Ask the routing decision about real orders and real stock, and keep its answer."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from oms import bulk
from oms.models import (
    FulfillmentOrder,
    MergeGroup,
    Order,
    OrderItem,
    RouteDecision,
    StockLevel,
    Warehouse,
)
from oms.models.inventory import Condition
from oms.routing.choice import Candidate, Decision, Needs, Place, choose
from oms.services.fulfillment.documents import open_quantity
from oms.services.inventory.stock import lock_good

Units = Mapping[int, int]
"""{SKU id: units}"""


def units_of(items: Iterable[OrderItem]) -> Units:
    """Add up what the items still owe."""
    units = Counter[int]()
    for item in items:
        units[item.sku_id] += open_quantity(item)
    return units


@dataclass(frozen=True, slots=True)
class Shelves:
    """What every active warehouse could promise now; counted down as parcels are decided on, so
    that a whole batch is decided before anything of it is written."""

    warehouses: Sequence[Warehouse]
    free: Mapping[int, dict[int, int]]
    """By warehouse: {SKU id: good units that are not reserved}."""
    room: dict[int, int | None]
    """By warehouse: the orders it may still take today; None = no limit."""

    def decide(self, orders: Sequence[Order], items: Collection[OrderItem]) -> Decision:
        """Decide which warehouse sends all these items of one parcel's orders."""
        first = orders[0]
        receiver = first.receiver
        needs = Needs(
            units=units_of(items),
            destination=Place(receiver.province, receiver.city) if receiver else Place(),
            cold_chain=_needs_cold_chain(items),
            appointed_id=first.appointed_warehouse_id,
        )
        return choose(needs, (self._candidate(warehouse) for warehouse in self.warehouses))

    def fits(self, warehouse_id: int, items: Collection[OrderItem]) -> bool:
        """Tell whether these items may join a document of the warehouse."""
        place = next((row for row in self.warehouses if row.pk == warehouse_id), None)
        if place is None or (_needs_cold_chain(items) and not place.cold_chain):
            return False
        free = self.free.get(warehouse_id, {})
        return all(free.get(sku, 0) >= wanted for sku, wanted in units_of(items).items())

    def take(self, warehouse_id: int, units: Units) -> None:
        """Count units down that go on a document which stands already."""
        free = self.free.get(warehouse_id, {})
        for sku, wanted in units.items():
            free[sku] -= wanted

    def take_parcel(self, warehouse_id: int, units: Units) -> None:
        """Count a new document down, and its place among the day's orders."""
        self.take(warehouse_id, units)
        room = self.room[warehouse_id]
        self.room[warehouse_id] = None if room is None else room - 1

    def _candidate(self, warehouse: Warehouse) -> Candidate:
        return Candidate(
            warehouse_id=warehouse.pk,
            code=warehouse.code,
            place=Place(warehouse.province, warehouse.city),
            available=self.free.get(warehouse.pk, {}),
            priority=warehouse.priority,
            cold_chain=warehouse.cold_chain,
            room_today=self.room[warehouse.pk],
        )


def _needs_cold_chain(items: Iterable[OrderItem]) -> bool:
    return any(item.sku.needs_cold_chain for item in items)


def shelves_of(sku_ids: Collection[int], *, now: datetime, lock: bool = True) -> Shelves:
    """Read what there is of these SKUs; locked, it stays true until the transaction ends."""
    free: dict[int, dict[int, int]] = {}
    good = StockLevel.objects.filter(sku__in=sku_ids, condition=Condition.GOOD)
    for level in lock_good(sku_ids) if lock else good:
        free.setdefault(level.warehouse_id, {})[level.sku_id] = level.on_hand - level.reserved
    warehouses = list(Warehouse.objects.filter(is_active=True).order_by("code"))
    room = {warehouse.pk: _room_today(warehouse, now=now) for warehouse in warehouses}
    return Shelves(warehouses, free, room)


def _room_today(warehouse: Warehouse, *, now: datetime) -> int | None:
    """The limit counts documents made since local midnight that were not cancelled."""
    if warehouse.daily_order_limit is None:
        return None
    local = now.astimezone(ZoneInfo(warehouse.timezone))
    midnight = local - timedelta(
        hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    today = FulfillmentOrder.objects.filter(warehouse=warehouse, created_at__gte=midnight)
    return warehouse.daily_order_limit - today.exclude(status="cancelled").count()


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision to be stored, for an order or for a merge."""

    decision: Decision
    order: Order | None = None
    group: MergeGroup | None = None


def keep(decisions: Iterable[Kept], *, now: datetime) -> None:
    """Store decisions with their tables of alternatives, so that a person can read why."""
    bulk.insert(
        [
            RouteDecision(
                order=kept.order,
                merge_group=kept.group,
                warehouse_id=kept.decision.warehouse_id,
                reason=_reason(kept.decision),
                alternatives=_table(kept.decision),
                decided_at=now,
            )
            for kept in decisions
        ]
    )


def _reason(decision: Decision) -> str:
    return decision.verdict.value if decision.verdict else "none_has_everything"


def _table(decision: Decision) -> list[dict[str, object]]:
    return [
        {
            "warehouse": row.code,
            "verdict": row.verdict.value,
            "missing": {str(sku): units for sku, units in row.missing.items()},
        }
        for row in decision.alternatives
    ]
