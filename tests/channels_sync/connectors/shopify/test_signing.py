"""What Shopify signs, and what it does not."""

from typing import Any

import pytest

from channels_sync.connectors.shopify.signing import (
    HMAC_HEADER,
    callback_signature,
    is_signed,
)

from .wire import recorded

DELIVERIES = recorded("webhooks")["deliveries"]
SECRET = recorded("webhooks")["client_secret"]


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
