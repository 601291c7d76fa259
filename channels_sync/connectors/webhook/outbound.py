"""Tell a shop of one's own, by our own webhook contract: signed POSTs to its callback address.

``{address}/shipments``, ``{address}/refunds`` and ``{address}/returns`` take what is told; a signed
GET of the same path with the number behind it (parcel, refund, case) asks whether it is known.
Every message carries its key in X-OMS-Event-Id: told twice, the shop does it once.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import ClassVar, TypeVar
from urllib.parse import quote, urlsplit

from channels_sync.connectors.outbound import (
    MemoPush,
    Outbound,
    Push,
    RefundPush,
    ReturnAnswer,
    ShipmentPush,
    Told,
    not_taken,
    outbounds,
)
from channels_sync.connectors.webhook import answers, news, signing
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit
from oms.integration.wire import JSON, HttpRequest, HttpResponse

T = TypeVar("T")


@outbounds.register
class WebhookOutbound(Outbound):
    """Signs with the store's newest secret, and once more with the one before while the shop still
    changes over: a message with a wrong signature was not looked at, so nothing was done."""

    kind: ClassVar[str] = "webhook"
    label: ClassVar[str] = "Own shop (signed webhook)"
    takes: ClassVar[frozenset[type[Push]]] = frozenset({ShipmentPush, RefundPush, ReturnAnswer})
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=20, burst=20)

    def send(self, push: Push) -> Told:
        """Tell the shop.

        :raises IntegrationError: in the shop's words
        """
        if isinstance(push, MemoPush):
            raise not_taken(push)
        body = json.dumps(news.body_of(push), ensure_ascii=False, separators=(",", ":")).encode()
        return self._call("POST", f"/{news.place_of(push)}", push.key, body, _reader(push))

    def find(self, push: Push) -> Told | None:
        """Ask the shop whether it knows.

        :raises IntegrationError: if it gives no answer
        """
        if isinstance(push, MemoPush):
            raise not_taken(push)
        read = _reader(push)

        def found(response: HttpResponse) -> Told | None:
            return None if response.status == 404 else read(response)

        path = f"/{news.place_of(push)}/{quote(news.number_of(push), safe='')}"
        return self._call("GET", path, push.key, b"", found)

    def _call(
        self, method: str, path: str, key: str, body: bytes, read: Callable[[HttpResponse], T]
    ) -> T:
        operation = f"{method} {path.split('/')[1]}"
        refusal: IntegrationError | None = None
        for secret in self._secrets():

            def build(secret: str = secret) -> HttpRequest:
                return self._request(operation, method, path, key=key, body=body, secret=secret)

            try:
                return self.http.call(build, read)
            except IntegrationError as error:
                if error.code != answers.BAD_SIGNATURE:
                    raise
                refusal = error
        raise refusal or IntegrationError(
            "店铺连接没有设置签名密钥", kind=ErrorKind.REAUTHORIZE, code="local:no_secret"
        )

    def _request(
        self, operation: str, method: str, path: str, *, key: str, body: bytes, secret: str
    ) -> HttpRequest:
        timestamp = str(int(self.clock().timestamp()))
        nonce = secrets.token_hex(16)
        signature = signing.sign(
            secret,
            method=method,
            path=urlsplit(self.http.base_url).path.rstrip("/") + path,
            timestamp=timestamp,
            nonce=nonce,
            body=body,
        )
        return HttpRequest(
            operation=operation,
            method=method,
            path=path,
            headers=_headers(timestamp, nonce, signature, key),
            content=body,
            content_type=JSON if body else "",
            accept=answers.READ_HERE,
        )

    def _secrets(self) -> Iterator[str]:
        for name in ("hook_secret", "hook_secret_before"):
            if secret := self.credentials.get(name):
                yield str(secret)


def _reader(push: Push) -> Callable[[HttpResponse], Told]:
    return answers.to_refunded if isinstance(push, RefundPush) else answers.to_told


def _headers(timestamp: str, nonce: str, signature: str, key: str) -> dict[str, str]:
    return {
        signing.TIMESTAMP_HEADER: timestamp,
        signing.NONCE_HEADER: nonce,
        signing.SIGNATURE_HEADER: signature,
        signing.EVENT_ID_HEADER: key,
    }
