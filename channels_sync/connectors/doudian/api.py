"""The gateway of Doudian's open platform: one path per method, its parameters signed."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from channels_sync.connectors.doudian import codes, signing
from channels_sync.connectors.doudian.envelope import Node, open_answer
from channels_sync.connectors.lines import Clock, utc_now
from channels_sync.connectors.tokens import Credentials, TokenSource, call_with_token
from oms.integration.errors import changes_nothing
from oms.integration.http import Http
from oms.integration.wire import HttpRequest, HttpResponse

T = TypeVar("T")
_PLAIN_JSON = "application/json"


class Api:
    """Calls one shop. Credentials: ``app_key`` and ``app_secret``."""

    def __init__(
        self, credentials: Credentials, http: Http, tokens: TokenSource, clock: Clock = utc_now
    ) -> None:
        self._credentials = credentials
        self._http = http
        self._tokens = tokens
        self._clock = clock

    def call(self, path: str, params: Mapping[str, Any], read: Callable[[Node], T]) -> T:
        """Call a method and return what ``read`` makes of its data.

        :raises IntegrationError: in Doudian's words
        """

        def build(token: str) -> HttpRequest:
            return signed(self._http, self._credentials, path, params, self._clock, token=token)

        def understand(response: HttpResponse) -> T:
            return read(open_answer(response))

        return call_with_token(self._http, self._tokens, build, understand)

    def ask(self, path: str, params: Mapping[str, Any], read: Callable[[Node], T]) -> T:
        """Call a method that changes nothing, whatever became of it.

        :raises IntegrationError: in Doudian's words, its outcome never unknown
        """
        with changes_nothing():
            return self.call(path, params, read)


def signed(
    http: Http,
    credentials: Credentials,
    path: str,
    params: Mapping[str, Any],
    clock: Clock,
    *,
    token: str = "",
) -> HttpRequest:
    """Build a call; the token itself is not signed (utils/sign_util.go of the Go SDK)."""
    key = str(credentials.get("app_key") or "")
    method = path.removeprefix("/").replace("/", ".")
    text = signing.param_json(params)
    timestamp = str(int(clock().timestamp()))
    query = {
        "app_key": key,
        "method": method,
        "timestamp": timestamp,
        "v": "2",
        "sign_method": "hmac-sha256",
        "sign": signing.sign(
            str(credentials.get("app_secret") or ""),
            app_key=key,
            method=method,
            text=text,
            timestamp=timestamp,
        ),
    }
    return HttpRequest(
        operation=method,
        path=path if http.base_url else codes.GATEWAY + path,
        params=query | ({"access_token": token} if token else {}),
        headers={"x-open-no-old-err-code": "1"},
        content=text.encode(),
        content_type=_PLAIN_JSON,
    )
