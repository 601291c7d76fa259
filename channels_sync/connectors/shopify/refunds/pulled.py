"""From refunds and returns as the GraphQL API tells them to the shape of Shopify's messages, which
one mapper reads. Pure.

A refund that settles a return is told in its place, and several of them as one: the return alone
knows no money.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from channels_sync.connectors.loose import dump
from channels_sync.connectors.pulling import PulledRefund
from channels_sync.connectors.shopify.ids import number
from channels_sync.connectors.shopify.refunds.mapper import return_no

Node = Mapping[str, Any]


def of_order(order: Node) -> Iterator[PulledRefund]:
    """Read what an order has of both: ``refunds``, and ``returns`` where the app may see them."""
    refunds = list(order.get("refunds") or [])
    settled = {number(refund["return"]["id"]) for refund in refunds if refund.get("return")}
    for refund in refunds:
        if not refund.get("return"):
            yield of_refunds([refund], order)
    for digits in sorted(settled):
        mine = [one for one in refunds if number((one.get("return") or {}).get("id")) == digits]
        yield of_refunds(mine, order)
    for asked in (order.get("returns") or {}).get("nodes") or []:
        if number(asked["id"]) not in settled:
            yield of_return(asked, order)


def of_refunds(refunds: Sequence[Node], order: Node) -> PulledRefund:
    """Read a refund, or all that settle one return; its moment is that of the latest."""
    last, order_no = refunds[-1], str(order["legacyResourceId"])
    made_at = max(str(refund["createdAt"]) for refund in refunds)
    told: dict[str, Any] = {
        "id": number(last["id"]),
        "order_id": order_no,
        "created_at": made_at,
        "note": last.get("note") or "",
        "refund_line_items": [
            {
                "line_item_id": number(row["lineItem"]["id"]),
                "quantity": row["quantity"],
                "restock_type": row.get("restockType"),
            }
            for refund in refunds
            for row in refund["refundLineItems"]["nodes"]
        ],
        "transactions": [
            {
                "kind": move["kind"],
                "status": move["status"],
                "amount": move["amountSet"]["shopMoney"]["amount"],
                "currency": move["amountSet"]["shopMoney"]["currencyCode"],
            }
            for refund in refunds
            for move in refund["transactions"]["nodes"]
        ],
    }
    settles = number((last.get("return") or {}).get("id"))
    if settles:
        told["return"] = {"id": settles}
    return PulledRefund(
        channel_refund_no=return_no(settles) or told["id"],
        channel_order_no=order_no,
        modified_at=datetime.fromisoformat(made_at),
        payload=dump(told),
    )


def of_return(asked: Node, order: Node) -> PulledRefund:
    """Read a return; it has no moment of its own, so that of its order counts."""
    digits, order_no = number(asked["id"]), str(order["legacyResourceId"])
    told = {
        "id": digits,
        "status": asked["status"],
        "order": {"id": order_no},
        "return_line_items": [
            {
                "fulfillment_line_item": {
                    "line_item": {"id": number(row["fulfillmentLineItem"]["lineItem"]["id"])}
                },
                "quantity": row["quantity"],
                "return_reason": str(row.get("returnReason") or "").lower(),
                "customer_note": row.get("customerNote") or "",
            }
            for row in asked["returnLineItems"]["nodes"]
            # What was never fulfilled through Shopify has no line to name.
            if row.get("fulfillmentLineItem")
        ],
    }
    return PulledRefund(
        channel_refund_no=return_no(digits),
        channel_order_no=order_no,
        modified_at=datetime.fromisoformat(str(order["updatedAt"])),
        payload=dump(told),
    )
