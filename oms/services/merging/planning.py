"""Decide who shares a parcel with whom, on locked rows; nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from oms.models import FulfillmentOrder, Order, OrderItem
from oms.services.fulfillment.documents import Owed
from oms.services.merging.facts import FREE, settings_of
from oms.services.merging.grouping import Join, Merge
from oms.services.routing import Shelves, units_of


@dataclass
class Planner:
    """``documents`` are the open ones by the order that stands on them, ``members`` the orders of
    their groups; what is planned is counted off the shelves at once."""

    shelves: Shelves
    owed: Owed
    documents: Mapping[int, FulfillmentOrder]
    members: Mapping[int, Sequence[Order]]
    merges: list[Merge] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    apart: list[Order] = field(default_factory=list)

    @property
    def merged_count(self) -> int:
        joined = sum(len(join.newcomers) for join in self.joins)
        return joined + sum(len(merge.orders) for merge in self.merges)

    def plan(self, siblings: Sequence[Order]) -> None:
        """Plan for the orders of one key: first join what is open, the oldest document first, then
        share new documents. Each document holds as many orders as the store allows."""
        free = [order for order in siblings if order.status in FREE and order.pk in self.owed]
        if not free:
            return
        limit = settings_of(free[0].store).max_orders or len(siblings) + len(free)
        for document, inside in self._standing(siblings):
            joining = self._who_fits(document, free[:], room=limit - len(inside))
            if joining:
                self.joins.append(Join(document, inside, joining))
                free = [order for order in free if order not in joining]
        for start in range(0, len(free), limit):
            self._plan_merge(free[start : start + limit])

    def _standing(
        self, siblings: Sequence[Order]
    ) -> list[tuple[FulfillmentOrder, Sequence[Order]]]:
        """Return the open documents of these orders, each with everybody who stands on it."""
        found: dict[int, tuple[FulfillmentOrder, Sequence[Order]]] = {}
        for order in siblings:
            document = self.documents.get(order.pk)
            if document is not None:
                group_id = document.merge_group_id
                inside = self.members.get(group_id, ()) if group_id else [order]
                found[document.pk] = (document, inside)
        return [found[pk] for pk in sorted(found)]

    def _who_fits(
        self, document: FulfillmentOrder, free: Sequence[Order], *, room: int
    ) -> list[Order]:
        joining: list[Order] = []
        for order in free:
            items = self.owed[order.pk]
            if len(joining) < room and self.shelves.fits(document.warehouse_id, items):
                self.shelves.take(document.warehouse_id, units_of(items))
                joining.append(order)
        return joining

    def _plan_merge(self, orders: Sequence[Order]) -> None:
        """If no warehouse has everything, as many as one has; an order that can ship never waits
        for a sibling's missing goods."""
        if len(orders) < 2:
            return
        merge = self._together(orders) or self._some(orders)
        if merge is None or merge.decision.warehouse_id is None:
            self.apart.extend(orders)
            return
        units = units_of(self._items(merge.orders))
        self.shelves.take_parcel(merge.decision.warehouse_id, units)
        self.merges.append(merge)
        self.apart.extend(order for order in orders if order not in merge.orders)

    def _together(self, orders: Sequence[Order]) -> Merge | None:
        decision = self.shelves.decide(orders, self._items(orders))
        return None if decision.warehouse_id is None else Merge(orders, decision)

    def _some(self, orders: Sequence[Order]) -> Merge | None:
        found: Merge | None = None
        chosen: list[Order] = []
        for order in orders if len(orders) > 2 else ():
            merge = self._together([*chosen, order])
            if merge is not None:
                chosen, found = [*chosen, order], merge
        return found if len(chosen) > 1 else None

    def _items(self, orders: Sequence[Order]) -> list[OrderItem]:
        return [item for order in orders for item in self.owed[order.pk]]
