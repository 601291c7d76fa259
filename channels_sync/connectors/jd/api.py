"""Signed calls of JOS: one address, the business parameters as JSON in one field (open.jd.com)."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from channels_sync.connectors.jd import codes
from channels_sync.connectors.jd.envelope import Answer, open_answer
from channels_sync.connectors.jd.signing import sign
from channels_sync.connectors.lines import Clock
from channels_sync.connectors.loose import beijing
from channels_sync.connectors.tokens import Credentials, TokenSource, call_with_token
from oms.integration.errors import ErrorKind, IntegrationError, changes_nothing
from oms.integration.http import Http
from oms.integration.wire import HttpRequest, HttpResponse, form_request

T = TypeVar("T")
Opens = Callable[[HttpResponse], Answer]


class Api:
    """Calls one shop. Credentials: ``app_key`` and ``app_secret``."""

    def __init__(
        self, credentials: Credentials, http: Http, *, tokens: TokenSource, clock: Clock
    ) -> None:
        self._http = http
        self._tokens = tokens
        self._clock = clock
        self._key = str(credentials.get("app_key") or "")
        self._secret = str(credentials.get("app_secret") or "")
        self._path = codes.PATH if http.base_url else codes.GATEWAY + codes.PATH

    def call(
        self,
        method: str,
        params: Mapping[str, object],
        read: Callable[[Answer], T],
        *,
        opens: Opens = open_answer,
    ) -> T:
        """Call, and return what ``read`` makes of the answer.

        Some services have an envelope of their own inside the gateway's; ``opens`` opens it.

        :raises IntegrationError: in JD's words
        """
        if not self._key or not self._secret:
            raise IntegrationError(
                "店铺连接没有填写 app_key 或 app_secret",
                kind=ErrorKind.REAUTHORIZE,
                code="local:no_keys",
            )

        def understand(response: HttpResponse) -> T:
            return read(opens(response))

        return call_with_token(
            self._http, self._tokens, lambda token: self._request(method, params, token), understand
        )

    def ask(
        self,
        method: str,
        params: Mapping[str, object],
        read: Callable[[Answer], T],
        *,
        opens: Opens = open_answer,
    ) -> T:
        """Call for something that changes nothing over there, whatever becomes of the call.

        :raises IntegrationError: in JD's words
        """
        with changes_nothing():
            return self.call(method, params, read, opens=opens)

    def _request(self, method: str, params: Mapping[str, object], token: str) -> HttpRequest:
        form: dict[str, Any] = {
            "method": method,
            "app_key": self._key,
            "access_token": token,
            "timestamp": beijing(self._clock()),
            "v": "2.0",
            "360buy_param_json": json.dumps(params, ensure_ascii=False, separators=(",", ":")),
        }
        form["sign"] = sign(self._secret, form)
        return form_request(method, form, path=self._path)
