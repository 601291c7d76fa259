"""Who is let in: keys over TLS, a signature without it (OAuth 1.0a, one leg)."""

import base64
import binascii
import threading
from datetime import datetime, timedelta

from channels_sync.connectors.woocommerce import signing
from channels_sync.simulator.market.platform import App, Call
from channels_sync.simulator.woocommerce.words import No

_WINDOW = timedelta(minutes=15)


class Gate:
    """Remembers the nonces it saw."""

    def __init__(self, app: App, key: str) -> None:
        self._app = app
        self._key = key
        self._nonces: set[str] = set()
        self._lock = threading.Lock()

    def admit(self, call: Call, *, now: datetime) -> None:
        """:raises No: as the plugin does, in its order"""
        if "oauth_consumer_key" in call.query:
            self._check_signature(call, now=now)
        elif not self._is_basic(call):
            raise No(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")

    def _is_basic(self, call: Call) -> bool:
        """Without TLS the header counts for nothing."""
        scheme, _space, told = call.header("authorization").partition(" ")
        if scheme != "Basic" or call.header("x-forwarded-proto") != "https":
            return False
        try:
            pair = base64.b64decode(told, validate=True).decode()
        except (binascii.Error, ValueError):
            return False
        if pair != f"{self._app.key}:{self._app.secret}":
            raise _not_proved("Consumer secret is invalid.")
        return True

    def _check_signature(self, call: Call, *, now: datetime) -> None:
        told = dict(call.query)
        given = told.pop("oauth_signature", "")
        if told["oauth_consumer_key"] != self._app.key:
            raise _not_proved("Consumer key is invalid.")
        url = f"http://{call.header('host')}/{self._key}{call.path}"
        expected = signing.oauth_signature(
            self._app.secret, method=call.method, url=url, oauth=told
        )
        if told.get("oauth_signature_method") != signing.METHOD or given != expected:
            raise _not_proved("Invalid signature - provided signature does not match.")
        stamp = told.get("oauth_timestamp", "")
        if not stamp.isdecimal() or abs(int(stamp) - now.timestamp()) > _WINDOW.total_seconds():
            raise _not_proved("Invalid timestamp.")
        with self._lock:
            nonce = told.get("oauth_nonce", "")
            if not nonce or nonce in self._nonces:
                raise _not_proved("Invalid nonce - nonce has already been used.")
            self._nonces.add(nonce)


def _not_proved(words: str) -> No:
    return No(401, "woocommerce_rest_authentication_error", words)
