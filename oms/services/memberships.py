"""Who is in a merge: joining and leaving keep their rows."""

from collections.abc import Iterable
from datetime import datetime

from oms import bulk
from oms.models import MergeMembership, Order


def join(places: Iterable[tuple[int, int]], *, now: datetime) -> None:
    """Enter orders into groups: (group id, order id)."""
    bulk.insert(
        [
            MergeMembership(group_id=group_id, order_id=order_id, joined_at=now)
            for group_id, order_id in places
        ]
    )


def leave(order_id: int, *, reason: str, now: datetime) -> None:
    """End the order's membership, if it has one."""
    active = MergeMembership.objects.filter(order=order_id, left_at=None)
    active.update(left_at=now, left_reason=reason[:300])


def members(group_ids: Iterable[int]) -> dict[int, list[Order]]:
    """Return the orders that are in the groups now, oldest first."""
    inside: dict[int, list[Order]] = {}
    active = MergeMembership.objects.filter(group__in=list(group_ids), left_at=None)
    for row in active.select_related("order__store").order_by("order_id"):
        inside.setdefault(row.group_id, []).append(row.order)
    return inside


def siblings(order_id: int) -> list[Order]:
    """Return the other orders in the order's group, oldest first."""
    group = MergeMembership.objects.filter(order=order_id, left_at=None).values("group")
    inside = Order.objects.filter(memberships__group__in=group, memberships__left_at=None)
    return list(inside.exclude(pk=order_id).order_by("pk"))
