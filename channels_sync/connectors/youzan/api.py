"""The gateway of Youzan's open platform: one path per method and version.

Nothing is signed; the token in the query is all the proof, so it is kept out of every record.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from channels_sync.connectors.tokens import TokenSource, call_with_token
from channels_sync.connectors.youzan import codes
from channels_sync.connectors.youzan.envelope import READ_HERE, Node, open_answer
from oms.integration.errors import changes_nothing
from oms.integration.http import Http
from oms.integration.wire import JSON, HttpRequest, HttpResponse

T = TypeVar("T")


class Api:
    """Calls one shop."""

    def __init__(self, http: Http, tokens: TokenSource) -> None:
        self._http = http
        self._tokens = tokens

    def call(self, method: str, params: Mapping[str, Any], read: Callable[[Node], T]) -> T:
        """Call a method, written with its version, and return what ``read`` makes of its data.

        :raises IntegrationError: in Youzan's words
        """

        def build(token: str) -> HttpRequest:
            path = f"/api/{method}"
            return posted(self._http, path, params, operation=method, query={"access_token": token})

        def understand(response: HttpResponse) -> T:
            return read(open_answer(response))

        return call_with_token(self._http, self._tokens, build, understand)

    def ask(self, method: str, params: Mapping[str, Any], read: Callable[[Node], T]) -> T:
        """Call a method that changes nothing, whatever became of it.

        :raises IntegrationError: in Youzan's words, its outcome never unknown
        """
        with changes_nothing():
            return self.call(method, params, read)


def posted(
    http: Http,
    path: str,
    params: Mapping[str, Any],
    *,
    operation: str,
    query: Mapping[str, str] | None = None,
) -> HttpRequest:
    """Build a call."""
    return HttpRequest(
        operation=operation,
        path=path if http.base_url else codes.GATEWAY + path,
        params=query or {},
        content=json.dumps(params, ensure_ascii=False).encode(),
        content_type=JSON,
        accept=READ_HERE,
    )
