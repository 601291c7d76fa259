"""Orders as people look for them: the queues, what a list needs of each row, the search."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, SHIPPABLE, UNFINISHED, OrderStatus
from oms.models import (
    ExpectedReturn,
    FulfillmentOrder,
    MergeGroup,
    MergeMembership,
    Order,
    OrderHold,
    OrderLine,
    PaymentAllocation,
    Refund,
    Shipment,
    User,
)
from oms.privacy.fingerprint import Purpose, fingerprints
from oms.privacy.keys import index_keys
from oms.privacy.phone import normalize_phone
from oms.queries.alternatives import ids_of_any

SOON = timedelta(hours=4)
LATER = timedelta(hours=12)
S = OrderStatus

_ACTIVE_HOLDS = OrderHold.objects.filter(released_at__isnull=True)
_ON_A_DOCUMENT = (S.MERGED, S.ALLOCATED, S.RELEASED, S.PARTLY_SHIPPED)
_OURS = Q(fulfilled_by=Order.FulfilledBy.US)


@dataclass(frozen=True, slots=True)
class Queue:
    """A list that somebody works off. ``tone`` colours its count while it is not zero."""

    key: str
    label: Promise | str
    where: Callable[[datetime], Q]
    tone: str
    since: str = "status_at"
    """The column that tells how long a row has been waiting in it."""


@dataclass(frozen=True, slots=True)
class QueueCount:
    """``due_at`` is the earliest ``ship_by`` in the queue; of holds it is not asked."""

    queue: Queue
    count: int
    oldest_at: datetime | None
    due_at: datetime | None = None


QUEUES = (
    Queue("held", _("held"), lambda now: _held(), "red"),
    Queue("review", _("to review"), lambda now: Q(status=S.PENDING_REVIEW) & ~_held(), "amber"),
    Queue("merge", _("to merge"), lambda now: Q(status=S.WAITING_MERGE), "grey"),
    Queue("route", _("to route"), lambda now: Q(status=S.APPROVED) & ~_held(), "amber"),
    Queue("ship", _("to ship"), lambda now: Q(status__in=_ON_A_DOCUMENT), "blue"),
    Queue("soon", _("due in 4 hours"), lambda now: _due(now, now + SOON), "amber", "ship_by"),
    Queue(
        "later", _("due in 12 hours"), lambda now: _due(now + SOON, now + LATER), "blue", "ship_by"
    ),
    Queue("late", _("overdue"), lambda now: _due(None, now), "red", "ship_by"),
)
_BY_KEY = {queue.key: queue for queue in QUEUES}


def _held() -> Q:
    open_orders = Q(status__in=NOTHING_LEFT_THE_BUILDING)
    return open_orders & Q(Exists(_ACTIVE_HOLDS.filter(order=OuterRef("pk"))))


def _due(start: datetime | None, end: datetime) -> Q:
    due = Q(status__in=SHIPPABLE, ship_by__lt=end) & _OURS
    return due & Q(ship_by__gte=start) if start else due


def in_queue(rows: QuerySet[Order], key: str, *, now: datetime) -> QuerySet[Order]:
    """Keep the rows of one queue.

    :raises UnknownQueue: if there is no queue of this key
    """
    try:
        queue = _BY_KEY[key]
    except KeyError:
        raise UnknownQueue(key) from None
    return rows.filter(queue.where(now))


class UnknownQueue(LookupError):
    """A key that no queue has."""


WORK_ORDER = (F("ship_by").asc(nulls_last=True), "pk")
"""How a work queue runs: what must leave first, then what came first."""


def visible_orders(user: User) -> QuerySet[Order]:
    """Return the orders of the stores in which the person may see orders."""
    rights = scope(user)
    if rights.everywhere is not None:
        return Order.objects.all()
    return Order.objects.filter(store_id__in=rights.ids("view_orders"))


def queue_counts(user: User, *, now: datetime) -> list[QueueCount]:
    """Count every queue of the person's stores and tell how long the oldest row waits.

    Two queries: one over the open orders, by an index that holds only these, and one over the
    active holds, which are few.
    """
    rows = visible_orders(user).filter(status__in=UNFINISHED)
    sums: dict[str, Count | Min] = {}
    for queue in QUEUES[1:]:
        sums[f"{queue.key}_count"] = Count("pk", filter=queue.where(now))
        sums[f"{queue.key}_oldest"] = Min(queue.since, filter=queue.where(now))
        sums[f"{queue.key}_due"] = Min("ship_by", filter=queue.where(now))
    found = rows.aggregate(**sums) | _held_sums(user)
    return [
        QueueCount(
            queue,
            found[f"{queue.key}_count"],
            found[f"{queue.key}_oldest"],
            found.get(f"{queue.key}_due"),
        )
        for queue in QUEUES
    ]


def _held_sums(user: User) -> dict[str, Any]:
    held = visible_orders(user).filter(status__in=NOTHING_LEFT_THE_BUILDING)
    return _ACTIVE_HOLDS.filter(order__in=held).aggregate(
        held_count=Count("order", distinct=True), held_oldest=Min("placed_at")
    )


def list_rows(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Fetch what a list shows of each order, in a fixed number of queries.

    Encrypted columns of receivers stay unread: a list shows masks only.
    """
    documents = FulfillmentOrder.objects.prefetch_related(
        Prefetch("shipments", Shipment.objects.order_by("pk"))
    )
    memberships = MergeMembership.objects.filter(left_at__isnull=True).select_related("group")
    return (
        rows.select_related("store__channel", "receiver")
        .defer("invoice_request", *(f"receiver__{name}" for name in _SEALED))
        .prefetch_related(
            Prefetch("lines", OrderLine.objects.order_by("position")),
            Prefetch("holds", _ACTIVE_HOLDS.order_by("placed_at"), to_attr="active_holds"),
            Prefetch("fulfillments", documents, to_attr="documents"),
            Prefetch(
                "memberships",
                memberships.prefetch_related(
                    Prefetch("group__fulfillments", documents, to_attr="documents")
                ),
                to_attr="active_memberships",
            ),
        )
    )


_SEALED = ("name", "phone", "street", "postcode", "platform_cipher")


def documents_of(order: Order) -> list[FulfillmentOrder]:
    """Return the documents of an order that came from ``list_rows``, its merge's included."""
    own: list[FulfillmentOrder] = getattr(order, "documents", [])
    shared = [
        document
        for membership in getattr(order, "active_memberships", [])
        for document in membership.group.documents
    ]
    return [*own, *shared]


def matching(term: str) -> Q:
    """Return which orders a typed or scanned text may mean, each through an index of its own.

    A number of ours or of a channel, a document, parcel, waybill or merge; else of a payment,
    refund, case or return; if it is none of these, the last digits of a phone or the whole number,
    a SKU code or barcode, exactly.
    """
    numbered = _by_number(term)
    if numbered:
        return Q(pk__in=numbered)
    wanted = [Q(items__sku__code=term), Q(items__sku__barcodes__code=term)]
    if len(term) == 4 and term.isdecimal():
        wanted.append(Q(receiver__phone_tail=term))
    phones = _phone_fingerprints(term)
    if phones:
        wanted.append(Q(receiver__phone_fingerprint__in=phones))
    return Q(pk__in=ids_of_any(Order, wanted))


def _by_number(term: str) -> set[int]:
    """Find ids of orders; a parcel or document of a merge means every order in it."""
    upper = term.upper()
    found = set(Order.objects.filter(order_no=upper).values_list("pk", flat=True))
    found.update(Order.objects.filter(channel_order_no=term).values_list("pk", flat=True))
    groups = set(MergeGroup.objects.filter(group_no=upper).values_list("pk", flat=True))
    documents = FulfillmentOrder.objects.filter(pk__in=documents_numbered(term))
    for order_id, group_id in documents.values_list("order_id", "merge_group_id"):
        if order_id is not None:
            found.add(order_id)
        if group_id is not None:
            groups.add(group_id)
    if groups:
        members = MergeMembership.objects.filter(group__in=groups, left_at__isnull=True)
        found.update(members.values_list("order_id", flat=True))
    return found or _by_money_or_return(term)


def _by_money_or_return(term: str) -> set[int]:
    """Find ids of orders by a payment, a refund, a case or the parcel that comes back."""
    upper = term.upper()
    paid = PaymentAllocation.objects.filter(payment__payment_no=term)
    refunds = ids_of_any(Refund, (Q(refund_no=upper), Q(case_no=upper)))
    numbers = (Q(return_no=upper), Q(case_no=upper), Q(return_waybill_no=term))
    returns = ExpectedReturn.objects.filter(
        pk__in=ids_of_any(ExpectedReturn, numbers), order__isnull=False
    )
    found = set(paid.values_list("order_id", flat=True))
    found.update(Refund.objects.filter(pk__in=refunds).values_list("order_id", flat=True))
    found.update(pk for pk in returns.values_list("order_id", flat=True) if pk is not None)
    return found


def documents_numbered(term: str) -> QuerySet[FulfillmentOrder, Any]:
    """Return the ids of the documents that a document, parcel or waybill number means."""
    upper = term.upper()
    names = (
        Q(fulfillment_no=upper),
        Q(shipments__package_no=upper),
        Q(shipments__waybill_no=term),
    )
    return ids_of_any(FulfillmentOrder, names)


def _phone_fingerprints(term: str) -> tuple[str, ...]:
    number = normalize_phone(term)
    if len(number) < 7 or not number.removeprefix("+").replace("-", "").isdecimal():
        return ()
    return fingerprints(number, purpose=Purpose.PHONE, keys=index_keys())
