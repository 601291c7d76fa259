"""WooCommerce's signatures: OAuth 1.0a with one leg for shops without TLS (RFC 5849), and the
HMAC of a webhook's body (woocommerce-rest-api-docs, "Webhooks"). Pure."""

import base64
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit

METHOD = "HMAC-SHA256"


def oauth_parameters(key: str, *, timestamp: int, nonce: str) -> dict[str, str]:
    """Return what is added to the query of a call before it is signed."""
    return {
        "oauth_consumer_key": key,
        "oauth_timestamp": str(timestamp),
        "oauth_nonce": nonce,
        "oauth_signature_method": METHOD,
    }


def base_string(method: str, url: str, oauth: Mapping[str, str]) -> str:
    """Return the text that is signed: method, address and all parameters, each encoded."""
    parts = urlsplit(url)
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), *oauth.items()]
    encoded = sorted((_encode(key), _encode(value)) for key, value in pairs)
    query = "&".join(f"{key}={value}" for key, value in encoded)
    address = f"{parts.scheme}://{parts.netloc}{parts.path}"
    return "&".join([method.upper(), _encode(address), _encode(query)])


def oauth_signature(secret: str, *, method: str, url: str, oauth: Mapping[str, str]) -> str:
    """Return the ``oauth_signature`` of a call."""
    text = base_string(method, url, oauth).encode()
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), text, "sha256")).decode()


def webhook_signature(secret: str, body: bytes) -> str:
    """Return the value of ``X-WC-Webhook-Signature``."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def _encode(text: str) -> str:
    return quote(text, safe="-._~")
