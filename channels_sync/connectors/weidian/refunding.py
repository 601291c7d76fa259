"""From a refund on a Weidian order's lines to the value that the core takes in. Pure.

There is no refund by itself: a line's ``refund_info`` names its number and its money, the order's
status how far it is. It is numbered ``order-refund``, because it is found only on its order. What
the numbers of ``refund_status`` mean is written nowhere, so only what the order's status says
outright is believed: it is asked for, it was refused, or the paid order was closed over it.
"""

from decimal import Decimal

from channels_sync.connectors.exact import total
from channels_sync.connectors.loose import Loose, load
from channels_sync.connectors.weidian import codes
from channels_sync.connectors.weidian.mapper import line_no, refund_no
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

_LEFT = frozenset({"shiped_refunding", "shiped_refuse_refunding", "accept_refunding"})


def to_refund(payload: str) -> IncomingRefund:
    """Map a refund: ``{"order": …, "told_at": …, "refund_no": the one that is meant}``.

    :raises Unreadable: naming the first field that cannot be understood
    """
    told = Loose.of(load(payload))
    wanted = told.text("refund_no", limit=40)
    order = told.inside("order")
    items = [item for item in order.items("items") if wanted and refund_no(item) == wanted]
    if not items:
        raise Unreadable(Problem.NOT_A_REFUND, "refund_no")
    number = order.needed("order_id", limit=23)
    return IncomingRefund(
        channel_refund_no=number_of(number, wanted),
        channel_order_no=number,
        status=_stage(order),
        kind=_kind(order, items),
        amount=total(item.inside("refund_info").yuan("refund_fee", Decimal(0)) for item in items),
        currency="CNY",
        modified_at=told.needed_moment("told_at"),
        lines=tuple(RefundedLine(channel_line_no=line_no(item)) for item in items),
    )


def numbers_in(order: Loose) -> list[str]:
    """Return the refunds on an order's lines, each once.

    :raises Unreadable: naming the field that cannot be understood
    """
    return sorted({refund_no(item) for item in order.items("items")} - {""})


def number_of(order: str, refund: str) -> str:
    """Return how we number a refund of a shop."""
    return f"{order}-{refund}"


def parts_of(channel_refund_no: str) -> tuple[str, str] | None:
    """Return the order's and the refund's number; None if it is no such number."""
    order, _dash, refund = channel_refund_no.partition("-")
    return (order, refund) if order.isdecimal() and refund else None


def _stage(order: Loose) -> RefundStage:
    status = order.needed("status", limit=40)
    if status in codes.REFUNDING:
        return RefundStage.WAIT_MERCHANT
    if status in codes.REFUSED:
        return RefundStage.REJECTED
    if status == codes.CLOSED and order.moment("pay_time"):
        return RefundStage.SUCCESS
    raise Unreadable(Problem.UNKNOWN_STATUS, "refund_status")


def _kind(order: Loose, items: list[Loose]) -> RefundKind:
    """Nothing comes back of what never left."""
    has_left = order.text("status", limit=40) in _LEFT or order.moment("send_time")
    words = {item.inside("refund_info").text("refund_kind", limit=8) for item in items}
    is_return = has_left and codes.RETURN_KIND in words
    return RefundKind.RETURN_REFUND if is_return else RefundKind.REFUND_ONLY
