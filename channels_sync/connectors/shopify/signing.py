"""Shopify's two signatures.

A webhook carries the base64 of the HMAC-SHA256 of its raw body under the app's client secret
(shopify.dev, "Verify webhooks"); an OAuth callback the lower hexadecimal one over its sorted query.
"""

import base64
import hmac
from collections.abc import Iterable, Mapping

TOPIC_HEADER = "X-Shopify-Topic"
HMAC_HEADER = "X-Shopify-Hmac-Sha256"
DOMAIN_HEADER = "X-Shopify-Shop-Domain"
WEBHOOK_ID_HEADER = "X-Shopify-Webhook-Id"
TRIGGERED_AT_HEADER = "X-Shopify-Triggered-At"


def webhook_signature(secret: str, body: bytes) -> str:
    """Return the value of the signature header."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def is_signed(signature: str, *, secrets: Iterable[str], body: bytes) -> bool:
    """Tell whether one of the secrets made the signature; every one is tried, in constant time."""
    given = signature.encode("utf-8", "surrogateescape")
    matches = [
        hmac.compare_digest(webhook_signature(secret, body).encode(), given) for secret in secrets
    ]
    return any(matches)


def callback_signature(secret: str, query: Mapping[str, str]) -> str:
    """Return the ``hmac`` that belongs to the other parameters of an OAuth callback."""
    pairs = sorted((name, value) for name, value in query.items() if name != "hmac")
    text = "&".join(f"{name}={value}" for name, value in pairs)
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()
