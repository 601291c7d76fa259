"""What several platforms' signatures share. Pure."""

import hashlib
import hmac
from collections.abc import Mapping


def sorted_pairs(params: Mapping[str, object]) -> str:
    """Write every key and its value without a mark between them, the keys in the order of their
    code points: the text that TOP, JOS and their kin sign."""
    return "".join(f"{key}{params[key]}" for key in sorted(params))


def md5_hex(text: str) -> str:
    """Return the lower hexadecimal MD5: the platforms' choice, not ours.

    Bytes that are no UTF-8, kept as half characters, count as they came.
    """
    data = text.encode("utf-8", "surrogateescape")
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def wrapped_md5(secret: str, params: Mapping[str, object]) -> str:
    """Return the upper hexadecimal MD5 of the sorted pairs between two copies of the secret."""
    return md5_hex(f"{secret}{sorted_pairs(params)}{secret}").upper()


def is_same(given: str, expected: str) -> bool:
    """Compare two signatures in constant time, whatever letters a stranger sends."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())
