"""An order's own status. The platform's status and the holds are two further axes."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from oms.flows.table import flow


class OrderStatus(TextChoices):
    UNPAID = "unpaid", _("unpaid")
    PENDING_REVIEW = "pending_review", _("pending review")
    APPROVED = "approved", _("approved")
    WAITING_MERGE = "waiting_merge", _("waiting to merge")
    MERGED = "merged", _("merged")
    ALLOCATED = "allocated", _("allocated")
    RELEASED = "released", _("released")
    PARTLY_SHIPPED = "partly_shipped", _("partly shipped")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")
    CLOSED_EXTERNAL = "closed_external", _("closed elsewhere")


S = OrderStatus

MERGEABLE = (S.APPROVED, S.WAITING_MERGE, S.ALLOCATED, S.RELEASED)
"""Statuses in which an order may still be put together with a sibling."""

NOTHING_LEFT_THE_BUILDING = (
    S.UNPAID,
    S.PENDING_REVIEW,
    S.APPROVED,
    S.WAITING_MERGE,
    S.MERGED,
    S.ALLOCATED,
    S.RELEASED,
)

UNFINISHED = (*NOTHING_LEFT_THE_BUILDING, S.PARTLY_SHIPPED)
"""Statuses in which we still have something to do: what the board counts."""

SHIPPABLE = NOTHING_LEFT_THE_BUILDING[1:]
"""Statuses whose goods are owed to the buyer and have not left: each makes demand."""

ORDER_FLOW = flow(
    initial={S.UNPAID, S.PENDING_REVIEW, S.CLOSED_EXTERNAL, S.CANCELLED},
    terminal={S.COMPLETED, S.CLOSED_EXTERNAL},
    pay=({S.UNPAID}, S.PENDING_REVIEW),
    approve=({S.PENDING_REVIEW}, S.APPROVED),
    unapprove=({S.APPROVED, S.WAITING_MERGE, S.ALLOCATED}, S.PENDING_REVIEW),
    await_siblings=({S.APPROVED}, S.WAITING_MERGE),
    stop_waiting=({S.WAITING_MERGE}, S.APPROVED),
    merge=(MERGEABLE, S.MERGED),
    unmerge=({S.MERGED}, S.APPROVED),
    allocate=({S.APPROVED, S.WAITING_MERGE}, S.ALLOCATED),
    release=({S.ALLOCATED}, S.RELEASED),
    recall=({S.ALLOCATED, S.RELEASED}, S.APPROVED),
    ship_part=({S.RELEASED, S.MERGED}, S.PARTLY_SHIPPED),
    ship=({S.RELEASED, S.MERGED, S.PARTLY_SHIPPED}, S.SHIPPED),
    deliver=({S.SHIPPED}, S.DELIVERED),
    complete=({S.SHIPPED, S.DELIVERED}, S.COMPLETED),
    cancel=(NOTHING_LEFT_THE_BUILDING, S.CANCELLED),
    reopen=({S.CANCELLED}, S.PENDING_REVIEW),
    close_external=(NOTHING_LEFT_THE_BUILDING, S.CLOSED_EXTERNAL),
)
