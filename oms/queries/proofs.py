"""Re-add what services count as they go: the books are right when every list here is empty.

Each proof is one query that returns only what is wrong, so it may run over a live database.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, OrderStatus
from oms.models import (
    Demand,
    FulfillmentLine,
    FulfillmentOrder,
    MergeMembership,
    Order,
    OrderItem,
    OrderLine,
    Payment,
    PaymentAllocation,
    Reservation,
    ShipmentLine,
    StockLevel,
    StockMovement,
)

_OWED = (*NOTHING_LEFT_THE_BUILDING, OrderStatus.PARTLY_SHIPPED)
_IN_A_MERGE = (
    OrderStatus.MERGED,
    OrderStatus.PARTLY_SHIPPED,
    OrderStatus.SHIPPED,
    OrderStatus.DELIVERED,
    OrderStatus.COMPLETED,
)
_ACTIVE = Q(cancelled_at=None)


@dataclass(frozen=True, slots=True)
class Violation:
    """One row that contradicts its neighbors."""

    proof: str
    row: str
    facts: tuple[tuple[str, Any], ...]


def violations() -> list[Violation]:
    """Run every proof; return what contradicts, an empty list if the books are right."""
    return [violation for proof in PROOFS for violation in proof()]


def _sum(rows: QuerySet[Any], column: str, group: str) -> Coalesce:
    """Σ of a column over the rows of one parent, 0 without any; apart from the outer query."""
    added = rows.order_by().values(group).annotate(added=Sum(column)).values("added")
    return Coalesce(Subquery(added, output_field=IntegerField()), 0)


def _wrong(proof: str, rows: QuerySet[Any], *columns: str) -> Iterator[Violation]:
    for row in rows:
        facts = tuple((column, getattr(row, column)) for column in columns)
        yield Violation(proof, f"{type(row).__name__} {row.pk}", facts)


def units_on_documents() -> Iterator[Violation]:
    """I1: an item's assigned units are its active document lines."""
    lines = FulfillmentLine.objects.filter(_ACTIVE, order_item=OuterRef("pk"))
    items = OrderItem.objects.annotate(on_lines=_sum(lines, "quantity", "order_item"))
    wrong = items.exclude(assigned_quantity=F("on_lines"))
    return _wrong("units on documents", wrong, "assigned_quantity", "on_lines")


def units_owed() -> Iterator[Violation]:
    """I1, I2: what an open order has on no document is demand; of any other order, nothing is."""
    demands = Demand.objects.filter(order_item=OuterRef("pk"))
    items = OrderItem.objects.annotate(
        demanded=_sum(demands, "quantity", "order_item"),
        open_units=F("quantity") - F("cancelled_quantity") - F("assigned_quantity"),
    )
    is_owed = Q(order__status__in=_OWED)
    wrong = items.filter(
        (is_owed & ~Q(demanded=F("open_units")))
        | (~is_owed & ~Q(demanded=0))
        | (Q(order__status=OrderStatus.CANCELLED) & ~Q(open_units=0))
    )
    return _wrong("units owed", wrong, "demanded", "open_units", "cancelled_quantity")


def reserved_stock() -> Iterator[Violation]:
    """I2: what a level promises is the sum of its open reservations, and at most what is there."""
    held = Reservation.objects.filter(stock_level=OuterRef("pk"))
    levels = StockLevel.objects.annotate(promised=_sum(held, "quantity", "stock_level"))
    wrong = levels.exclude(reserved=F("promised"), reserved__gte=0, reserved__lte=F("on_hand"))
    return _wrong("reserved stock", wrong, "on_hand", "reserved", "promised")


def stock_movements() -> Iterator[Violation]:
    """I2: the movements of a level add up to it."""
    same = {name: OuterRef(name) for name in ("warehouse", "sku", "condition")}
    moves = StockMovement.objects.filter(**same)
    levels = StockLevel.objects.annotate(
        moved_in=_sum(moves, "on_hand_delta", "sku"),
        moved_reserved=_sum(moves, "reserved_delta", "sku"),
    )
    wrong = levels.exclude(on_hand=F("moved_in"), reserved=F("moved_reserved"))
    columns = ("on_hand", "moved_in", "reserved", "moved_reserved")
    return _wrong("stock movements", wrong, *columns)


def promised_lines() -> Iterator[Violation]:
    """A line in the building is promised to the piece; one that was taken out, not at all."""
    held = Reservation.objects.filter(fulfillment_line=OuterRef("pk"))
    shipped = ShipmentLine.objects.filter(
        fulfillment_line=OuterRef("pk"), shipment__handed_over_at__isnull=False
    )
    lines = FulfillmentLine.objects.annotate(
        promised=_sum(held, "quantity", "fulfillment_line"),
        left=F("quantity") - _sum(shipped, "quantity", "fulfillment_line"),
    )
    here = _ACTIVE & ~Q(fulfillment__status=FulfillmentStatus.HANDED_OVER)
    wrong = lines.filter(
        (here & ~Q(promised=F("left"))) | (Q(cancelled_at__isnull=False) & ~Q(promised=0))
    )
    return _wrong("promised lines", wrong, "quantity", "promised", "left")


def living_documents() -> Iterator[Violation]:
    """A document is cancelled exactly when nothing is left on it."""
    documents = FulfillmentOrder.objects.annotate(
        standing=Count("lines", filter=Q(lines__cancelled_at=None))
    )
    is_off = Q(status=FulfillmentStatus.CANCELLED)
    wrong = documents.filter((is_off & Q(standing__gt=0)) | (~is_off & Q(standing=0)))
    return _wrong("living documents", wrong, "status", "standing")


def merged_orders() -> Iterator[Violation]:
    """An order is merged exactly while it is in a merge, which it leaves only by name."""
    inside = Count("memberships", filter=Q(memberships__left_at=None))
    orders = Order.objects.annotate(groups=inside)
    wrong = orders.filter(
        Q(status=OrderStatus.MERGED) & ~Q(groups=1) | ~Q(status__in=_IN_A_MERGE) & Q(groups__gt=0)
    )
    return _wrong("merged orders", wrong, "status", "groups")


def merged_lines() -> Iterator[Violation]:
    """What stands on a merge's document belongs to an order that is in the merge."""
    groups = MergeMembership.objects.filter(
        order=OuterRef("order_item__order"),
        group=OuterRef("fulfillment__merge_group"),
        left_at=None,
    )
    lines = FulfillmentLine.objects.filter(_ACTIVE, fulfillment__merge_group__isnull=False)
    wrong = lines.filter(~Exists(groups))
    return _wrong("merged lines", wrong, "order_item_id", "fulfillment_id")


def paid_shares() -> Iterator[Violation]:
    """I4: what was paid for a line is what was paid for its items, to the cent."""
    lines = OrderLine.objects.annotate(n=Count("items"), shares=Sum("items__paid_share"))
    wrong = lines.filter(n__gt=0).exclude(paid_share=F("shares"))
    return _wrong("paid shares", wrong, "paid_share", "shares")


def payments() -> Iterator[Violation]:
    """I4: a payment is what it paid for, over all its orders."""
    parts = PaymentAllocation.objects.filter(payment=OuterRef("pk")).order_by().values("payment")
    added = Subquery(parts.annotate(added=Sum("amount")).values("added"))
    wrong = Payment.objects.annotate(paid_for=added).exclude(amount=F("paid_for"))
    return _wrong("payments", wrong, "amount", "paid_for")


PROOFS: tuple[Callable[[], Iterator[Violation]], ...] = (
    units_on_documents,
    units_owed,
    reserved_stock,
    stock_movements,
    promised_lines,
    living_documents,
    merged_orders,
    merged_lines,
    paid_shares,
    payments,
)
