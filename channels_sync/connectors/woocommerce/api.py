"""The REST API of a WooCommerce shop (woocommerce-rest-api-docs, "Authentication").

Over TLS the keys go as HTTP Basic; without it each call is signed (OAuth 1.0a, one leg), so that
the secret never passes in the open.
"""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from channels_sync.connectors.lines import Clock, utc_now
from channels_sync.connectors.tokens import Credentials
from channels_sync.connectors.woocommerce import codes, signing
from channels_sync.connectors.woocommerce.envelope import READ_HERE, open_answer
from oms.integration.errors import ErrorKind, IntegrationError, changes_nothing
from oms.integration.http import Http
from oms.integration.wire import JSON, HttpRequest, HttpResponse

T = TypeVar("T")


class Api:
    """Calls one shop. The base URL is the shop's own, below which ``/wp-json`` is found."""

    def __init__(self, credentials: Credentials, http: Http, *, clock: Clock = utc_now) -> None:
        self._http = http
        self._clock = clock
        self._key = str(credentials.get("consumer_key") or "")
        self._secret = str(credentials.get("consumer_secret") or "")

    def get(self, path: str, read: Callable[[Any], T], **params: str) -> T:
        """Ask for something; it changes nothing, whatever became of it.

        :raises IntegrationError: in the shop's words, its outcome never unknown
        """
        with changes_nothing():
            return self._call("GET", path, read, params=params)

    def get_page(
        self, path: str, read: Callable[[Any], T], params: Mapping[str, str]
    ) -> tuple[T, Mapping[str, str]]:
        """Ask for a page of a list; how long it is stands in the headers, their names lower case.

        :raises IntegrationError: in the shop's words
        """

        def understand(response: HttpResponse) -> tuple[T, Mapping[str, str]]:
            return read(open_answer(response)), response.headers

        with changes_nothing():
            return self._http.call(lambda: self._built("GET", path, params, None), understand)

    def put(self, path: str, body: Mapping[str, Any], read: Callable[[Any], T]) -> T:
        """:raises IntegrationError: in the shop's words"""
        return self._call("PUT", path, read, body=body)

    def post(self, path: str, body: Mapping[str, Any], read: Callable[[Any], T]) -> T:
        """:raises IntegrationError: in the shop's words"""
        return self._call("POST", path, read, body=body)

    def _call(
        self,
        method: str,
        path: str,
        read: Callable[[Any], T],
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        return self._http.call(
            lambda: self._built(method, path, params or {}, body),
            lambda response: read(open_answer(response)),
        )

    def _built(
        self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> HttpRequest:
        if not self._key or not self._secret:
            raise IntegrationError(
                "店铺连接没有填写接口密钥", kind=ErrorKind.REAUTHORIZE, code="local:no_keys"
            )
        headers, query = self._proved(method, path, params)
        return HttpRequest(
            operation=f"{method} {_pattern(path)}",
            method=method,
            path=codes.ROOT + path,
            params=query,
            headers=headers,
            content=b"" if body is None else json.dumps(body, ensure_ascii=False).encode(),
            content_type="" if body is None else JSON,
            accept=READ_HERE,
        )

    def _proved(
        self, method: str, path: str, params: Mapping[str, str]
    ) -> tuple[Mapping[str, str], Mapping[str, str]]:
        if self._http.base_url.lower().startswith("https://"):
            pair = base64.b64encode(f"{self._key}:{self._secret}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}, params
        oauth = signing.oauth_parameters(
            self._key, timestamp=int(self._clock().timestamp()), nonce=secrets.token_hex(16)
        )
        url = f"{self._http.base_url.rstrip('/')}{codes.ROOT}{path}"
        if params:
            url += f"?{urlencode(params)}"
        signature = signing.oauth_signature(self._secret, method=method, url=url, oauth=oauth)
        return {}, {**params, **oauth, "oauth_signature": signature}


def _pattern(path: str) -> str:
    """Return the path without its numbers, so that calls of one sort are counted together."""
    return "/".join("{id}" if part.isdecimal() else part for part in path.split("/"))
