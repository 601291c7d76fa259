"""TOP's signatures (open.taobao.com, documents 101617 and 102635). Pure."""

import hmac
from collections.abc import Mapping

from channels_sync.connectors.signing import sorted_pairs, wrapped_md5

MD5, HMAC_MD5, HMAC_SHA256 = "md5", "hmac", "hmac-sha256"
"""What ``sign_method`` may say."""
_DIGESTS = {HMAC_MD5: "md5", HMAC_SHA256: "sha256"}


def sign(secret: str, params: Mapping[str, str], *, method: str = MD5) -> str:
    """Return the upper hexadecimal signature of every parameter but ``sign`` itself.

    Empty values are neither signed nor sent: implementations disagree about them.
    """
    signed = {key: value for key, value in params.items() if key != "sign" and value != ""}
    if method == MD5:
        return wrapped_md5(secret, signed)
    text = sorted_pairs(signed).encode()
    return hmac.digest(secret.encode(), text, _DIGESTS[method]).hex().upper()


def handshake_signature(secret: str, *, app_key: str, group_name: str, timestamp_ms: int) -> str:
    """Return what proves a connection to the message service."""
    told = {"app_key": app_key, "group_name": group_name, "timestamp": timestamp_ms}
    return wrapped_md5(secret, told)
