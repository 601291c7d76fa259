"""The one address of Weidian's open platform: a form of two JSON texts, nothing of it signed.

The token in it is all the proof, so it is kept out of every record.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from channels_sync.connectors.tokens import TokenSource, call_with_token
from channels_sync.connectors.weidian import codes, signing
from channels_sync.connectors.weidian.envelope import Answer, open_answer
from oms.integration.errors import changes_nothing
from oms.integration.http import Http
from oms.integration.wire import FORM, HttpRequest, HttpResponse

T = TypeVar("T")
PATH = "/api"


class Api:
    """Calls one shop."""

    def __init__(self, http: Http, tokens: TokenSource) -> None:
        self._http = http
        self._tokens = tokens

    def call(
        self, method: tuple[str, str], params: Mapping[str, Any], read: Callable[[Answer], T]
    ) -> T:
        """Call a method of a version and return what ``read`` makes of the answer.

        :raises IntegrationError: in Weidian's words
        """
        name, version = method

        def build(token: str) -> HttpRequest:
            public = {"method": name, "access_token": token, "version": version, "format": "json"}
            return HttpRequest(
                operation=name,
                path=address(self._http, PATH),
                content=signing.form_body(params, public).encode(),
                content_type=FORM,
            )

        def understand(response: HttpResponse) -> T:
            return read(open_answer(response))

        return call_with_token(self._http, self._tokens, build, understand)

    def ask(
        self, method: tuple[str, str], params: Mapping[str, Any], read: Callable[[Answer], T]
    ) -> T:
        """Call a method that changes nothing, whatever became of it.

        :raises IntegrationError: in Weidian's words, its outcome never unknown
        """
        with changes_nothing():
            return self.call(method, params, read)


def address(http: Http, path: str) -> str:
    """Return where a path is found: below the connection's own address, if it has one."""
    return path if http.base_url else codes.GATEWAY + path
