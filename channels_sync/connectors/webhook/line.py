"""A signed call of a shop of one's own, by our webhook contract."""

import secrets
from collections.abc import Callable, Iterator
from typing import TypeVar
from urllib.parse import urlsplit

from channels_sync.connectors.lines import Clock
from channels_sync.connectors.tokens import Credentials
from channels_sync.connectors.webhook import answers, signing
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http
from oms.integration.wire import JSON, HttpRequest, HttpResponse

T = TypeVar("T")


class Line:
    """Signs with the store's newest secret, and once more with the one before while the shop still
    changes over: a message with a wrong signature was not looked at, so nothing was done."""

    def __init__(self, credentials: Credentials, http: Http, *, clock: Clock) -> None:
        self._credentials = credentials
        self._http = http
        self._clock = clock

    def call(
        self, method: str, path: str, *, key: str, body: bytes, read: Callable[[HttpResponse], T]
    ) -> T:
        """Call ``path`` below the shop's address; ``key`` goes into X-OMS-Event-Id.

        :raises IntegrationError: in the shop's words
        """
        operation = f"{method} {path.split('/')[1]}"
        refusal: IntegrationError | None = None
        for secret in self._secrets():

            def build(secret: str = secret) -> HttpRequest:
                return self._request(operation, method, path, key=key, body=body, secret=secret)

            try:
                return self._http.call(build, read)
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
        timestamp = str(int(self._clock().timestamp()))
        nonce = secrets.token_hex(16)
        signature = signing.sign(
            secret,
            method=method,
            path=urlsplit(self._http.base_url).path.rstrip("/") + path,
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
            if secret := self._credentials.get(name):
                yield str(secret)


def _headers(timestamp: str, nonce: str, signature: str, key: str) -> dict[str, str]:
    return {
        signing.TIMESTAMP_HEADER: timestamp,
        signing.NONCE_HEADER: nonce,
        signing.SIGNATURE_HEADER: signature,
        signing.EVENT_ID_HEADER: key,
    }
