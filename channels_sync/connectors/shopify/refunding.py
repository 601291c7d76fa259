"""What Shopify is told about money, and what it shows of it. Values in, values out."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from channels_sync.connectors.outbound import RefundPush, Told
from channels_sync.connectors.shopify.ids import gid, number
from channels_sync.connectors.shopify.notes import note_of, number_in
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]

_PAYING = frozenset({"SALE", "CAPTURE"})
_BROKEN = frozenset({"FAILURE", "ERROR"})


def find_refund(order: Node, refund_no: str) -> Told | None:
    """Return the refund that carries our number; final once all its money moved."""
    for refund in order.get("refunds") or []:
        if number_in(refund.get("note")) == refund_no:
            return to_told(refund)
    return None


def to_told(refund: Node) -> Told:
    """Read a refund; it is refused where a payment provider would not give the money back."""
    moves = (refund.get("transactions") or {}).get("nodes") or []
    statuses = {move.get("status") for move in moves}
    broken = sorted(str(status) for status in statuses & _BROKEN)
    return Told(
        channel_ref=number(refund.get("id")),
        is_final=statuses == {"SUCCESS"},
        refused=f"payment provider: {broken[0]}" if broken else "",
    )


def to_variables(order: Node, push: RefundPush) -> dict[str, Any]:
    """Return the variables of a refundCreate: money back to the payments it came from.

    :raises IntegrationError: fatal if they cannot give it, or were made in another currency
    """
    if order.get("presentmentCurrencyCode") not in (None, order.get("currencyCode")):
        raise IntegrationError(
            "买家以另一种货币付款，请在 Shopify 后台退款",
            kind=ErrorKind.FATAL,
            code="local:currency",
        )
    order_id = gid("Order", push.channel_order_no)
    refund = {
        "orderId": order_id,
        "note": note_of(push.refund_no),
        "notify": False,
        "refundLineItems": [
            {
                "lineItemId": gid("LineItem", line.channel_line_no),
                "quantity": line.quantity,
                # Stock is ours to tell, in whole numbers.
                "restockType": "NO_RESTOCK",
            }
            for line in push.lines
            if line.quantity
        ],
        "transactions": list(_moves(order, push, order_id)),
    }
    return {"input": refund, "key": str(uuid5(NAMESPACE_URL, push.key))}


def _moves(order: Node, push: RefundPush, order_id: str) -> Iterator[dict[str, Any]]:
    left = push.amount
    for payment, available in _payments(order):
        part = min(left, available)
        if part > 0:
            left -= part
            yield {
                "orderId": order_id,
                "parentId": payment["id"],
                "gateway": payment.get("gateway"),
                "kind": "REFUND",
                "amount": f"{part:.2f}",
            }
    if left > 0:
        raise IntegrationError(
            f"Shopify 的付款记录不够退（还差 {left} {push.currency}）",
            kind=ErrorKind.FATAL,
            code="local:payments",
        )


def _payments(order: Node) -> Iterator[tuple[Node, Decimal]]:
    """Pair each payment with what it can still give, the latest first."""
    moves = [move for move in order.get("transactions") or [] if move.get("status") == "SUCCESS"]
    given: dict[str, Decimal] = {}
    for move in moves:
        parent = (move.get("parentTransaction") or {}).get("id")
        if move.get("kind") == "REFUND" and parent:
            given[parent] = given.get(parent, Decimal(0)) + _amount(move)
    for move in reversed(moves):
        if move.get("kind") in _PAYING:
            yield move, _amount(move) - given.get(move["id"], Decimal(0))


def _amount(move: Node) -> Decimal:
    return Decimal(str(move["amountSet"]["shopMoney"]["amount"]))
