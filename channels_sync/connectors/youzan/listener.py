"""What Youzan pushes: one message, its ``msg`` JSON that is URL-encoded (doc.youzanyun.com).

The header ``Event-Sign`` proves the whole body; the older ``sign`` inside it proves ``msg`` alone,
so nothing else of such a body is believed. Every message is a hint.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import unquote_plus

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
from channels_sync.connectors.youzan import codes, signing

_LONGEST_NUMBER = 64


@listeners.register
class YouzanListener(Listener):
    """Proves with the app's id and secret."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL

    @classmethod
    def hear(cls, knock: Knock, *, credentials: Credentials) -> Heard:
        """Prove and read a push; a test of the platform's, and another shop's, hint at nothing.

        :raises NotProved: if neither signature fits
        :raises Garbled: if one fits and the rest cannot be read
        """
        client, secret = (
            str(credentials.get(name) or "") for name in ("client_id", "client_secret")
        )
        if not client or not secret:
            raise NotProved
        event_sign = knock.headers.get("event-sign", "")
        if event_sign:
            expected = signing.event_signature(secret, client_id=client, body=knock.body)
            if not is_same(event_sign.lower(), expected):
                raise NotProved
        body = _object(knock.body, NotProved() if not event_sign else Garbled("body"))
        if not event_sign:
            _prove_msg(body, client=client, secret=secret)
        if _is_nothing_to_us(body, shop=str(credentials.get("kdt_id") or "")):
            return Heard()
        return Heard(hints=_hints(body, is_whole=bool(event_sign)))


def _prove_msg(body: Mapping[str, Any], *, client: str, secret: str) -> None:
    msg, sign = body.get("msg"), body.get("sign")
    if not isinstance(msg, str) or not isinstance(sign, str):
        raise NotProved
    if not is_same(sign.lower(), signing.message_signature(secret, client_id=client, msg=msg)):
        raise NotProved


def _is_nothing_to_us(body: Mapping[str, Any], *, shop: str) -> bool:
    """An app has one address for all its shops; an unproved field may only silence, never tell."""
    told = str(body.get("kdt_id") or "")
    return body.get("test") is True or bool(shop and told and told != shop)


def _hints(body: Mapping[str, Any], *, is_whole: bool) -> tuple[Hint, ...]:
    told = body.get("msg")
    msg = _object(unquote_plus(told).encode(), Garbled("msg")) if isinstance(told, str) else told
    if not isinstance(msg, dict):
        raise Garbled("msg")
    order = msg.get("tid") or _inside(msg, "full_order_info", "order_info").get("tid")
    if not order and is_whole:
        order = body.get("id")
    pairs = ((Subject.REFUND, msg.get("refund_id")), (Subject.ORDER, order))
    found = [(subject, _number(value)) for subject, value in pairs]
    return tuple(Hint(subject=subject, channel_no=number) for subject, number in found if number)


def _inside(data: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    for key in keys:
        inner = data.get(key)
        data = inner if isinstance(inner, dict) else {}
    return data


def _number(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Garbled("msg.id")
    number = str(value)
    if not number.isascii() or not number.isalnum() or len(number) > _LONGEST_NUMBER:
        raise Garbled("msg.id")
    return number


def _object(text: bytes, trouble: Exception) -> Mapping[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise trouble from None
    if not isinstance(data, dict):
        raise trouble
    return data
