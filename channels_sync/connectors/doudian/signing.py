"""Doudian's signatures: of calls, of the messages it pushes, of the calls it makes to us. Pure.

The layouts are those of its own Go SDK (utils/sign_util.go); nothing official prints a value.
"""

import hmac
import json
from collections.abc import Mapping
from typing import Any

from channels_sync.connectors.signing import md5_hex


def param_json(params: Mapping[str, Any]) -> str:
    """Write the business parameters as they are signed and sent: keys sorted at every depth, no
    blanks, letters as they are, and a whole float as a whole number."""
    return json.dumps(_whole(params), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def sign(secret: str, *, app_key: str, method: str, text: str, timestamp: str) -> str:
    """Return the lower hexadecimal HMAC-SHA256 of a call; ``text`` is its ``param_json``."""
    pairs = f"app_key{app_key}method{method}param_json{text}timestamp{timestamp}v2"
    return _hmac(secret, pairs)


def spi_signature(secret: str, *, app_key: str, text: str, timestamp: str) -> str:
    """Return what proves a call that Doudian makes to us."""
    return _hmac(secret, f"app_key{app_key}param_json{text}timestamp{timestamp}")


def push_signature(secret: str, *, app_key: str, body: bytes) -> str:
    """Return the ``event-sign`` of a pushed message, over its body as it came."""
    return md5_hex(f"{app_key}{body.decode('utf-8', 'surrogateescape')}{secret}")


def _hmac(secret: str, pairs: str) -> str:
    return hmac.digest(secret.encode(), f"{secret}{pairs}{secret}".encode(), "sha256").hex()


def _whole(value: Any) -> Any:
    match value:
        case dict():
            return {key: _whole(one) for key, one in value.items()}
        case list() | tuple():
            return [_whole(one) for one in value]
        case float() if value.is_integer():
            return int(value)
    return value
