"""What a newer revision says differently. Reads only."""

from oms.dto import IncomingLine, IncomingOrder
from oms.flows.order import NOTHING_LEFT_THE_BUILDING
from oms.models import Order, OrderHold, OrderLine
from oms.services.orders.address import is_other_address
from oms.services.orders.creation import mirrored

Pairs = list[tuple[OrderLine, IncomingLine]]


def is_open(order: Order) -> bool:
    """Tell whether the order's goods are still ours to decide on."""
    return order.status in NOTHING_LEFT_THE_BUILDING


def changed_columns(order: Order, *, incoming: IncomingOrder) -> dict[str, object]:
    """Return what mirrors the channel and differs; text is never overwritten with empty text."""
    return {
        column: value
        for column, value in mirrored(incoming).items()
        if getattr(order, column) != value and value not in ("", None)
    }


def moved(order: Order, *, incoming: IncomingOrder) -> bool:
    return is_open(order) and is_other_address(order.receiver, told=incoming.receiver)


def pair_lines(order: Order, *, incoming: IncomingOrder) -> Pairs | None:
    """Match lines by the channel's number, else by position; None if they do not match up."""
    ours = list(order.lines.order_by("position"))
    if len(ours) != len(incoming.lines):
        return None
    by_number = {line.channel_line_no: line for line in ours if line.channel_line_no}
    pairs = [
        (by_number.get(told.channel_line_no or "", ours[i]), told)
        for i, told in enumerate(incoming.lines)
    ]
    same = all(
        line.quantity == told.quantity
        and line.channel_line_no == told.channel_line_no
        and (line.channel_product_id, line.channel_sku_id)
        == (told.channel_product_id, told.channel_sku_id)
        for line, told in pairs
    )
    return pairs if same and len({line.pk for line, _told in pairs}) == len(ours) else None


def cancelled_now(pairs: Pairs) -> dict[OrderLine, int]:
    """Return how many pieces of which lines the channel cancelled since."""
    return {
        line: told.cancelled_quantity - line.cancelled_quantity
        for line, told in pairs
        if told.cancelled_quantity > line.cancelled_quantity
    }


def hold_changed(order: Order, *, incoming: IncomingOrder) -> bool:
    """Tell whether the platform's own hold came or went."""
    active = OrderHold.objects.filter(
        order=order, code="platform", owner=OrderHold.Owner.CHANNEL, released_at=None
    )
    return is_open(order) and active.exists() != bool(incoming.platform_hold)
