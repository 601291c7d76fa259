"""Which open orders a change of a listing touches, and which stay as they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import UNFINISHED, OrderStatus
from oms.models import FulfillmentLine, Listing, Order, OrderItem, OrderLine, RefundLine

NOT_RELEASED = (
    OrderStatus.UNPAID,
    OrderStatus.PENDING_REVIEW,
    OrderStatus.APPROVED,
    OrderStatus.WAITING_MERGE,
    OrderStatus.MERGED,
    OrderStatus.ALLOCATED,
)
IN_THE_WAREHOUSE: Promise = _("it is in the warehouse already")
MONEY_WENT_BACK: Promise = _("a refund names its goods")
PARTLY_CANCELLED: Promise = _("some of its units were cancelled here by themselves")


@dataclass(frozen=True, slots=True)
class Kept:
    """An order that is not released and yet cannot follow, with the reason."""

    order: Order
    why: Promise


def lines_of(listing: Listing) -> Q:
    """Choose the order lines that were sold as this listing: by the key that orders come with."""
    named = Q(channel_product_id=listing.channel_product_id)
    by_code = Q(channel_product_id="", merchant_code=listing.channel_product_id)
    return Q(named | by_code, channel_sku_id=listing.channel_sku_id)


def open_orders(listing: Listing, *, after: int = 0) -> QuerySet[Order]:
    """Return the orders with this listing that no warehouse was given yet, by id."""
    return _with(listing).filter(status__in=NOT_RELEASED, pk__gt=after)


def released_count(listing: Listing) -> int:
    """Count the orders with this listing that are in the warehouse or partly gone: they stay."""
    statuses = set(UNFINISHED) - set(NOT_RELEASED)
    return _with(listing).filter(status__in=statuses).count()


def kept(orders: Sequence[Order], *, listing: Listing) -> list[Kept]:
    """Return those of these open orders that cannot follow the listing, and why."""
    ids = [order.pk for order in orders]
    reasons = [
        (_in_the_warehouse(ids), IN_THE_WAREHOUSE),
        (_refunded(ids, listing), MONEY_WENT_BACK),
        (_partly_cancelled(ids, listing), PARTLY_CANCELLED),
    ]
    found = []
    for order in orders:
        why = next((reason for those, reason in reasons if order.pk in those), None)
        if why is not None:
            found.append(Kept(order, why))
    return found


def _with(listing: Listing) -> QuerySet[Order]:
    lines = OrderLine.objects.filter(lines_of(listing), items__isnull=False)
    rows = Order.objects.filter(store=listing.store_id, pk__in=lines.values("order"))
    return rows.order_by("pk")


def _in_the_warehouse(ids: Collection[int]) -> set[int]:
    """A merged order's document may be released although the order keeps saying "merged"."""
    at_the_desk = (FulfillmentStatus.ALLOCATED, FulfillmentStatus.CANCELLED)
    taken = ~Q(fulfillment__status__in=at_the_desk) | Q(fulfillment__frozen_at__isnull=False)
    lines = FulfillmentLine.objects.filter(taken, order_item__order__in=ids, cancelled_at=None)
    return set(lines.values_list("order_item__order", flat=True))


def _refunded(ids: Collection[int], listing: Listing) -> set[int]:
    lines = OrderLine.objects.filter(lines_of(listing), order__in=ids)
    named = RefundLine.objects.filter(order_item__line__in=lines)
    moved = lines.filter(Q(items__refunded_quantity__gt=0) | Q(items__refunded_amount__gt=0))
    orders = set(named.values_list("order_item__order", flat=True))
    return orders | set(moved.values_list("order", flat=True))


def _partly_cancelled(ids: Collection[int], listing: Listing) -> set[int]:
    """Units cancelled here that are not a whole share of the line: nobody could say of which new
    goods they would be."""
    lines = OrderLine.objects.filter(lines_of(listing), order__in=ids)
    share = F("quantity") * F("line__cancelled_quantity") / F("line__quantity")
    odd = OrderItem.objects.filter(line__in=lines).exclude(cancelled_quantity=share)
    return set(odd.values_list("order", flat=True))
