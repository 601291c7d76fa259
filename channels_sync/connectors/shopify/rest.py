"""An order as a webhook writes it (the REST shape), rewritten in the GraphQL shape. Pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Node = dict[str, Any]


def to_node(order: Mapping[str, Any]) -> Node:
    """Return the same order with the GraphQL API's names; what is missing stays missing."""
    currency = order.get("currency")
    return {
        "id": order.get("id"),
        "name": order.get("name"),
        "createdAt": order.get("created_at"),
        "processedAt": order.get("processed_at"),
        "updatedAt": order.get("updated_at"),
        "cancelledAt": order.get("cancelled_at"),
        "closedAt": order.get("closed_at"),
        "test": order.get("test"),
        "note": order.get("note"),
        "displayFinancialStatus": _upper(order.get("financial_status")),
        "displayFulfillmentStatus": _fulfillment(order.get("fulfillment_status")),
        "currencyCode": currency,
        "customer": order.get("customer"),
        "totalPriceSet": _money(order.get("total_price")),
        "totalShippingPriceSet": _set(order.get("total_shipping_price_set")),
        "totalDiscountsSet": _money(order.get("total_discounts")),
        "shippingAddress": _address(order.get("shipping_address")),
        "lineItems": {"nodes": _each(order.get("line_items"), _line)},
        "refunds": _each(order.get("refunds"), _refund) or [],
    }


def _fulfillment(word: Any) -> Any:
    """Nothing left is null here, and a part is called partial."""
    words = {None: "UNFULFILLED", "partial": "PARTIALLY_FULFILLED"}
    return words[word] if word is None or word == "partial" else _upper(word)


def _line(line: Mapping[str, Any]) -> Node:
    return {
        "id": line.get("id"),
        "sku": line.get("sku"),
        "title": line.get("title"),
        "quantity": line.get("quantity"),
        "currentQuantity": line.get("current_quantity", line.get("quantity")),
        "requiresShipping": line.get("requires_shipping"),
        "variant": {"id": line.get("variant_id")},
        "product": {"id": line.get("product_id")},
        "originalUnitPriceSet": _money(line.get("price")),
        "discountedTotalSet": _money(_discounted(line)),
    }


def _discounted(line: Mapping[str, Any]) -> Any:
    """The REST shape tells a price and a discount, not the total after it."""
    price, quantity = line.get("price"), line.get("quantity")
    taken = line.get("total_discount") or "0"
    if not isinstance(price, str) or not isinstance(quantity, int) or not isinstance(taken, str):
        return price
    try:
        return str(Decimal(price) * quantity - Decimal(taken))
    except InvalidOperation:
        return price


def _refund(refund: Mapping[str, Any]) -> Node:
    parts = _each(refund.get("refund_line_items"), _refunded)
    return {"id": refund.get("id"), "refundLineItems": {"nodes": parts or []}}


def _refunded(part: Mapping[str, Any]) -> Node:
    return {
        "quantity": part.get("quantity"),
        "restockType": _upper(part.get("restock_type")),
        "lineItem": {"id": part.get("line_item_id")},
    }


def _address(place: Any) -> Any:
    if not isinstance(place, Mapping):
        return place
    return {
        "name": place.get("name"),
        "phone": place.get("phone"),
        "address1": place.get("address1"),
        "address2": place.get("address2"),
        "city": place.get("city"),
        "province": place.get("province"),
        "provinceCode": place.get("province_code"),
        "zip": place.get("zip"),
        "countryCodeV2": place.get("country_code"),
    }


def _each(values: Any, make: Callable[[Mapping[str, Any]], Node]) -> Any:
    """Rewrite a list of objects; anything else is left for the reader to refuse."""
    if not isinstance(values, list) or not all(isinstance(value, Mapping) for value in values):
        return values
    return [make(value) for value in values]


def _money(amount: Any) -> Node:
    return {"shopMoney": {"amount": amount}}


def _set(value: Any) -> Node:
    money = value.get("shop_money") if isinstance(value, Mapping) else None
    return _money(money.get("amount") if isinstance(money, Mapping) else "0")


def _upper(word: Any) -> Any:
    return word.upper() if isinstance(word, str) else word
