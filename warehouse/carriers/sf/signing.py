"""The digest of an SF call (顺丰丰桥开放平台, 数字签名规范). Pure.

The console offers three modes per account, which is why public samples disagree with each other.
"""

import base64
import hashlib
from enum import StrEnum
from urllib.parse import quote_plus


class SignMode(StrEnum):
    """How the account's console says a call is signed."""

    STANDARD = "standard"
    SIMPLE = "simple"
    SM3 = "sm3"


def sign(message: str, timestamp: str, checkword: str, *, mode: SignMode) -> str:
    """Return msgDigest over the exact text that is sent as msgData."""
    text = message + timestamp + checkword
    if mode is not SignMode.SIMPLE:
        text = java_url_encode(text)
    return base64.b64encode(_digest(text.encode(), mode)).decode()


def java_url_encode(text: str) -> str:
    """Encode as java.net.URLEncoder does: unlike Python it keeps ``*`` and encodes ``~``."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def _digest(data: bytes, mode: SignMode) -> bytes:
    if mode is SignMode.SM3:
        return hashlib.new("sm3", data).digest()
    # The platform prescribes MD5; nothing of ours relies on its strength.
    return hashlib.md5(data, usedforsecurity=False).digest()
