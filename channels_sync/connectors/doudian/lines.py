"""The lines of a Doudian order, and what each of them was paid with. Pure; amounts are in fen over
there."""

from collections.abc import Sequence
from decimal import Decimal

from channels_sync.connectors.doudian import codes
from channels_sync.connectors.fields import Fields
from channels_sync.connectors.values import fen, inner, reference, rows, whole
from oms.dto import IncomingLine, LineKind
from oms.rules.shares import share_out


def to_lines(order: Fields, *, to_share: Decimal) -> tuple[IncomingLine, ...]:
    """Return the lines; their paid shares add up to ``to_share`` (yuan).

    :raises Unreadable: naming the first field that cannot be understood
    """
    told = list(order.items("sku_order_list"))
    shares = _shares(told, to_share)
    return tuple(_line(line, share) for line, share in zip(told, shares, strict=True))


def is_refunding(order: Fields) -> bool:
    """Tell whether a refund is open for something that has not left."""
    return any(
        whole(inner(line, "after_sale_info"), "after_sale_status") in codes.REFUND_OPEN
        for line in order.items("sku_order_list")
        if codes.STATUS.get(whole(line, "order_status")) not in codes.LEFT
    )


def warehouse_of(order: Fields) -> str:
    """Return the merchant's own code of the warehouse whose stock was sold, if all lines agree."""
    found = {
        reference(stock, "out_warehouse_id")
        for line in order.items("sku_order_list")
        for stock in rows(line, "inventory_list")
        if whole(stock, "inventory_type") == codes.REGIONAL_STOCK
        and whole(stock, "warehouse_type") == codes.OWN_WAREHOUSE
    }
    return found.pop() if len(found) == 1 else ""


def _line(line: Fields, share: Decimal) -> IncomingLine:
    quantity = whole(line, "item_num", default=None)
    return IncomingLine(
        channel_line_no=line.text("order_id", limit=64),
        channel_product_id=reference(line, "product_id_str") or reference(line, "product_id"),
        channel_sku_id=reference(line, "sku_id"),
        merchant_code=reference(line, "code", limit=100) or reference(line, "out_sku_id"),
        title=_title(line),
        quantity=quantity,
        unit_price=fen(line, "origin_amount"),
        paid_share=share,
        kind=_kind(line),
        cancelled_quantity=quantity if _is_cancelled(line) else 0,
    )


def _kind(line: Fields) -> LineKind:
    if line.text("given_product_type", limit=32, default="") == codes.FREE:
        return LineKind.GIFT
    return LineKind.VIRTUAL if whole(line, "goods_type") == codes.VIRTUAL else LineKind.GOODS


def _is_cancelled(line: Fields) -> bool:
    """Before shipping Doudian takes a line back whole or not at all."""
    if whole(line, "order_status") == codes.LINE_CANCELLED:
        return True
    if whole(line, "main_status") == codes.REFUNDED_BEFORE_SHIPPING:
        return True
    refund = inner(line, "after_sale_info")
    return (
        whole(refund, "after_sale_type") == codes.BEFORE_SHIPPING
        and whole(refund, "after_sale_status") in codes.REFUND_DONE
    )


def _title(line: Fields) -> str:
    name = line.text("product_name", limit=1000, default="")
    values = (part.text("value", limit=200, default="") for part in rows(line, "spec"))
    return " ".join(filter(None, (name, *values)))[:300]


def _shares(lines: Sequence[Fields], to_share: Decimal) -> list[Decimal]:
    """Each line tells what it was paid with; where that is not the order's sum (freight counted in,
    or not), the sum is shared in the same proportion."""
    told = [
        max(fen(line, "pay_amount") - fen(line, "promotion_pay_amount"), Decimal(0))
        for line in lines
    ]
    if sum(told) == to_share:
        return told
    alone = [
        max(paid - fen(line, "post_amount"), Decimal(0))
        for paid, line in zip(told, lines, strict=True)
    ]
    if sum(alone) == to_share:
        return alone
    return share_out(to_share, told) if lines else []
