"""An order's lines, the SKU items under them, and the demand that these make."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from oms import bulk
from oms.dto import IncomingLine, IncomingOrder
from oms.flows.order import OrderStatus
from oms.models import Demand, Order, OrderItem, OrderLine
from oms.rules.arrival import is_shippable, paid_shares
from oms.rules.shares import share_out
from oms.services.orders.mapping import Component, Mapped, listing_key

OWED_ON_ARRIVAL = (OrderStatus.UNPAID, OrderStatus.PENDING_REVIEW)
"""An unpaid order holds its goods too, until it is paid, cancelled or runs out."""


def add_lines(
    orders: Iterable[tuple[Order, IncomingOrder]], *, mapped: Mapped, now: datetime
) -> set[int]:
    """Write lines, items and, for orders that are owed goods, demand; return the SKUs demanded."""
    pairs = list(orders)
    built = [
        (order, incoming_line, line)
        for order, incoming in pairs
        for incoming_line, line in zip(incoming.lines, _build_lines(order, incoming), strict=True)
    ]
    bulk.insert([line for _o, _i, line in built])
    items = [
        item
        for order, incoming_line, line in built
        if is_shippable(incoming_line)
        for item in _build_items(order, line, mapped[listing_key(incoming_line)])
    ]
    bulk.insert(items)
    return demand_items((item for item in items if item.order.status in OWED_ON_ARRIVAL), now=now)


def demand_items(items: Iterable[OrderItem], *, now: datetime) -> set[int]:
    """Make the goods owed count against what may be sold, from this moment on."""
    demands = [
        Demand(
            order_item=item,
            sku_id=item.sku_id,
            store_id=item.order.store_id,
            quantity=item.quantity - item.cancelled_quantity,
            created_at=now,
        )
        for item in items
        if item.quantity > item.cancelled_quantity
    ]
    bulk.insert(demands)
    return {demand.sku_id for demand in demands}


def reprice(pairs: Sequence[tuple[OrderLine, IncomingLine]], *, told: IncomingOrder) -> None:
    """The order was paid: only now is it certain what the buyer paid for each line."""
    for (line, incoming), share in zip(pairs, paid_shares(told), strict=True):
        line.unit_price, line.paid_share = incoming.unit_price, share
        line.save(update_fields=["unit_price", "paid_share"])
        items = list(line.items.order_by("pk"))
        weights = [Decimal(item.quantity // line.quantity) for item in items]
        for item, part in zip(items, share_out(share, weights) if items else (), strict=True):
            item.paid_share = part
            item.save(update_fields=["paid_share"])


def only_gifts_left(order: Order) -> bool:
    """Tell whether the order still owes gifts, and nothing that they were given with."""
    owed = OrderItem.objects.filter(order=order, quantity__gt=F("cancelled_quantity"))
    kinds = set(owed.values_list("line__kind", flat=True))
    return kinds == {OrderLine.Kind.GIFT}


def _build_lines(order: Order, incoming: IncomingOrder) -> list[OrderLine]:
    return [
        _build_line(order, position, line, paid)
        for position, (line, paid) in enumerate(
            zip(incoming.lines, paid_shares(incoming), strict=True), start=1
        )
    ]


def _build_line(order: Order, position: int, line: IncomingLine, paid: Decimal) -> OrderLine:
    return OrderLine(
        order=order,
        position=position,
        channel_line_no=line.channel_line_no,
        kind=line.kind.value,
        title=line.title[:300],
        channel_product_id=line.channel_product_id,
        channel_sku_id=line.channel_sku_id,
        merchant_code=line.merchant_code,
        quantity=line.quantity,
        cancelled_quantity=line.cancelled_quantity,
        unit_price=line.unit_price,
        paid_share=paid,
    )


def _build_items(
    order: Order, line: OrderLine, components: tuple[Component, ...]
) -> list[OrderItem]:
    weights = [Decimal(component.quantity) for component in components]
    is_off = order.status == OrderStatus.CANCELLED
    cancelled = line.quantity if is_off else line.cancelled_quantity
    return [
        OrderItem(
            order=order,
            line=line,
            sku_id=component.sku_id,
            quantity=line.quantity * component.quantity,
            cancelled_quantity=cancelled * component.quantity,
            paid_share=share,
        )
        for component, share in zip(components, share_out(line.paid_share, weights), strict=True)
    ]
