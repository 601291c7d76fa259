"""What Doudian pushes: an array of messages, signed together over the body as it came.

Every message is a hint: the order or the request is read again by its number. Numbers of 19 digits
come as JSON numbers, which Python reads exactly. Saying nothing makes the platform send again.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from channels_sync.connectors.doudian import codes, signing
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

PROBE = "0"
_MOST_MESSAGES = 200
_LONGEST_NUMBER = 64


@listeners.register
class DoudianListener(Listener):
    """Proves with the app's key and secret."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL

    @classmethod
    def hear(cls, knock: Knock, *, credentials: Credentials) -> Heard:
        """Prove and read a push; a probe is proved like any other, and hints at nothing.

        :raises NotProved: if the signature does not fit
        :raises Garbled: if it fits and the rest cannot be read
        """
        key, secret = (str(credentials.get(name) or "") for name in ("app_key", "app_secret"))
        expected = signing.push_signature(secret, app_key=key, body=knock.body)
        given = knock.headers.get("event-sign", "")
        if not key or not secret or not is_same(given.lower(), expected):
            raise NotProved
        messages = _decode(knock.body, "body")
        if not isinstance(messages, list) or len(messages) > _MOST_MESSAGES:
            raise Garbled("body")
        shop = str(credentials.get("shop_id") or "")
        found = (hint for one in messages for hint in _hints(one, shop=shop))
        return Heard(hints=tuple(dict.fromkeys(found)))


def _hints(message: Any, *, shop: str) -> Iterator[Hint]:
    """An app has one address for all its shops: what another shop's message says is not ours."""
    if not isinstance(message, dict):
        raise Garbled("body[]")
    if str(message.get("tag")) == PROBE:
        return
    told = message.get("data")
    data = _decode(told.encode(), "data") if isinstance(told, str) else told
    if not isinstance(data, dict):
        raise Garbled("data")
    if shop and _number(data, "shop_id") not in ("", shop):
        return
    for subject, key in ((Subject.REFUND, "aftersale_id"), (Subject.ORDER, "p_id")):
        if number := _number(data, key):
            yield Hint(subject=subject, channel_no=number)


def _number(data: Mapping[str, Any], key: str) -> str:
    """Messages about goods name neither; what they say is not asked for here."""
    value = data.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Garbled(f"data.{key}")
    number = str(value)
    if not number.isascii() or not number.isalnum() or len(number) > _LONGEST_NUMBER:
        raise Garbled(f"data.{key}")
    return "" if number == "0" else number


def _decode(text: bytes, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Garbled(where) from None
