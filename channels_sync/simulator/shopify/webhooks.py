"""Shopify's messages: the order in the REST shape, signed with the app's secret."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx

from channels_sync.connectors.shopify import signing
from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.outbox import Answer, Message
from channels_sync.simulator.ownsite.posting import send
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.straight import straight

STEPS = (60, 300, 600, 1200, 2400, 3600, 3600, 3600)
"""Seconds until the next try: eight of them within about four hours."""
_SECONDS = 5.0
_STRANGER = "a-secret-that-the-other-side-never-saw"
Document = dict[str, Any]


def rest_order(order: Document) -> Document:
    """Rewrite an order as webhooks tell it: ids are numbers, words small, amounts plain."""
    return {
        "id": int(order["legacyResourceId"]),
        "admin_graphql_api_id": order["id"],
        "name": order["name"],
        "created_at": order["createdAt"],
        "processed_at": order["processedAt"],
        "updated_at": order["updatedAt"],
        "cancelled_at": order["cancelledAt"],
        "closed_at": order["closedAt"],
        "test": order["test"],
        "note": order["note"],
        "currency": order["currencyCode"],
        "financial_status": order["displayFinancialStatus"].lower(),
        "fulfillment_status": _fulfillment_status(order),
        "total_price": _amount(order, "totalPriceSet"),
        "total_discounts": _amount(order, "totalDiscountsSet"),
        "total_shipping_price_set": {"shop_money": _rest_money(order["totalShippingPriceSet"])},
        "customer": {"id": _number(order["customer"]["id"])},
        "shipping_address": _address(order["shippingAddress"]),
        "line_items": [_line(line) for line in order["lineItems"]],
        "refunds": [rest_refund(order, refund) for refund in order["refunds"]],
    }


def rest_refund(order: Document, refund: Document) -> Document:
    """Rewrite a refund as webhooks tell it."""
    return {
        "id": _number(refund["id"]),
        "order_id": int(order["legacyResourceId"]),
        "created_at": order["updatedAt"],
        "note": refund["note"],
        "refund_line_items": [
            {
                "line_item_id": _number(row["lineItem"]["id"]),
                "quantity": row["quantity"],
                "restock_type": row["restockType"].lower(),
            }
            for row in refund["refundLineItems"]
        ],
        "transactions": [
            {
                "kind": "refund",
                "status": "success",
                "amount": move["amountSet"]["shopMoney"]["amount"],
                "currency": move["amountSet"]["shopMoney"]["currencyCode"],
            }
            for move in refund["transactions"]
        ],
    }


def rest_return(order: Document, asked: Document) -> Document:
    """Rewrite a return as webhooks tell it."""
    return {
        "id": _number(asked["id"]),
        "admin_graphql_api_id": asked["id"],
        "status": asked["status"].lower(),
        "order": {"id": int(order["legacyResourceId"]), "admin_graphql_api_id": order["id"]},
        "name": asked["name"],
        "return_line_items": [
            {
                "fulfillment_line_item": {
                    "line_item": {"id": _number(row["fulfillmentLineItem"]["lineItem"]["id"])}
                },
                "quantity": row["quantity"],
                "return_reason": row["returnReason"].lower(),
                "return_reason_note": "",
                "customer_note": row["customerNote"],
            }
            for row in asked["returnLineItems"]
        ],
    }


def webhook_id(event_id: str) -> str:
    return str(uuid5(NAMESPACE_URL, event_id))


class ShopifyPoster:
    """Posts to the hook of the Shopify shop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._url = f"{settings.oms_url.rstrip('/')}/hooks/shopify/{settings.shopify_store}/"
        self._client = httpx.Client(transport=straight(), timeout=_SECONDS)

    def post(self, message: Message, *, fault: Fault | None, now: datetime) -> Answer:
        """Post a message; a doubled one is posted twice, and the last answer counts."""
        content = message.body.encode()
        headers = self._headers(message, content, fault, now)
        if fault is not None and fault.kind is FaultKind.CHANGED_BODY:
            content = content.replace(b'"id"', b'"iD"', 1)
        answer = send(self._client, self._url, content, headers)
        if fault is not None and fault.kind in (FaultKind.DUPLICATE, FaultKind.REPLAYED):
            return send(self._client, self._url, content, headers)
        return answer

    def close(self) -> None:
        self._client.close()

    def _headers(
        self, message: Message, content: bytes, fault: Fault | None, now: datetime
    ) -> Mapping[str, str]:
        secret = self._settings.client_secret
        match fault:
            case Fault(kind=FaultKind.WRONG_KEY):
                secret = _STRANGER
            case Fault(kind=FaultKind.SECOND_KEY):
                secret = self._settings.client_secret_before
        return {
            "Content-Type": "application/json",
            signing.TOPIC_HEADER: message.event,
            signing.HMAC_HEADER: signing.webhook_signature(secret, content),
            signing.DOMAIN_HEADER: self._settings.shop_domain,
            signing.WEBHOOK_ID_HEADER: webhook_id(message.event_id),
            "X-Shopify-API-Version": self._settings.api_version,
            "X-Shopify-Triggered-At": now.isoformat(),
        }


def dump(value: Document) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _line(line: Document) -> Document:
    return {
        "id": _number(line["id"]),
        "variant_id": _number(line["variant"]["id"]),
        "product_id": _number(line["product"]["id"]),
        "sku": line["sku"],
        "title": line["title"],
        "quantity": line["quantity"],
        "current_quantity": line["currentQuantity"],
        "fulfillable_quantity": line["unfulfilledQuantity"],
        "price": _amount(line, "originalUnitPriceSet"),
        "total_discount": "0.00",
        "requires_shipping": line["requiresShipping"],
    }


def _fulfillment_status(order: Document) -> str | None:
    words = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}
    return words.get(order["displayFulfillmentStatus"])


def _address(place: Document) -> Document:
    return {
        "name": place["name"],
        "phone": place["phone"],
        "address1": place["address1"],
        "address2": place["address2"],
        "city": place["city"],
        "province": place["province"],
        "province_code": place["provinceCode"],
        "zip": place["zip"],
        "country_code": place["countryCodeV2"],
    }


def _rest_money(money_set: Document) -> Document:
    money = money_set["shopMoney"]
    return {"amount": money["amount"], "currency_code": money["currencyCode"]}


def _amount(holder: Document, key: str) -> str:
    return str(holder[key]["shopMoney"]["amount"])


def _number(gid: str) -> int:
    return int(gid.rpartition("/")[2])
