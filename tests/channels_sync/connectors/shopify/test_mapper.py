"""An order in either of Shopify's shapes becomes the same value."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.installed import connectors
from channels_sync.connectors.shopify import mapper
from channels_sync.connectors.shopify.connector import ShopifyConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import ChannelStatus, IncomingOrder, LineKind, PlainReceiver
from oms.rules.incoming import faults_of

from .wire import recorded

NODES = recorded("orders_page")["data"]["orders"]["nodes"]
BODIES = {
    each["headers"]["X-Shopify-Topic"]: each["raw_body"]
    for each in recorded("webhooks")["deliveries"]
}


def node(**changes: Any) -> dict[str, Any]:
    return {**deepcopy(NODES[0]), **changes}


def read(told: dict[str, Any]) -> IncomingOrder:
    return ShopifyConnector.read_order(json.dumps(told))


def money(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "USD"}}


def body(**changes: Any) -> dict[str, Any]:
    return {**json.loads(BODIES["orders/paid"]), **changes}


def test_connector_is_registered() -> None:
    assert connectors.get("shopify") is ShopifyConnector


def test_pulled_order_is_read() -> None:
    order = read(node())
    assert (order.channel_order_no, order.currency) == ("5000000000001", "USD")
    assert (order.channel_status, order.raw_status) == (ChannelStatus.PAID, "PAID/UNFULFILLED")
    assert order.channel_modified_at == datetime(2026, 3, 1, 7, 41, 5, tzinfo=UTC)
    assert (order.goods_amount, order.freight, order.paid_amount) == (
        Decimal("199.00"),
        Decimal("10.00"),
        Decimal("209.00"),
    )
    (line,) = order.lines
    assert (line.merchant_code, line.quantity) == ("HOODIE-BLK-M", 1)
    assert line.paid_share == Decimal("199.00")
    assert (line.channel_product_id, line.channel_sku_id) == ("8000000000001", "44000000000001")
    assert order.buyer is not None
    assert order.buyer.channel_buyer_id == "7000000000001"
    assert isinstance(order.receiver, PlainReceiver)
    assert (order.receiver.country, order.receiver.postcode) == ("CA", "K1A0B1")
    assert faults_of(order) == []


def test_webhook_and_pull_tell_the_same_order() -> None:
    pulled, pushed = read(node()), read(body())
    assert pushed.lines == pulled.lines
    assert pushed.receiver == pulled.receiver
    assert (pushed.paid_amount, pushed.buyer) == (pulled.paid_amount, pulled.buyer)
    assert pushed.channel_modified_at == pulled.channel_modified_at
    assert pushed.channel_order_no == pulled.channel_order_no


@pytest.mark.parametrize(
    ("topic", "status", "paid"),
    [
        ("orders/create", ChannelStatus.UNPAID, "0"),
        ("orders/paid", ChannelStatus.PAID, "209.00"),
        ("orders/updated", ChannelStatus.PAID, "209.00"),
        ("orders/cancelled", ChannelStatus.CANCELLED, "209.00"),
    ],
)
def test_every_recorded_order_delivery_is_read(
    topic: str, status: ChannelStatus, paid: str
) -> None:
    order = ShopifyConnector.read_order(BODIES[topic])
    assert (order.channel_status, order.paid_amount) == (status, Decimal(paid))


def test_refund_delivery_is_no_order() -> None:
    with pytest.raises(Unreadable) as caught:
        ShopifyConnector.read_order(BODIES["refunds/create"])
    assert caught.value.problem is Problem.NOT_AN_ORDER


@pytest.mark.parametrize(
    ("financial", "fulfillment", "closed", "status"),
    [
        ("PENDING", "UNFULFILLED", None, ChannelStatus.UNPAID),
        ("AUTHORIZED", "UNFULFILLED", None, ChannelStatus.UNPAID),
        ("PARTIALLY_PAID", None, None, ChannelStatus.UNPAID),
        ("PAID", "ON_HOLD", None, ChannelStatus.PAID),
        ("PAID", "PARTIALLY_FULFILLED", None, ChannelStatus.PARTLY_SHIPPED),
        ("PAID", "FULFILLED", None, ChannelStatus.SHIPPED),
        ("PAID", "FULFILLED", "2026-03-02T00:00:00Z", ChannelStatus.COMPLETED),
        ("REFUNDED", "UNFULFILLED", None, ChannelStatus.CANCELLED),
        ("REFUNDED", "FULFILLED", None, ChannelStatus.SHIPPED),
        ("PARTIALLY_REFUNDED", "UNFULFILLED", None, ChannelStatus.PAID),
        ("VOIDED", "UNFULFILLED", None, ChannelStatus.CANCELLED),
        ("EXPIRED", "UNFULFILLED", None, ChannelStatus.CANCELLED),
        ("PENDING", "FULFILLED", None, ChannelStatus.SHIPPED),
    ],
)
def test_both_axes_make_one_status(
    financial: str, fulfillment: str | None, closed: str | None, status: ChannelStatus
) -> None:
    told = node(
        displayFinancialStatus=financial, displayFulfillmentStatus=fulfillment, closedAt=closed
    )
    assert read(told).channel_status is status


def test_order_keeps_the_name_that_payouts_call_it_by() -> None:
    assert read(node(name="#1001")).parent_channel_no == "#1001"
    assert read(body(name="#1001")).parent_channel_no == "#1001"
    assert read(node(name=None)).parent_channel_no == ""


def test_cancelled_wins() -> None:
    told = node(cancelledAt="2026-03-01T08:00:00Z", displayFulfillmentStatus="FULFILLED")
    assert read(told).channel_status is ChannelStatus.CANCELLED


@pytest.mark.parametrize("changes", [{"displayFulfillmentStatus": "ON_HOLD"}, {"test": True}])
def test_what_must_not_be_shipped_is_held(changes: dict[str, Any]) -> None:
    assert read(node(**changes)).platform_hold
    assert read(node()).platform_hold == ""


def lines(*rows: dict[str, Any]) -> dict[str, Any]:
    first = NODES[0]["lineItems"]["nodes"][0]
    nodes = [{**first, "id": f"gid://shopify/LineItem/{at}", **row} for at, row in enumerate(rows)]
    return {"lineItems": {"nodes": nodes}}


def test_units_taken_back_before_shipping_are_cancelled() -> None:
    told = node(**lines({"quantity": 3, "currentQuantity": 1}))
    assert read(told).lines[0].cancelled_quantity == 2


def test_returned_units_are_not_cancelled() -> None:
    refunds = [
        {
            "refundLineItems": {
                "nodes": [
                    {"quantity": 1, "restockType": kind, "lineItem": {"id": "gid://x/LineItem/0"}}
                    for kind in ("RETURN", "CANCEL")
                ]
            }
        }
    ]
    told = node(
        displayFulfillmentStatus="FULFILLED",
        refunds=refunds,
        **lines({"quantity": 3, "currentQuantity": 1}),
    )
    assert read(told).lines[0].cancelled_quantity == 1
    assert mapper.needs_refunds(told)
    assert not mapper.needs_refunds(node())


def test_what_was_paid_is_shared_by_the_discounted_totals() -> None:
    rows = lines(
        {"discountedTotalSet": money("150.00"), "originalUnitPriceSet": money("200.00")},
        {"discountedTotalSet": money("50.00"), "originalUnitPriceSet": money("50.00")},
    )
    order = read(node(totalPriceSet=money("230.00"), **rows))
    assert [line.paid_share for line in order.lines] == [Decimal("165.00"), Decimal("55.00")]
    assert sum(line.paid_share or 0 for line in order.lines) == order.paid_amount - order.freight


def test_gift_card_is_nothing_to_ship() -> None:
    told = node(**lines({"requiresShipping": False, "variant": None, "product": None}))
    (line,) = read(told).lines
    assert (line.kind, line.channel_product_id) == (LineKind.VIRTUAL, "")


def test_hidden_customer_is_no_buyer_and_no_receiver() -> None:
    order = read(node(shippingAddress=None, customer=None))
    assert (order.receiver, order.buyer) == (None, None)


def test_address_without_a_phone_is_read() -> None:
    place = {**NODES[0]["shippingAddress"], "phone": None, "address2": "Unit 7"}
    receiver = read(node(shippingAddress=place)).receiver
    assert isinstance(receiver, PlainReceiver)
    assert (receiver.phone, receiver.street) == ("", "1 Demo St Unit 7")


# --- parse error ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"displayFinancialStatus": "GIVEN_AWAY"}, "displayFinancialStatus"),
        ({"displayFulfillmentStatus": "FLYING"}, "displayFulfillmentStatus"),
        ({"updatedAt": "yesterday"}, "updatedAt"),
        ({"updatedAt": "2026-03-01T07:41:05"}, "updatedAt"),
        ({"createdAt": None}, "createdAt"),
        ({"totalPriceSet": None}, "totalPriceSet"),
        ({"totalPriceSet": money("1.001")}, "totalPriceSet"),
        ({"totalPriceSet": money("NaN")}, "totalPriceSet"),
        ({"currencyCode": 7}, "currencyCode"),
        ({"lineItems": []}, "lineItems"),
        ({"lineItems": {"nodes": ["x"]}}, "lineItems"),
        ({"customer": "x"}, "customer"),
        ({"shippingAddress": "x"}, "shippingAddress"),
        ({"note": "x" * 2001}, "note"),
        ({"id": None, "legacyResourceId": None}, "id"),
        (lines({"quantity": "many"}), "quantity"),
        (lines({"discountedTotalSet": money("-1.00")}), "discountedTotalSet"),
    ],
)
def test_what_cannot_be_read_names_its_field(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(node(**changes))
    assert caught.value.where == where


@pytest.mark.parametrize("text", ["", "no", "[]", "7", '{"id": 1}', '{"line_items": "x"}'])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        ShopifyConnector.read_order(text)


@pytest.mark.parametrize("line", [{"price": None}, {"quantity": None}, {"total_discount": "x"}])
def test_webhook_line_that_cannot_be_read_is_refused(line: dict[str, Any]) -> None:
    first = body()["line_items"][0]
    told = body(line_items=[{**first, **line}])
    if line.get("total_discount"):
        assert read(told).lines[0].paid_share == 199
    else:
        with pytest.raises(Unreadable):
            read(told)
