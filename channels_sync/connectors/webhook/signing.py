"""The signature of our own webhook contract, version 1.

What is signed: ``v1``, the method, the path, the time stamp (Unix seconds), the nonce and the lower
hexadecimal SHA-256 of the body, joined by line feeds. The signature is ``v1=`` and the lower
hexadecimal HMAC-SHA256 of that under the store's secret.
"""

import hashlib
import hmac
from collections.abc import Iterable

VERSION = "v1"
SKEW_SECONDS = 300
"""How far the sender's clock may be off, either way."""
TIMESTAMP_HEADER = "X-OMS-Timestamp"
NONCE_HEADER = "X-OMS-Nonce"
SIGNATURE_HEADER = "X-OMS-Signature"
EVENT_ID_HEADER = "X-OMS-Event-Id"


def string_to_sign(*, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the text that both sides sign."""
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join((VERSION, method.upper(), path, timestamp, nonce, digest))


def sign(secret: str, *, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the value of the signature header."""
    text = string_to_sign(method=method, path=path, timestamp=timestamp, nonce=nonce, body=body)
    mac = hmac.digest(secret.encode(), text.encode("utf-8", "surrogateescape"), "sha256")
    return f"{VERSION}={mac.hex()}"


def is_signed(
    signature: str,
    *,
    secrets: Iterable[str],
    method: str,
    path: str,
    timestamp: str,
    nonce: str,
    body: bytes,
) -> bool:
    """Tell whether one of the secrets made the signature; every one is tried, in constant time."""
    given = signature.encode("utf-8", "surrogateescape")
    matches = [
        hmac.compare_digest(
            sign(
                secret, method=method, path=path, timestamp=timestamp, nonce=nonce, body=body
            ).encode(),
            given,
        )
        for secret in secrets
    ]
    return any(matches)
