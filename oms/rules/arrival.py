"""How an order comes in: in which status, with which holds, and what each line's money is."""

from decimal import Decimal

from oms.dto import ChannelStatus, IncomingLine, IncomingOrder, LineKind
from oms.flows.order import OrderStatus
from oms.rules.shares import share_out

_GONE = {ChannelStatus.SHIPPED, ChannelStatus.COMPLETED}
_ON_THE_SHELF = {LineKind.GOODS, LineKind.GIFT}


def first_status(order: IncomingOrder) -> OrderStatus:
    """Return the status in which an order that we never saw is created.

    What was shipped elsewhere before it came to us is history: it must not be shipped again.
    """
    if order.channel_status is ChannelStatus.CANCELLED:
        return OrderStatus.CANCELLED
    if order.closed_external or order.channel_status in _GONE:
        return OrderStatus.CLOSED_EXTERNAL
    if order.channel_status is ChannelStatus.UNPAID:
        return OrderStatus.UNPAID
    return OrderStatus.PENDING_REVIEW


def first_holds(order: IncomingOrder) -> dict[str, str]:
    """Return the holds that the order brings along: reason code to detail."""
    holds = {}
    if order.platform_hold:
        holds["platform"] = order.platform_hold
    if order.channel_status is ChannelStatus.PARTLY_SHIPPED:
        # Which units left is not told: a person must say before the rest goes out.
        holds["partly_shipped_elsewhere"] = ""
    if order.receiver is None and any(is_shippable(line) for line in order.lines):
        holds["no_receiver"] = ""
    return holds


def is_shippable(line: IncomingLine) -> bool:
    """Tell whether the line stands for things on a shelf (not virtual goods or fees)."""
    return line.kind in _ON_THE_SHELF


def due_amount(order: IncomingOrder) -> Decimal:
    """Return what the buyer owes for the whole order, in its currency."""
    discounts = order.seller_discount + order.platform_discount
    return order.goods_amount + order.freight - discounts


def paid_shares(order: IncomingOrder) -> list[Decimal]:
    """Return what the buyer paid for each line, in the order's currency.

    The platform's own figure where it tells one; what is left of the payment (less freight) is
    shared among the other lines by their list price, to the cent.
    """
    told = sum((line.paid_share or Decimal(0)) for line in order.lines)
    untold = [i for i, line in enumerate(order.lines) if line.paid_share is None]
    shares = [line.paid_share or Decimal(0) for line in order.lines]
    if untold:
        left = max(order.paid_amount - order.freight - told, Decimal(0))
        weights = [order.lines[i].unit_price * order.lines[i].quantity for i in untold]
        for i, share in zip(untold, share_out(left, weights), strict=True):
            shares[i] = share
    return shares
