"""Webhooks of a WooCommerce shop: proved over every byte, and read as hints."""

import json
from typing import Any

import pytest

from channels_sync.connectors.knocks import Garbled, Hint, Knock, NotProved, Subject
from channels_sync.connectors.listening_installed import listeners
from channels_sync.connectors.woocommerce import signing
from channels_sync.connectors.woocommerce.listener import WooCommerceListener

from .wire import CREDENTIALS, recorded

TOLD = recorded("webhooks")
SECRET = CREDENTIALS["webhook_secret"]


def knock(body: bytes, headers: dict[str, str]) -> Knock:
    lowered = {name.lower(): value for name, value in headers.items()}
    return Knock(method="POST", path="/", query="", headers=lowered, body=body)


def signed(body: bytes, topic: str = "order.updated") -> Knock:
    headers = {
        "X-WC-Webhook-Signature": signing.webhook_signature(SECRET, body),
        "X-WC-Webhook-Topic": topic,
    }
    return knock(body, headers)


def hear(told: Knock, **credentials: str) -> Any:
    return WooCommerceListener.hear(told, credentials=CREDENTIALS | credentials)


def test_listener_is_registered() -> None:
    assert listeners.get("woocommerce") is WooCommerceListener


@pytest.mark.parametrize(
    "delivery", TOLD["deliveries"], ids=lambda one: one["headers"]["X-WC-Webhook-Topic"]
)
def test_recorded_push_hints_at_its_order(delivery: Any) -> None:
    heard = hear(knock(delivery["raw_body"].encode(), delivery["headers"]))
    assert heard.hints == (Hint(subject=Subject.ORDER, channel_no="727"),)


def test_secret_before_is_good_while_the_shop_changes_over() -> None:
    keys = {"webhook_secret": "the-newer-one", "webhook_secret_before": SECRET}
    assert hear(signed(b'{"id": 727}'), **keys).hints


def test_refunds_on_the_order_are_hinted_at_too() -> None:
    body = json.dumps({"id": 727, "refunds": [{"id": 726}]}).encode()
    assert Hint(subject=Subject.REFUND, channel_no="727-726") in hear(signed(body)).hints


def test_first_knock_is_answered_and_believed_nothing() -> None:
    ping = TOLD["ping"]
    assert hear(knock(ping["raw_body"].encode(), ping["headers"])).hints == ()


@pytest.mark.parametrize("body", [b"webhook_id=5&id=727", b"webhook_id=x", b"", b"{}"])
def test_other_things_without_a_signature_are_not_proved(body: bytes) -> None:
    with pytest.raises(NotProved):
        hear(knock(body, {}))


def test_changed_byte_is_not_proved() -> None:
    delivery = TOLD["deliveries"][0]
    body = delivery["raw_body"].replace('"id":727', '"id":728').encode()
    with pytest.raises(NotProved):
        hear(knock(body, delivery["headers"]))


@pytest.mark.parametrize("secret", ["", "another"])
def test_wrong_or_missing_secret_proves_nothing(secret: str) -> None:
    with pytest.raises(NotProved):
        hear(signed(b'{"id": 727}'), webhook_secret=secret)


def test_topic_of_something_else_hints_at_nothing() -> None:
    assert hear(signed(b'{"id": 93}', "product.updated")).hints == ()


@pytest.mark.parametrize(
    "body", [b"garbage", b"[]", b"{}", b'{"id": true}', b'{"id": 1, "refunds": "x"}']
)
def test_signed_garbage_is_named(body: bytes) -> None:
    with pytest.raises(Garbled):
        hear(signed(body))
