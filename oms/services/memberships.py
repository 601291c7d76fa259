"""Who is in a merge: joining and leaving keep their rows."""

from collections.abc import Iterable
from datetime import datetime

from oms.models import MergeMembership, Order


def join(group_id: int, *, order_ids: Iterable[int], now: datetime) -> None:
    MergeMembership.objects.bulk_create(
        MergeMembership(group_id=group_id, order_id=pk, joined_at=now) for pk in order_ids
    )


def leave(order_id: int, *, reason: str, now: datetime) -> None:
    """End the order's membership, if it has one."""
    active = MergeMembership.objects.filter(order=order_id, left_at=None)
    active.update(left_at=now, left_reason=reason[:300])


def members(group_id: int) -> list[Order]:
    """Return the orders in the group now, oldest first."""
    inside = Order.objects.filter(memberships__group=group_id, memberships__left_at=None)
    return list(inside.select_related("store").order_by("pk"))
