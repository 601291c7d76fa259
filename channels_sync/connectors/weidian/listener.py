"""What Weidian pushes: a form field ``content`` of JSON, signed by nothing.

The address it knocks at carries a key of ours (``?hook_key=``): whoever does not know it is not
heard, and whoever does is still not believed. Every push is a hint, and the order is read again.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs

from channels_sync.connectors.knocks import (
    Garbled,
    Heard,
    Hint,
    Knock,
    Listener,
    NotProved,
    Subject,
    listeners,
)
from channels_sync.connectors.signing import is_same
from channels_sync.connectors.tokens import Credentials
from channels_sync.connectors.weidian import codes
from channels_sync.connectors.weidian.refunding import number_of

REPLY = b'{"status":"success"}'
_TOPIC = "weidian.order."
_LONGEST = 40


@listeners.register
class WeidianListener(Listener):
    """Asks for the connection's ``hook_key``."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    own_key: ClassVar[str] = "hook_key"
    is_in_address: ClassVar[bool] = True

    @classmethod
    def hear(cls, knock: Knock, *, credentials: Credentials) -> Heard:
        """Read a push.

        :raises NotProved: if the key in the address is not the connection's
        :raises Garbled: if the rest cannot be read
        """
        given = parse_qs(knock.query).get(cls.own_key, [""])
        matches = [is_same(given[0], secret) for secret in cls.own_keys(credentials)]
        if len(given) != 1 or not any(matches):
            raise NotProved
        content = _content(knock.body)
        if not str(content.get("type") or "").startswith(_TOPIC):
            return Heard(reply=REPLY)
        return Heard(hints=_hints(content.get("message")), reply=REPLY)


def _hints(message: Any) -> tuple[Hint, ...]:
    if not isinstance(message, dict):
        raise Garbled("message")
    order = _number(message.get("order_id"), "message.order_id")
    if not order.isdecimal():
        raise Garbled("message.order_id")
    items = message.get("items") or []
    if not isinstance(items, list):
        raise Garbled("message.items")
    refunds = sorted({_refund(item) for item in items} - {"", "0"})
    return (
        Hint(subject=Subject.ORDER, channel_no=order),
        *(Hint(subject=Subject.REFUND, channel_no=number_of(order, one)) for one in refunds),
    )


def _refund(item: Any) -> str:
    told = item.get("refund_info") if isinstance(item, dict) else None
    number = told.get("refund_no") if isinstance(told, dict) else None
    return _number(number, "message.items.refund_info.refund_no") if number else ""


def _number(value: object, name: str) -> str:
    text = str(value)
    is_number = isinstance(value, int | str) and not isinstance(value, bool)
    if not is_number or not text.isascii() or not text.isalnum() or len(text) > _LONGEST:
        raise Garbled(name)
    return text


def _content(body: bytes) -> Mapping[str, Any]:
    try:
        fields = parse_qs(body.decode())
        told = json.loads(fields["content"][0])
    except (ValueError, LookupError, RecursionError):
        raise Garbled("content") from None
    if not isinstance(told, dict):
        raise Garbled("content")
    return told
