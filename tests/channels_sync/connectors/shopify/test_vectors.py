"""Shopify's signatures against values that other implementations made: all of them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from channels_sync.connectors.shopify.signing import (
    HMAC_HEADER,
    callback_signature,
    is_signed,
    webhook_signature,
)

from .wire import RECORDINGS, recorded

ALL = json.loads((RECORDINGS / "vectors" / "channels.json").read_text(encoding="utf-8"))
VECTORS = [vector for vector in ALL if vector["platform"] == "shopify"]
DELIVERIES = recorded("webhooks")["deliveries"]
SECRET = recorded("webhooks")["client_secret"]


def compute(inputs: Mapping[str, Any]) -> str:
    if "query" in inputs:
        return callback_signature(inputs["secret"], inputs["query"])
    return webhook_signature(inputs["secret"], inputs["raw_body"].encode())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any]) -> None:
    assert compute(vector["inputs"]) == vector["expected"]


def test_no_vector_is_missing() -> None:
    assert {vector["name"] for vector in VECTORS} == {
        "oauth_callback_hmac",
        "webhook_hmac",
        "webhook_hmac_empty_object",
    }


@pytest.mark.parametrize(
    "delivery", DELIVERIES, ids=lambda each: each["headers"]["X-Shopify-Topic"]
)
def test_recorded_delivery_is_signed(delivery: dict[str, Any]) -> None:
    signature, body = delivery["headers"][HMAC_HEADER], delivery["raw_body"].encode()
    assert is_signed(signature, secrets=["another", SECRET], body=body)
    assert not is_signed(signature, secrets=[SECRET], body=body + b" ")
    assert not is_signed(signature, secrets=["another"], body=body)
    assert not is_signed(signature, secrets=[], body=body)


def test_own_parameter_is_not_signed() -> None:
    query = {"shop": "s", "code": "c"}
    assert callback_signature("k", query) == callback_signature("k", query | {"hmac": "x"})


@pytest.mark.parametrize("signature", ["", "ü", "\udcff", "=" * 44])
def test_nonsense_is_no_signature(signature: str) -> None:
    assert not is_signed(signature, secrets=[SECRET], body=b"{}")
