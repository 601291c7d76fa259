"""Signed calls of POP: one address, everything in a form (open.pinduoduo.com)."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from channels_sync.connectors.lines import Clock
from channels_sync.connectors.pinduoduo import codes
from channels_sync.connectors.pinduoduo.envelope import open_answer
from channels_sync.connectors.pinduoduo.signing import sign
from channels_sync.connectors.tokens import Credentials, TokenSource, call_with_token
from oms.integration.errors import ErrorKind, IntegrationError, changes_nothing
from oms.integration.http import Http
from oms.integration.wire import HttpRequest, HttpResponse, form_request

T = TypeVar("T")
Answer = Mapping[str, Any]


class Api:
    """Calls one shop. Credentials: ``client_id`` and ``client_secret``."""

    def __init__(self, credentials: Credentials, http: Http, *, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._client_id = str(credentials.get("client_id") or "")
        self._secret = str(credentials.get("client_secret") or "")
        self._path = codes.PATH if http.base_url else codes.GATEWAY + codes.PATH

    def call(
        self,
        operation: str,
        params: Mapping[str, str],
        read: Callable[[Answer], T],
        *,
        tokens: TokenSource | None,
    ) -> T:
        """Call, and return what ``read`` makes of the answer; without ``tokens`` for the calls
        that fetch one.

        :raises IntegrationError: in Pinduoduo's words
        """
        if not self._client_id or not self._secret:
            raise IntegrationError(
                "店铺连接没有填写 client_id 或 client_secret",
                kind=ErrorKind.REAUTHORIZE,
                code="local:no_keys",
            )

        def understand(response: HttpResponse) -> T:
            return read(open_answer(response))

        if tokens is None:
            return self._http.call(lambda: self._request(operation, params, ""), understand)
        return call_with_token(
            self._http, tokens, lambda token: self._request(operation, params, token), understand
        )

    def ask(
        self,
        operation: str,
        params: Mapping[str, str],
        read: Callable[[Answer], T],
        *,
        tokens: TokenSource,
    ) -> T:
        """Call for something that changes nothing over there, whatever becomes of the call.

        :raises IntegrationError: in Pinduoduo's words
        """
        with changes_nothing():
            return self.call(operation, params, read, tokens=tokens)

    def _request(self, operation: str, params: Mapping[str, str], token: str) -> HttpRequest:
        form = {
            **params,
            "type": operation,
            "client_id": self._client_id,
            "timestamp": str(int(self._clock().timestamp())),
            "data_type": "JSON",
        }
        if token:
            form["access_token"] = token
        form["sign"] = sign(self._secret, form)
        return form_request(operation, form, path=self._path)
