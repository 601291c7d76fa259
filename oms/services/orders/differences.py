"""What a newer revision says differently. Reads only what is loaded with the order."""

from datetime import datetime

from oms.dto import ChannelStatus, IncomingLine, IncomingOrder
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, OrderStatus
from oms.models import Order, OrderHold, OrderLine
from oms.services.orders import seller_notes
from oms.services.orders.address import is_other_address, was_overruled
from oms.services.orders.creation import mirrored

Pairs = list[tuple[OrderLine, IncomingLine]]

_RANK = {status.value: rank for rank, status in enumerate(ChannelStatus)}
"""Several platforms tell times to the second: of two revisions of one second, the further one."""


def age(order: IncomingOrder) -> tuple[datetime, int]:
    """Return what is greater for the newer one of two revisions."""
    return order.channel_modified_at, _RANK[order.channel_status]


def is_older(order: Order, *, incoming: IncomingOrder) -> bool:
    known = order.channel_modified_at, _RANK[order.channel_status]
    return age(incoming) < known


def is_open(order: Order) -> bool:
    """Tell whether the order's goods are still ours to decide on."""
    return order.status in NOTHING_LEFT_THE_BUILDING


def keeps_units(order: Order) -> bool:
    """Tell whether units of the order may still be here to be cancelled."""
    return is_open(order) or order.status == OrderStatus.PARTLY_SHIPPED


def changed_columns(order: Order, *, incoming: IncomingOrder) -> dict[str, object]:
    """Return what mirrors the channel and differs; text is never overwritten with empty text."""
    told = mirrored(incoming) | seller_notes.settled(order, incoming=incoming)
    return {
        column: value
        for column, value in told.items()
        if getattr(order, column) != value and value not in ("", None)
    }


def moved(order: Order, *, incoming: IncomingOrder) -> bool:
    told = incoming.receiver
    is_other = is_open(order) and is_other_address(order.receiver, told=told)
    return is_other and not was_overruled(order, told=told)


def pair_lines(order: Order, *, incoming: IncomingOrder) -> Pairs | None:
    """Match lines by the channel's number, else by position; None if they do not match up."""
    ours = sorted(order.lines.all(), key=lambda line: line.position)
    if len(ours) != len(incoming.lines):
        return None
    by_number = {line.channel_line_no: line for line in ours if line.channel_line_no}
    pairs = [
        (by_number.get(told.channel_line_no or "", ours[i]), told)
        for i, told in enumerate(incoming.lines)
    ]
    same = all(_is_same(line, told) for line, told in pairs)
    return pairs if same and len({line.pk for line, _told in pairs}) == len(ours) else None


def _is_same(line: OrderLine, told: IncomingLine) -> bool:
    ours = (line.quantity, line.channel_line_no, line.channel_product_id, line.channel_sku_id)
    return ours == (
        told.quantity,
        told.channel_line_no,
        told.channel_product_id,
        told.channel_sku_id,
    )


def cancelled_now(pairs: Pairs) -> dict[OrderLine, int]:
    """Return how many pieces of which lines the channel cancelled since."""
    return {
        line: told.cancelled_quantity - line.cancelled_quantity
        for line, told in pairs
        if told.cancelled_quantity > line.cancelled_quantity
    }


def hold_changed(order: Order, *, incoming: IncomingOrder) -> bool:
    """Tell whether the platform's own hold came or went."""
    is_held = any(
        hold.code == "platform"
        and hold.owner == OrderHold.Owner.CHANNEL
        and hold.released_at is None
        for hold in order.holds.all()
    )
    return is_open(order) and is_held != bool(incoming.platform_hold)
