"""Orders in the shape of the GraphQL Admin API, and what happens to them. Values only."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from typing import Any

from channels_sync.simulator.goods import Cart
from channels_sync.simulator.ownsite.orders import CannotBeDone

Document = dict[str, Any]

CURRENCY = "USD"
VARIANT = 44
_FREIGHT = Decimal("10.00")
_RATE = Decimal(7)
"""Yuan to the dollar, for prices that look like something."""


def gid(kind: str, number: int | str) -> str:
    return f"gid://shopify/{kind}/{number}"


def money(amount: Decimal) -> Document:
    return {"shopMoney": {"amount": f"{amount:.2f}", "currencyCode": CURRENCY}}


def moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def place(number: int, buyer: int, cart: Cart, *, is_paid: bool, at: datetime) -> Document:
    """Write a new order; ids of its parts are made of its own number."""
    lines = [
        _line(number, position, product.sku_code, product.title, product.yuan, quantity)
        for position, (product, quantity) in enumerate(cart, start=1)
    ]
    goods = sum((_amount(line["discountedTotalSet"]) for line in lines), Decimal(0))
    order: Document = {
        "id": gid("Order", number),
        "legacyResourceId": str(number),
        "name": f"#{number}",
        "createdAt": moment(at),
        "processedAt": moment(at),
        "updatedAt": moment(at),
        "cancelledAt": None,
        "closedAt": None,
        "test": False,
        "note": None,
        "displayFinancialStatus": "PENDING",
        "displayFulfillmentStatus": "UNFULFILLED",
        "currencyCode": CURRENCY,
        "presentmentCurrencyCode": CURRENCY,
        "customer": {"id": gid("Customer", 7000 + buyer)},
        "totalPriceSet": money(goods + _FREIGHT),
        "totalShippingPriceSet": money(_FREIGHT),
        "totalDiscountsSet": money(Decimal(0)),
        "shippingAddress": _address(buyer),
        "lineItems": lines,
        "fulfillmentOrders": [_fulfillment_order(number, lines)],
        "fulfillments": [],
        "transactions": [],
        "refunds": [],
        "returns": [],
    }
    return pay(order, at=at) if is_paid else order


def pay(order: Document, *, at: datetime) -> Document:
    """:raises CannotBeDone: if it is not waiting for money"""
    if order["displayFinancialStatus"] != "PENDING" or order["cancelledAt"]:
        raise CannotBeDone("只有待付款的订单可以付款")
    paid = _changed(order, at=at, displayFinancialStatus="PAID", processedAt=moment(at))
    transaction = {
        "id": gid("OrderTransaction", f"{paid['legacyResourceId']}1"),
        "kind": "SALE",
        "status": "SUCCESS",
        "gateway": "bogus",
        "amountSet": paid["totalPriceSet"],
        "parentTransaction": None,
    }
    return {**paid, "transactions": [transaction]}


def cancel(order: Document, *, at: datetime) -> Document:
    """Cancel what has not left; nothing stays open.

    :raises CannotBeDone: if something left, or it was cancelled
    """
    if order["cancelledAt"] or order["fulfillments"]:
        raise CannotBeDone("已发货或已取消的订单不能取消")
    cancelled = _changed(order, at=at, cancelledAt=moment(at))
    for group in cancelled["fulfillmentOrders"]:
        group["status"] = "CANCELLED"
    return cancelled


def fulfill(
    order: Document, units: Mapping[str, int], tracking: Document, *, number: int, at: datetime
) -> Document:
    """Let units ({fulfillment order line: units}) leave under a tracking number."""
    changed = _changed(order, at=at)
    for group in changed["fulfillmentOrders"]:
        for row in group["lineItems"]:
            row["remainingQuantity"] -= units.get(row["id"], 0)
        if not any(row["remainingQuantity"] for row in group["lineItems"]):
            group["status"] = "CLOSED"
    for line in changed["lineItems"]:
        line["unfulfilledQuantity"] = _remaining(changed, line["id"])
    changed["fulfillments"].append(
        {"id": gid("Fulfillment", number), "status": "SUCCESS", "trackingInfo": _infos(tracking)}
    )
    left = any(line["unfulfilledQuantity"] for line in changed["lineItems"])
    changed["displayFulfillmentStatus"] = "PARTIALLY_FULFILLED" if left else "FULFILLED"
    return changed


def retrack(order: Document, fulfillment_id: str, tracking: Document, *, at: datetime) -> Document:
    """:raises KeyError: if there is no such fulfillment"""
    changed = _changed(order, at=at)
    found = {each["id"]: each for each in changed["fulfillments"]}
    found[fulfillment_id]["trackingInfo"] = _infos(tracking)
    return changed


def refund(order: Document, told: Document, *, number: int, at: datetime) -> Document:
    """Pay back what the input says; the caller has checked that it is there."""
    changed = _changed(order, at=at)
    moves = [
        {
            "id": gid("OrderTransaction", f"{number}{position}"),
            "kind": "REFUND",
            "status": "SUCCESS",
            "gateway": move.get("gateway"),
            "amountSet": money(Decimal(move["amount"])),
            "parentTransaction": {"id": move["parentId"]},
        }
        for position, move in enumerate(told["transactions"])
    ]
    rows = told.get("refundLineItems") or []
    changed["transactions"] += moves
    changed["refunds"].append(
        {
            "id": gid("Refund", number),
            "createdAt": moment(at),
            "note": told.get("note"),
            "return": None,
            "transactions": moves,
            "refundLineItems": [
                {
                    "quantity": row["quantity"],
                    "restockType": row.get("restockType", "NO_RESTOCK"),
                    "lineItem": {"id": row["lineItemId"]},
                }
                for row in rows
            ],
        }
    )
    for line in changed["lineItems"]:
        taken = sum(row["quantity"] for row in rows if row["lineItemId"] == line["id"])
        line["currentQuantity"] -= taken
    whole = refunded(changed) >= _amount(changed["totalPriceSet"])
    changed["displayFinancialStatus"] = "REFUNDED" if whole else "PARTIALLY_REFUNDED"
    return changed


def ask_return(order: Document, *, number: int, at: datetime) -> Document:
    """Ask to send everything back that is still there.

    :raises CannotBeDone: if nothing of it has left, or a return is on its way
    """
    if not order["fulfillments"]:
        raise CannotBeDone("没有发货的订单不能申请退货")
    changed = _changed(order, at=at)
    asked = changed.setdefault("returns", [])
    if any(each["status"] in ("REQUESTED", "OPEN") for each in asked):
        raise CannotBeDone("这个订单已有退货在处理")
    lines = [line for line in changed["lineItems"] if line["currentQuantity"]]
    asked.append(
        {
            "id": gid("Return", number),
            "name": f"{order['name']}-R{len(asked) + 1}",
            "status": "REQUESTED",
            "returnLineItems": [
                {
                    "id": gid("ReturnLineItem", f"{number}{position}"),
                    "quantity": line["currentQuantity"],
                    "returnReason": "SIZE_TOO_SMALL",
                    "customerNote": "",
                    "fulfillmentLineItem": {"lineItem": {"id": line["id"]}},
                }
                for position, line in enumerate(lines, start=1)
            ],
        }
    )
    return changed


def answer_return(order: Document, wanted: str, *, is_agreed: bool, at: datetime) -> Document:
    """Approve or decline a return.

    :raises CannotBeDone: if it does not wait for an answer
    """
    changed = _changed(order, at=at)
    asked: Document = next(each for each in changed["returns"] if each["id"] == wanted)
    if asked["status"] != "REQUESTED":
        raise CannotBeDone("Return is not in the REQUESTED status.")
    asked["status"] = "OPEN" if is_agreed else "DECLINED"
    return changed


def whole_refund(order: Document) -> Document:
    """Return the input of a refund of everything that was paid and is still there."""
    (sale,) = (move for move in order["transactions"] if move["kind"] == "SALE")
    has_left = bool(order["fulfillments"])
    return {
        "note": "客服已同意退款",
        "refundLineItems": [
            {
                "lineItemId": line["id"],
                "quantity": line["currentQuantity"],
                "restockType": "NO_RESTOCK" if has_left else "CANCEL",
            }
            for line in order["lineItems"]
            if line["currentQuantity"]
        ],
        "transactions": [
            {
                "parentId": sale["id"],
                "gateway": sale["gateway"],
                "amount": sale["amountSet"]["shopMoney"]["amount"],
            }
        ],
    }


def refunded(order: Document) -> Decimal:
    moves = (move for move in order["transactions"] if move["kind"] == "REFUND")
    return sum((_amount(move["amountSet"]) for move in moves), Decimal(0))


def _line(
    order: int, position: int, sku_code: str, title: str, yuan: int, quantity: int
) -> Document:
    price = (Decimal(yuan) / _RATE).quantize(Decimal("0.01"))
    return {
        "id": gid("LineItem", f"{order}{position:03d}"),
        "sku": sku_code,
        "title": title,
        "quantity": quantity,
        "currentQuantity": quantity,
        "unfulfilledQuantity": quantity,
        "requiresShipping": True,
        "variant": {"id": gid("ProductVariant", number_of(sku_code, VARIANT))},
        "product": {"id": gid("Product", number_of(sku_code, 80))},
        "originalUnitPriceSet": money(price),
        "discountedTotalSet": money(price * quantity),
    }


def number_of(sku_code: str, prefix: int) -> str:
    """Return the number of a thing that belongs to a SKU code; each kind has its prefix."""
    return f"{prefix}{int.from_bytes(sku_code.encode()[:5]):013d}{sku_code[-2:]}"


def _fulfillment_order(number: int, lines: list[Document]) -> Document:
    return {
        "id": gid("FulfillmentOrder", f"{number}1"),
        "status": "OPEN",
        "lineItems": [
            {
                "id": line["id"].replace("LineItem", "FulfillmentOrderLineItem"),
                "remainingQuantity": line["quantity"],
                "lineItem": {"id": line["id"]},
            }
            for line in lines
        ],
    }


def _address(buyer: int) -> Document:
    return {
        "name": f"Demo Buyer {buyer:02d}",
        "phone": f"+1555000{buyer:04d}",
        "address1": f"{buyer + 1} Demo St",
        "address2": None,
        "city": "Ottawa",
        "province": "Ontario",
        "provinceCode": "ON",
        "zip": "K1A0B1",
        "countryCodeV2": "CA",
        "company": None,
    }


def _remaining(order: Document, line_id: str) -> int:
    return sum(
        row["remainingQuantity"]
        for group in order["fulfillmentOrders"]
        for row in group["lineItems"]
        if row["lineItem"]["id"] == line_id
    )


def _infos(tracking: Document) -> list[Document]:
    numbers = tracking.get("numbers") or [tracking["number"]]
    return [{"company": tracking.get("company"), "number": number} for number in numbers]


def _amount(money_set: Document) -> Decimal:
    return Decimal(money_set["shopMoney"]["amount"])


def _changed(order: Document, *, at: datetime, **changes: object) -> Document:
    return {**deepcopy(order), **changes, "updatedAt": moment(at)}
