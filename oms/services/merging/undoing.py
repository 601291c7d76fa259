"""Take a merge apart again, every order to its own state, while nothing is packed or claimed."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.audit import timeline
from oms.evidence.append import append
from oms.flows.order import OrderStatus
from oms.models import FulfillmentOrder, MergeGroup, Order, User
from oms.models.locking import atomic_service, lock_row, lock_rows
from oms.refusals import Refusal
from oms.services.fulfillment.taking_out import active_lines
from oms.services.merging.facts import FREE
from oms.services.recall import pull_back, stop_waiting


class MergeFrozen(Refusal):
    message = _("The warehouse has started on it (%(reason)s): it cannot be taken apart any more.")


class MergeUndone(Refusal):
    message = _("This merge has been taken apart already.")


class ApartAlready(Refusal):
    message = _("It is kept apart already.")


class NotApart(Refusal):
    message = _("It is not kept apart, or stands on a document already.")


@atomic_service
def unmerge(group_id: int, *, actor: User, reason: str, now: datetime) -> list[int]:
    """Take a merge apart by hand; return its orders. They stay apart from now on.

    :raises NotAllowed: if the person may not merge orders of one of the stores
    :raises MergeFrozen: once a picker claimed it, or anything was printed or packed
    :raises MergeUndone: if there is nothing left to take apart
    """
    group = MergeGroup.objects.select_related("store").get(pk=group_id)
    inside = group.memberships.filter(left_at=None).values_list("order_id", flat=True)
    lock_rows(Order, inside)
    # One more may have joined while we waited for the others; from here on nobody can.
    orders = lock_rows(Order, inside.all())
    for store in {group.store, *(order.store for order in orders)}:
        require(actor, "merge_orders", store)
    orders = [order for order in orders if order.status == OrderStatus.MERGED]
    if group.undone_at or not orders:
        raise MergeUndone
    documents = FulfillmentOrder.objects.filter(merge_group=group).exclude(status="cancelled")
    for document in documents.order_by("pk").select_for_update(no_key=True):
        if document.frozen_at:
            raise MergeFrozen(reason=document.frozen_reason or document.get_status_display())
    for order in orders:
        pull_back(order, reason=reason, now=now, actor=actor)
        order.is_kept_apart, order.merge_key, order.release_at = True, "", now
        order.save(update_fields=["is_kept_apart", "merge_key", "release_at"])
    group.undone_at, group.undone_by, group.undo_note = now, actor, reason[:300]
    group.save(update_fields=["undone_at", "undone_by", "undo_note"])
    numbers = [order.order_no for order in orders]
    append("unmerge", group.group_no, at=now, actor=actor, facts={"orders": numbers})
    return [order.pk for order in orders]


@atomic_service
def keep_apart(order_id: int, *, actor: User, reason: str, now: datetime) -> None:
    """Keep an order from sharing a parcel: it leaves its merge, if it is in one, and joins none.

    The others of the merge keep their stock and their place.

    :raises NotAllowed: if the person may not merge orders of the store
    :raises MergeFrozen: once the warehouse works on its parcel
    :raises ApartAlready: if it is in no merge and kept apart
    """
    order = lock_row(Order, order_id)
    require(actor, "merge_orders", order.store)
    group = MergeGroup.objects.filter(memberships__order=order, memberships__left_at=None).first()
    if group is None and order.is_kept_apart:
        raise ApartAlready
    for document in {line.fulfillment for line in active_lines([order.pk])}:
        if group is not None and document.frozen_at:
            raise MergeFrozen(reason=document.get_status_display())
    if group is not None:
        pull_back(order, reason=reason, now=now, actor=actor)
        facts = {"orders": [order.order_no]}
        append("unmerge", group.group_no, at=now, actor=actor, facts=facts)
    if order.status in FREE:
        # Nothing can join it any more, so it need not wait.
        order.release_at = max(now, order.not_before or now)
    order.is_kept_apart, order.merge_key = True, ""
    order.save(update_fields=["is_kept_apart", "merge_key", "release_at"])
    timeline.record(Order.SUBJECT, order.pk, "keep_apart", at=now, actor=actor, note=reason)


@atomic_service
def allow_merging(order_id: int, *, actor: User, now: datetime) -> None:
    """Take "kept apart" back: the order is lined up anew and waits for siblings again.

    :raises NotAllowed: if the person may not merge orders of the store
    :raises NotApart: if nobody keeps it apart, or it stands on a document already
    """
    order = lock_row(Order, order_id)
    require(actor, "merge_orders", order.store)
    if not order.is_kept_apart or order.status not in FREE:
        raise NotApart
    order.is_kept_apart = False
    order.save(update_fields=["is_kept_apart"])
    timeline.record(Order.SUBJECT, order.pk, "allow_merging", at=now, actor=actor)
    stop_waiting(order, now=now)
