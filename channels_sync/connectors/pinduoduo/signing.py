"""POP's signature and the address of its push channel (open.pinduoduo.com, "Sign"). Pure."""

import base64
from collections.abc import Mapping
from urllib.parse import quote

from channels_sync.connectors.signing import md5_hex, wrapped_md5


def sign(secret: str, params: Mapping[str, str]) -> str:
    """Return the upper hexadecimal signature of every parameter but ``sign`` itself.

    Objects are signed as the JSON text that is sent, booleans as ``true`` and ``false``.
    """
    return wrapped_md5(secret, {key: value for key, value in params.items() if key != "sign"})


def push_path(secret: str, *, client_id: str, timestamp_ms: int) -> str:
    """Return the path of the websocket on which messages come."""
    digest = base64.b64encode(md5_hex(f"{client_id}{timestamp_ms}{secret}").encode()).decode()
    return f"/message/{client_id}/{timestamp_ms}/{quote(digest, safe='')}"
