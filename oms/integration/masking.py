"""Keep people and secrets out of what is written down about a call.

Masking goes by key name and fails closed: a body in an unknown format is reported by its size only.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

MASK = "***"

_PERSONAL_FRAGMENTS = (
    "mobile", "phone", "address", "addr", "contact", "email", "mailbox", "idcard", "certno",
    "receivername", "recipientname", "sendername", "buyername", "buyernick", "consignee",
    "realname", "fullname", "firstname", "lastname", "nickname", "signer", "zipcode", "postcode",
    "postreceiver", "posttel", "receivertel", "buyerwords", "sellerwords", "buyermessage",
    "tradememo",
)  # fmt: skip
_PERSONAL_KEYS = frozenset({"name", "tel", "fax", "company", "street", "detail", "remark", "memo"})
_SECRET_FRAGMENTS = (
    "digest", "token", "secret", "password", "checkword", "session", "signature", "authorization",
    "cookie", "apikey",
)  # fmt: skip
_SECRET_KEYS = frozenset({"sign", "pwd", "key", "hmac", "codeverifier"})
# Inside a masked container these still help to find a wrong address and name nobody.
_HARMLESS_KEYS = frozenset(
    {"province", "city", "county", "district", "country", "contacttype", "state", "region"}
)
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}-)\d{3,4}(\d{4})(?!\d)")
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{32,}(?![\w-])", re.ASCII)
"""Letters and digits that are longer than any number a person needs: a token, a key, a digest."""
_LARGEST_PARSED = 256 * 1024
_MOST_SHOWN = 10
"""Items of a list: a page of a hundred orders looks like its first ones."""


def mask_text(text: str) -> str:
    """Hide the middle of every phone number in a sentence, and what looks like a token or a key:
    some platforms quote in their words what was sent to them.

    A text that is nothing but such a run is left: there its key says what it is.
    """
    if not _TOKEN.fullmatch(text):
        text = _TOKEN.sub(MASK, text)
    return _LANDLINE.sub(r"\1****\2", _MOBILE.sub(r"\1****\2", text))


def mask_body(content_type: str, body: bytes) -> str:
    """Write a JSON or form body with personal data and secrets replaced by ``***``.

    JSON inside a string (some platforms nest it twice) is opened and masked too. Any other format
    gives its size and type only.
    """
    if not body:
        return ""
    size_only = f"<{len(body)} bytes of {content_type.partition(';')[0] or 'unknown type'}>"
    if len(body) > _LARGEST_PARSED:
        return size_only
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return size_only
    masked = _mask_json_text(text)
    if masked is None and "x-www-form-urlencoded" in content_type:
        masked = _mask_form_text(text)
    return size_only if masked is None else masked


def truncated(masker: Callable[[str, bytes], str], limit: int) -> Callable[[str, bytes], str]:
    """Cut what a masker writes to ``limit`` characters; cutting first would break the masking."""

    def write(content_type: str, body: bytes) -> str:
        text = masker(content_type, body)
        return text if len(text) <= limit else text[:limit] + "…"

    return write


def _mask_form_text(text: str) -> str:
    pairs = parse_qsl(text, keep_blank_values=True)
    return "&".join(f"{key}={_mask_value(key, value)}" for key, value in pairs)


def _mask_json_text(text: str) -> str | None:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return _dump(_mask_tree(json.loads(text)))
    except (ValueError, RecursionError):
        return None


def _mask_tree(node: Any) -> Any:
    match node:
        case dict():
            return {key: _mask_value(str(key), value) for key, value in node.items()}
        case list():
            shown = [_mask_tree(item) for item in node[:_MOST_SHOWN]]
            return shown if len(node) <= _MOST_SHOWN else [*shown, f"… {len(node)}"]
        case str():
            return _mask_json_text(node) or mask_text(node)
    return node


def _mask_value(key: str, value: Any) -> Any:
    return _mask_all(value) if _is_sensitive(key) else _mask_tree(value)


def _mask_all(node: Any) -> Any:
    match node:
        case dict():
            return {key: _keep_harmless(str(key), value) for key, value in node.items()}
        case list():
            return [_mask_all(item) for item in node]
        case None | "" | bool():
            return node
    return MASK


def _keep_harmless(key: str, value: Any) -> Any:
    keep = _plain(key) in _HARMLESS_KEYS and not isinstance(value, dict | list)
    return value if keep else _mask_all(value)


def _is_sensitive(key: str) -> bool:
    plain = _plain(key)
    return (
        plain in _PERSONAL_KEYS
        or plain in _SECRET_KEYS
        or any(fragment in plain for fragment in (*_PERSONAL_FRAGMENTS, *_SECRET_FRAGMENTS))
    )


def _plain(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "")


def _dump(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
