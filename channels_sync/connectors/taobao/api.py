"""TOP's router: one address, the method among the signed parameters."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from channels_sync.connectors.lines import Clock, utc_now
from channels_sync.connectors.taobao import codes, signing
from channels_sync.connectors.taobao.envelope import Node, open_answer
from channels_sync.connectors.tokens import Credentials, TokenSource, call_with_token
from channels_sync.connectors.written import BEIJING
from oms.integration.errors import changes_nothing
from oms.integration.http import Http
from oms.integration.wire import HttpRequest, HttpResponse, form_request, multipart_request

T = TypeVar("T")
Params = Mapping[str, str]


class Api:
    """Calls for one shop. Credentials: ``app_key`` and ``app_secret``."""

    def __init__(
        self, credentials: Credentials, http: Http, tokens: TokenSource, clock: Clock = utc_now
    ) -> None:
        self._credentials = credentials
        self._http = http
        self._tokens = tokens
        self._clock = clock

    def call(
        self,
        method: str,
        params: Params,
        read: Callable[[Node], T],
        *,
        files: Mapping[str, bytes] | None = None,
    ) -> T:
        """Call a method and return what ``read`` makes of its answer.

        :raises IntegrationError: in TOP's words
        """

        def build(token: str) -> HttpRequest:
            return signed(
                self._http, self._credentials, method, params, self._clock, token=token, files=files
            )

        def understand(response: HttpResponse) -> T:
            return read(open_answer(method, response))

        return call_with_token(self._http, self._tokens, build, understand)

    def ask(self, method: str, params: Params, read: Callable[[Node], T]) -> T:
        """Call a method that changes nothing, whatever became of it.

        :raises IntegrationError: in TOP's words, its outcome never unknown
        """
        with changes_nothing():
            return self.call(method, params, read)


def signed(
    http: Http,
    credentials: Credentials,
    method: str,
    params: Params,
    clock: Clock,
    *,
    token: str = "",
    files: Mapping[str, bytes] | None = None,
) -> HttpRequest:
    """Build a call; the timestamp is Beijing's clock, and ten minutes off is refused (101617).

    Files go beside the other parameters and are not signed, as in TOP's own kits.
    """
    told = {key: value for key, value in params.items() if value != ""} | {
        "method": method,
        "app_key": str(credentials.get("app_key") or ""),
        "timestamp": clock().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        "format": "json",
        "v": "2.0",
        "sign_method": signing.HMAC_SHA256,
    }
    if token:
        told["session"] = token
    secret = str(credentials.get("app_secret") or "")
    told["sign"] = signing.sign(secret, told, method=signing.HMAC_SHA256)
    path = codes.ROUTER if http.base_url else codes.GATEWAY + codes.ROUTER
    if files:
        return multipart_request(method, told, files, path=path)
    return form_request(method, told, path=path)
