"""From a refund as WooCommerce tells it to the value that the core takes in. Pure.

A refund is made by the shop itself, money and all; nothing is asked and nothing waits. Its lines
count units and money below zero. It is numbered ``order-refund``, because the shop finds a refund
only below its order.
"""

from channels_sync.connectors.loose import Loose, load
from channels_sync.connectors.woocommerce.mapper import gmt, refunded_line
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

_MARK = "OMS "


def to_refund(payload: str) -> IncomingRefund:
    """Map a refund: an object with its ``order_id``, its ``currency`` and the ``refund``.

    :raises Unreadable: naming the first field that cannot be understood
    """
    told = Loose.of(load(payload))
    if "refund" not in told.data:
        raise Unreadable(Problem.NOT_A_REFUND, "refund")
    refund, order = told.inside("refund"), told.needed("order_id", limit=32)
    words = refund.text("reason", limit=2000)
    return IncomingRefund(
        channel_refund_no=number_of(order, refund.needed("id", limit=31)),
        channel_order_no=order,
        status=RefundStage.SUCCESS,
        kind=RefundKind.REFUND_ONLY,
        amount=abs(refund.yuan("amount")),
        currency=told.text("currency", limit=3),
        modified_at=gmt(refund, "date_created_gmt"),
        lines=tuple(
            RefundedLine(channel_line_no=line, quantity=units)
            for row in refund.items("line_items")
            if (line := refunded_line(row)) and (units := abs(row.whole("quantity", 0)))
        ),
        reason=words[:300],
        refund_no=number_in(words),
    )


def number_of(order: str, refund: str) -> str:
    """Return how we number a refund of a shop."""
    return f"{order}-{refund}"


def parts_of(channel_refund_no: str) -> tuple[str, str] | None:
    """Return the order's and the refund's number; None if it is no such number."""
    order, _dash, refund = channel_refund_no.partition("-")
    return (order, refund) if order.isdecimal() and refund.isdecimal() else None


def note_of(refund_no: str, reason: str) -> str:
    """Return the reason by which money that we sent back is known again."""
    return f"{_MARK}{refund_no} {reason}".strip()[:200]


def number_in(words: str) -> str:
    """Return our refund number in a reason; empty if it is not ours."""
    return words.removeprefix(_MARK).split(" ")[0] if words.startswith(_MARK) else ""
