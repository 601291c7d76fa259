"""Orders, refunds and returns laid out for projection: a connection of the API becomes a page."""

from channels_sync.simulator.shopify import orders
from channels_sync.simulator.shopify.execution import Page
from channels_sync.simulator.shopify.store import Document

_LISTS = ("fulfillments", "transactions", "refunds", "returns")
_PAGES = ("lineItems", "fulfillmentOrders")


def order_tree(order: Document) -> Document:
    """Lay an order out."""
    tree = {name: value for name, value in order.items() if name not in (*_PAGES, *_LISTS)}
    tree["totalRefundedSet"] = orders.money(orders.refunded(order))
    tree["lineItems"] = Page(order["lineItems"])
    tree["fulfillmentOrders"] = Page(
        [{**group, "lineItems": Page(group["lineItems"])} for group in order["fulfillmentOrders"]]
    )
    tree["fulfillments"] = order["fulfillments"]
    tree["transactions"] = order["transactions"]
    tree["refunds"] = [_refund(order, refund) for refund in order["refunds"]]
    tree["returns"] = Page([_return(asked) for asked in order.get("returns", [])])
    return tree


def refund_tree(order: Document, number: str) -> Document | None:
    """Lay a refund of the order out; None if it is not the order's."""
    found = [refund for refund in order["refunds"] if refund["id"] == number]
    return _refund(order, found[0]) | {"order": order} if found else None


def return_tree(order: Document, number: str) -> Document | None:
    """Lay a return of the order out; None if it is not the order's."""
    found = [asked for asked in order.get("returns", []) if asked["id"] == number]
    if not found:
        return None
    settling = [
        _refund(order, refund)
        for refund in order["refunds"]
        if (refund.get("return") or {}).get("id") == number
    ]
    return _return(found[0]) | {"order": order, "refunds": Page(settling)}


def _refund(order: Document, refund: Document) -> Document:
    return {
        "createdAt": order["updatedAt"],
        "return": None,
        **refund,
        "transactions": Page(refund["transactions"]),
        "refundLineItems": Page(refund["refundLineItems"]),
    }


def _return(asked: Document) -> Document:
    return {**asked, "returnLineItems": Page(asked["returnLineItems"])}
