"""The merge workbench: who waits for whom, and who could share a parcel but does not, and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import MERGEABLE, OrderStatus
from oms.models import Order, User
from oms.queries.orders import visible_orders
from oms.services.merging.companions import Companion, Ties, compare, judged, ties_of
from oms.services.merging.facts import FREE
from oms.services.standing import Standing

MOST = 40
"""Sets on a page: the newest ones."""
_MOST_ORDERS = 400
_OPEN = (OrderStatus.PENDING_REVIEW, *MERGEABLE, OrderStatus.MERGED)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Open orders of one buyer or receiver, compared with the first of them."""

    base: Standing
    others: Sequence[Companion]

    @property
    def bound(self) -> list[Standing]:
        """The first and who shares its parcel, or will after the next scan."""
        near = (one.standing for one in self.others if one.together or not one.against)
        return [self.base, *near]

    @property
    def mergeable(self) -> list[Order]:
        """The orders that a person may put together now; none if there are not two."""
        fitting = [one.order for one in self.others if one.by_hand]
        return [self.base.order, *fitting] if fitting else []

    @property
    def waits_until(self) -> datetime | None:
        """When the first of those goes on that wait for each other; None if nobody does."""
        bound = self.bound
        ends = [end for one in bound for end in _ends(one) if end is not None]
        return min(ends, default=None) if len(bound) > 1 else None

    @property
    def is_apart(self) -> bool:
        return any(one.against for one in self.others)

    @property
    def saved(self) -> int:
        """Parcels that are saved when all that may be merged are."""
        return max(len(self.mergeable) - 1, 0)


@dataclass(frozen=True, slots=True)
class Bench:
    waiting: Sequence[Cluster]
    apart: Sequence[Cluster]
    is_cut: bool
    """There are more than fit on the page."""


def bench(*, actor: User, now: datetime) -> Bench:
    """Return what waits and what is apart in the person's stores; a fixed number of queries."""
    rows = visible_orders(actor).filter(status__in=_OPEN, fulfilled_by=Order.FulfilledBy.US)
    addresses = _repeated(rows.exclude(receiver__address_key=""), "receiver__address_key")
    buyers = _repeated(rows.exclude(buyer=None), "buyer")
    near = Q(receiver__address_key__in=addresses) | Q(buyer__in=buyers)
    everybody = judged(rows.filter(near).order_by("-pk")[:_MOST_ORDERS])
    ties = ties_of(everybody)
    clusters = [_compared(group, ties, now) for group in _grouped(everybody)]
    waiting = sorted((one for one in clusters if one.waits_until), key=_end)
    apart = [one for one in clusters if one.is_apart and not one.waits_until]
    apart.sort(key=lambda one: -one.saved)
    cut = len(everybody) == _MOST_ORDERS or MOST in (len(addresses), len(buyers))
    return Bench(waiting[:MOST], apart[:MOST], cut)


def _repeated(rows: QuerySet[Order], column: str) -> list[object]:
    """Return the values that more than one order has, the newest orders' first."""
    sums = rows.order_by().values(column).annotate(n=Count("pk"), newest=Max("pk"))
    return list(sums.filter(n__gt=1).order_by("-newest").values_list(column, flat=True)[:MOST])


def _grouped(everybody: Iterable[Standing]) -> list[list[Standing]]:
    """Put orders together that share a buyer or a receiver, also through a third one."""
    sets: dict[tuple[str, object], list[Standing]] = {}
    for standing in everybody:
        joined: list[Standing] = [standing]
        marks = _marks([standing])
        for known in {id(sets[mark]): sets[mark] for mark in marks if mark in sets}.values():
            joined = [*known, *joined]
        for one_mark in _marks(joined):
            sets[one_mark] = joined
    distinct = {id(group): group for group in sets.values()}
    return [group for group in distinct.values() if len(group) > 1]


def _marks(group: Iterable[Standing]) -> set[tuple[str, object]]:
    found: set[tuple[str, object]] = set()
    for standing in group:
        order = standing.order
        if order.buyer_id:
            found.add(("buyer", order.buyer_id))
        if order.receiver and order.receiver.address_key:
            found.add(("address", order.receiver.address_key))
    return found


def _compared(group: Sequence[Standing], ties: Ties, now: datetime) -> Cluster:
    """Compare with the order that most others could join: in the largest merge, or the oldest."""
    sizes: dict[int, int] = defaultdict(int)
    for standing in group:
        sizes[ties.groups.get(standing.order.pk, 0)] += 1
    sizes[0] = 1
    base = max(group, key=lambda one: (sizes[ties.groups.get(one.order.pk, 0)], -one.order.pk))
    others = [one for one in group if one is not base]
    return Cluster(base, compare(base, others=others, ties=ties, now=now))


def _ends(standing: Standing) -> list[datetime | None]:
    if standing.order.status in FREE:
        return [standing.order.release_at]
    allocated = FulfillmentStatus.ALLOCATED
    return [
        part.document.release_at for part in standing.parts if part.document.status == allocated
    ]


def _end(cluster: Cluster) -> datetime:
    end = cluster.waits_until
    assert end is not None  # noqa: S101  # only those that wait are sorted
    return end
