"""From an order as WooCommerce tells it to the value that the core takes in. Pure.

Amounts are decimal texts in the order's currency; times are read from the ``_gmt`` fields only,
because the others are the site's own clock.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from channels_sync.connectors.exact import add, total
from channels_sync.connectors.loose import Loose, load
from channels_sync.connectors.woocommerce import codes
from channels_sync.connectors.woocommerce.receiver import to_receiver
from channels_sync.dto import Problem, Unreadable
from oms.dto import (
    ChannelStatus,
    IncomingBuyer,
    IncomingLine,
    IncomingOrder,
    PaymentTerms,
)
from oms.rules.shares import CENT, share_out

_NOTHING = Decimal(0)


def to_order(payload: str) -> IncomingOrder:
    """Map an order.

    :raises Unreadable: naming the first field that cannot be understood
    """
    order = Loose.of(load(payload))
    if "line_items" not in order.data:
        raise Unreadable(Problem.NOT_AN_ORDER, "line_items")
    status, paid_at = _status(order), gmt(order, "date_paid_gmt")
    is_cash = order.text("payment_method", limit=100) == codes.CASH_ON_DELIVERY
    paid = _paid(order, status, is_cash=is_cash)
    freight = _with_tax(order, "shipping_total", "shipping_tax")
    return IncomingOrder(
        channel_order_no=order.needed("id", limit=64),
        channel_status=status,
        raw_status=order.needed("status", limit=40),
        channel_modified_at=_needed_gmt(order, "date_modified_gmt"),
        ordered_at=_needed_gmt(order, "date_created_gmt"),
        paid_at=paid_at if paid else None,
        currency=order.needed("currency", limit=3),
        goods_amount=total(
            _with_tax(row, "subtotal", "subtotal_tax") for row in order.items("line_items")
        ),
        freight=freight,
        # Every coupon of a self-built shop is the seller's.
        seller_discount=_with_tax(order, "discount_total", "discount_tax"),
        paid_amount=paid,
        payment_terms=PaymentTerms.COD if is_cash else PaymentTerms.PREPAID,
        lines=_lines(order, to_share=max(paid - freight, _NOTHING)),
        receiver=to_receiver(order),
        buyer=_buyer(order),
        buyer_memo=order.text("customer_note", limit=5000)[:2000],
    )


def gmt(node: Loose, key: str) -> datetime | None:
    """Return a moment that is told in UTC without saying so; None where nothing is told.

    :raises Unreadable: if it is no moment
    """
    text = node.text(key, limit=40)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(Problem.NOT_A_TIME, node.name(key)) from None


def _needed_gmt(node: Loose, key: str) -> datetime:
    moment = gmt(node, key)
    if moment is None:
        raise Unreadable(Problem.MISSING, node.name(key))
    return moment


def _status(order: Loose) -> ChannelStatus:
    """What was shipped stays shipped when its money goes back later."""
    word = order.needed("status", limit=40)
    if word not in codes.STATUS:
        raise Unreadable(Problem.UNKNOWN_STATUS, "status")
    if word == codes.REFUNDED and gmt(order, "date_completed_gmt"):
        return ChannelStatus.COMPLETED
    return codes.STATUS[word]


def _paid(order: Loose, status: ChannelStatus, *, is_cash: bool) -> Decimal:
    """An order on its way is paid for, also by hand; cash only once the shop says so."""
    is_paid = gmt(order, "date_paid_gmt") is not None
    is_open = status in (ChannelStatus.UNPAID, ChannelStatus.CANCELLED)
    amount = max(order.yuan("total"), _NOTHING)
    return amount if is_paid or not (is_open or is_cash) else _NOTHING


def _lines(order: Loose, *, to_share: Decimal) -> tuple[IncomingLine, ...]:
    """Fees of the whole order (``fee_lines``) are shared out like the rest."""
    rows = list(order.items("line_items"))
    if not rows:
        return ()
    weights = [max(_with_tax(row, "total", "total_tax"), _NOTHING) for row in rows]
    gone = _taken_back(order)
    return tuple(
        _line(row, share, gone.get(row.needed("id", limit=64), 0))
        for row, share in zip(rows, share_out(to_share, weights), strict=True)
    )


def _line(row: Loose, share: Decimal, gone: int) -> IncomingLine:
    quantity = row.whole("quantity")
    worth = _with_tax(row, "subtotal", "subtotal_tax")
    unit = (worth / quantity).quantize(CENT, rounding=ROUND_HALF_UP) if quantity else worth
    return IncomingLine(
        channel_line_no=row.needed("id", limit=64),
        channel_product_id=_reference(row, "product_id"),
        channel_sku_id=_reference(row, "variation_id"),
        merchant_code=row.text("sku", limit=100),
        title=row.text("name", limit=1000)[:300],
        quantity=quantity,
        unit_price=unit,
        paid_share=share,
        cancelled_quantity=min(gone, quantity),
    )


def _taken_back(order: Loose) -> dict[str, int]:
    """Return the units by line that were refunded before the order left; those that were refunded
    later went to the buyer."""
    left_at = gmt(order, "date_completed_gmt")
    units: dict[str, int] = {}
    for refund in order.items(codes.DETAILS):
        made_at = gmt(refund, "date_created_gmt")
        if left_at is not None and (made_at is None or made_at >= left_at):
            continue
        for row in refund.items("line_items"):
            line = refunded_line(row)
            if line:
                units[line] = units.get(line, 0) + abs(row.whole("quantity", 0))
    return units


def refunded_line(row: Loose) -> str:
    """Return the number of the order's line that a refund's line is about; empty if not told."""
    found: Iterable[Loose] = row.items("meta_data")
    for meta in found:
        if meta.data.get("key") == codes.REFUNDED_ITEM:
            return meta.text("value", limit=64)
    return ""


def _buyer(order: Loose) -> IncomingBuyer | None:
    """A guest is nobody's number; his address and e-mail are what he is known by."""
    customer = _reference(order, "customer_id")
    return IncomingBuyer(channel_buyer_id=customer) if customer else None


def _reference(node: Loose, key: str) -> str:
    text = node.text(key, limit=64)
    return "" if text == "0" else text


def _with_tax(node: Loose, amount: str, tax: str) -> Decimal:
    return add(node.yuan(amount, _NOTHING), node.yuan(tax, _NOTHING))
