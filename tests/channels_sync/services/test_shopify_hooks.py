"""Shopify's door: what is proven is kept once, everything else leaves nothing behind."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from channels_sync.connectors.shopify.signing import webhook_signature
from channels_sync.flows import RawOrderStatus
from channels_sync.models import RawOrder, StoreConnection
from channels_sync.services import intake
from oms.models import ChannelRefund, Order, Refund, Store
from tests.factories.oms import OrderFactory, SkuFactory, StoreFactory

pytestmark = pytest.mark.django_db

RECORDED = json.loads(
    (Path(__file__).parents[2] / "recordings" / "shopify" / "webhooks.json").read_text("utf-8")
)
SECRET = RECORDED["client_secret"]
DELIVERIES = {each["headers"]["X-Shopify-Topic"]: each for each in RECORDED["deliveries"]}
PATH = "/hooks/shopify/kapok/"


@pytest.fixture(autouse=True)
def _still(clock: time_machine.Traveller) -> None:
    """Let deliveries come at the moment at which everything here stands."""


@pytest.fixture
def store() -> Store:
    store = StoreFactory.create(code="kapok", currency="USD", maps_by_code=True)
    StoreConnection.objects.create(
        store=store,
        kind="shopify",
        credentials={"client_secret": SECRET, "shop_domain": "demo-shop.myshopify.com"},
    )
    return store


def post(topic: str = "orders/paid", *, body: str = "", path: str = PATH, **headers: str) -> int:
    """Post a recorded delivery, or another body signed like it."""
    recorded = DELIVERIES.get(topic) or DELIVERIES["orders/paid"]
    text = body or recorded["raw_body"]
    plain = recorded["headers"] | {"X-Shopify-Topic": topic}
    plain["X-Shopify-Hmac-Sha256"] = webhook_signature(SECRET, text.encode())
    reply = Client().post(
        path, text.encode(), content_type="application/json", headers=plain | headers
    )
    return int(reply.status_code)


def kept() -> list[tuple[str, str, str]]:
    rows = RawOrder.objects.order_by("pk")
    return [(row.event, row.channel_order_no, row.status) for row in rows]


@pytest.mark.parametrize("delivery", DELIVERIES.values(), ids=DELIVERIES)
def test_every_recorded_delivery_is_taken(store: Store, delivery: dict[str, Any]) -> None:
    reply = Client().post(
        PATH,
        delivery["raw_body"].encode(),
        content_type="application/json",
        headers=delivery["headers"],
    )
    assert reply.status_code == 200
    row = RawOrder.objects.get()
    assert (row.store, row.source, row.payload) == (store, "webhook", delivery["raw_body"])
    assert row.event_id == delivery["headers"]["X-Shopify-Webhook-Id"]
    assert row.channel_order_no == "5000000000001"


def test_delivery_that_comes_again_is_kept_once(store: Store) -> None:
    assert [post(), post()] == [200, 200]
    assert len(kept()) == 1


def test_order_goes_all_the_way_in(store: Store, now: datetime) -> None:
    SkuFactory.create(code="HOODIE-BLK-M")
    post()
    intake.drain(now=now)
    assert kept() == [("order.paid", "5000000000001", RawOrderStatus.INGESTED)]
    order = Order.objects.get()
    assert (order.channel_order_no, order.currency) == ("5000000000001", "USD")
    assert str(order.paid_amount) == "209.00"


def test_order_of_unknown_goods_waits_for_a_person(store: Store, now: datetime) -> None:
    post()
    intake.drain(now=now)
    assert RawOrder.objects.get().cause == "unmapped_listing"


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ({"X-Shopify-Hmac-Sha256": webhook_signature("stranger", b"x")}, PATH),
        ({"X-Shopify-Hmac-Sha256": ""}, PATH),
        ({"X-Shopify-Shop-Domain": "another.myshopify.com"}, PATH),
        ({}, "/hooks/shopify/nobody/"),
    ],
)
def test_what_is_not_proven_leaves_nothing(
    store: Store, headers: dict[str, str], path: str
) -> None:
    assert post(path=path, **headers) == 401
    assert kept() == []


def test_secret_before_is_good_while_shopify_changes_over(store: Store) -> None:
    credentials = {"client_secret": "the-new-one", "client_secret_before": SECRET}
    StoreConnection.objects.update(store=store, credentials=credentials)
    assert post() == 200


@pytest.mark.parametrize(
    "changes", [{"is_active": False}, {"kind": "webhook"}, {"credentials": {}}]
)
def test_line_that_is_off_takes_nothing(store: Store, changes: dict[str, Any]) -> None:
    connection = StoreConnection.objects.get()
    for name, value in changes.items():
        setattr(connection, name, value)
    connection.save()
    assert post() == 401
    assert kept() == []


def test_body_changed_by_one_byte_is_refused(store: Store) -> None:
    signature = webhook_signature(SECRET, b'{"id": 1}')
    assert post(body='{"id": 2}', **{"X-Shopify-Hmac-Sha256": signature}) == 401
    assert kept() == []


@pytest.mark.parametrize(("body", "status"), [("no", 400), ("[]", 422), ("7", 422)])
def test_nonsense_is_refused(store: Store, body: str, status: int) -> None:
    assert post(body=body) == status
    assert kept() == []


def test_get_is_refused(store: Store) -> None:
    assert Client().get(PATH).status_code == 405


def test_large_body_is_refused(store: Store) -> None:
    assert post(body=json.dumps({"id": 1, "note": "x" * 1_000_001})) == 413
    assert kept() == []


@pytest.mark.parametrize("topic", ["products/update", "app/uninstalled", ""])
def test_other_topics_are_taken_and_not_kept(store: Store, topic: str) -> None:
    assert post(topic) == 200
    assert kept() == []


@pytest.mark.parametrize("topic", ["customers/redact", "customers/data_request", "shop/redact"])
def test_privacy_request_ends_in_front_of_a_person(store: Store, now: datetime, topic: str) -> None:
    assert post(topic, body='{"shop_id": 1, "orders_to_redact": [5]}') == 200
    intake.drain(now=now)
    assert kept() == [(topic, "", RawOrderStatus.EXCEPTION)]


def refund_body(note: str) -> str:
    return json.dumps(json.loads(DELIVERIES["refunds/create"]["raw_body"]) | {"note": note})


def test_refund_of_somebody_else_comes_in(store: Store, now: datetime) -> None:
    assert post("refunds/create", body=refund_body("damaged")) == 200
    intake.drain(now=now)
    assert kept() == [("refund.created", "5000000000001", RawOrderStatus.INGESTED)]
    row = ChannelRefund.objects.get()
    assert (row.channel_order_no, row.stage, row.currency) == ("5000000000001", "success", "USD")


RETURN = {
    "id": 945000001,
    "status": "requested",
    "order": {"id": 5000000000001},
    "return_line_items": [
        {
            "fulfillment_line_item": {"line_item": {"id": 13000000000001}},
            "quantity": 1,
            "return_reason": "size_too_small",
            "customer_note": "",
        }
    ],
}


def test_return_is_as_old_as_its_delivery(store: Store, now: datetime) -> None:
    for topic, status, at in (
        ("returns/cancel", "canceled", "2026-03-01T07:45:06.000000000Z"),
        ("returns/request", "requested", "2026-03-01T07:41:06.000000000Z"),
    ):
        body = json.dumps(RETURN | {"status": status})
        assert post(topic, body=body, **{"X-Shopify-Triggered-At": at}) == 200
    intake.drain(now=now)
    row = ChannelRefund.objects.get()
    assert (row.channel_refund_no, row.stage) == ("Return/945000001", "closed")
    assert row.channel_modified_at == datetime(2026, 3, 1, 7, 45, 6, tzinfo=UTC)


@pytest.mark.parametrize(("of_this_store", "status"), [(True, "ignored"), (False, "received")])
def test_refund_of_ours_is_known(
    store: Store, now: datetime, of_this_store: bool, status: str
) -> None:
    order: Order = OrderFactory.create(store=store if of_this_store else StoreFactory.create())
    Refund.objects.create(
        refund_no="RF261111-00000001",
        store=order.store,
        order=order,
        amount=1,
        asked_at=now,
        status="sent",
    )
    post("refunds/create", body=refund_body("OMS RF261111-00000001"))
    assert kept() == [("refund.created", "5000000000001", status)]
