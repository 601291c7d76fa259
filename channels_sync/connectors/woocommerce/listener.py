"""What a WooCommerce shop pushes: an order as its API tells it, signed over the whole body.

It says nothing of refunded units, so it is a hint: the order is read again, and each refund that it
names. When a webhook is made the shop knocks once with a form and without a signature; that is
answered like any other and believed nothing.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

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
from channels_sync.connectors.woocommerce import codes, signing
from channels_sync.connectors.woocommerce.refunding import number_of

_FIRST_KNOCK = re.compile(rb"webhook_id=[0-9]{1,20}")
_NUMBER = re.compile(r"[0-9]{1,20}")


@listeners.register
class WooCommerceListener(Listener):
    """Proves with the webhook's secret."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    own_key: ClassVar[str] = "webhook_secret"

    @classmethod
    def hear(cls, knock: Knock, *, credentials: Credentials) -> Heard:
        """Prove and read a push.

        :raises NotProved: if the signature does not fit
        :raises Garbled: if it fits and the rest cannot be read
        """
        given = knock.headers.get("x-wc-webhook-signature", "")
        if not given and _FIRST_KNOCK.fullmatch(knock.body):
            return Heard()
        matches = [
            is_same(given, signing.webhook_signature(secret, knock.body))
            for secret in cls.own_keys(credentials)
        ]
        if not any(matches):
            raise NotProved
        # Only the body is signed, so the topic can at most keep a push from being heard.
        if knock.headers.get("x-wc-webhook-topic", "") not in codes.ORDER_TOPICS:
            return Heard()
        return Heard(hints=_hints(_object(knock.body)))


def _hints(order: Mapping[str, Any]) -> tuple[Hint, ...]:
    number = _number(order.get("id"), "id")
    refunds = order.get("refunds") or []
    if not isinstance(refunds, list) or not all(isinstance(one, dict) for one in refunds):
        raise Garbled("refunds")
    paid = (number_of(number, _number(one.get("id"), "refunds.id")) for one in refunds)
    return (
        Hint(subject=Subject.ORDER, channel_no=number),
        *(Hint(subject=Subject.REFUND, channel_no=each) for each in paid),
    )


def _number(value: object, name: str) -> str:
    if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
        raise Garbled(name)
    return str(value)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Garbled("body") from None
    if not isinstance(told, dict):
        raise Garbled("body")
    return told
