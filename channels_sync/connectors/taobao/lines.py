"""The lines of a trade, and what each of them was paid with. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.values import inner, reference, rows, truth, whole, yuan
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingLine, LineKind
from oms.rules.shares import share_out


def told_lines(trade: Fields) -> list[Fields]:
    """Return ``orders.order[]``."""
    return rows(inner(trade, "orders"), "order")


def to_lines(trade: Fields, *, to_share: Decimal) -> tuple[IncomingLine, ...]:
    """Return the lines; their paid shares add up to ``to_share`` (yuan).

    :raises Unreadable: naming the first field that cannot be understood
    """
    told = told_lines(trade)
    is_virtual, has_paid = _is_virtual(trade), any(_price(line) for line in told)
    return tuple(
        _line(line, share, _kind(line, is_virtual=is_virtual, has_paid=has_paid))
        for line, share in zip(told, _shares(told, to_share), strict=True)
    )


def is_refunding(trade: Fields) -> bool:
    """Tell whether a refund is open for something that has not left."""
    return any(
        line.text("refund_status", limit=64, default="") not in codes.REFUND_OVER
        for line in told_lines(trade)
        if line.text("status", limit=64, default="") in codes.WAITS_TO_LEAVE
    )


def warehouse_of(trade: Fields) -> str:
    """Return the warehouse that all lines are to leave from; empty where they differ."""
    found = {reference(line, "store_code") for line in told_lines(trade)}
    return found.pop() if len(found) == 1 else ""


def _line(line: Fields, share: Decimal, kind: LineKind) -> IncomingLine:
    quantity = whole(line, "num", default=None)
    status = line.text("status", limit=64, default="")
    if status and status not in codes.STATUS:
        raise Unreadable(Problem.UNKNOWN_STATUS, line.name("status"))
    merchant_code = reference(line, "outer_sku_id", limit=100) or reference(
        line, "outer_iid", limit=100
    )
    return IncomingLine(
        channel_line_no=line.text("oid", limit=64),
        channel_product_id=reference(line, "num_iid"),
        channel_sku_id=reference(line, "sku_id"),
        merchant_code=merchant_code,
        title=_title(line),
        quantity=quantity,
        unit_price=yuan(line, "price"),
        paid_share=share,
        kind=kind,
        cancelled_quantity=quantity if status in codes.LINE_CLOSED and not _left(line) else 0,
    )


def _left(line: Fields) -> bool:
    """A line that was closed after it left is a return, which is another story."""
    return bool(reference(line, "invoice_no") or reference(line, "consign_time"))


def _title(line: Fields) -> str:
    parts = (line.text(key, limit=1000, default="") for key in ("title", "sku_properties_name"))
    return " ".join(filter(None, parts))[:300]


def _kind(line: Fields, *, is_virtual: bool, has_paid: bool) -> LineKind:
    """What came for nothing beside what was paid for is a gift."""
    if is_virtual or truth(line, "is_service_order"):
        return LineKind.VIRTUAL
    return LineKind.GIFT if has_paid and not _price(line) else LineKind.GOODS


def _is_virtual(trade: Fields) -> bool:
    return trade.text("shipping_type", limit=32, default="") == codes.VIRTUAL


def _shares(lines: Sequence[Fields], to_share: Decimal) -> list[Decimal]:
    """``divide_order_fee`` is what the buyer paid for a line after every discount; where these do
    not add up to the trade's sum (a deposit, a late change) it is shared in their proportion."""
    told = [_price(line) for line in lines]
    if sum(told) == to_share:
        return told
    return share_out(to_share, told) if lines else []


def _price(line: Fields) -> Decimal:
    keys = ("divide_order_fee", "payment")
    key = next((key for key in keys if line.has(key)), "total_fee")
    return max(yuan(line, key), Decimal(0))
