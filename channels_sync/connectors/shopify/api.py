"""The one endpoint of the GraphQL Admin API."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from channels_sync.connectors.shopify import codes
from channels_sync.connectors.shopify.envelope import READ_HERE, Answer, open_answer
from channels_sync.connectors.tokens import FixedToken, TokenSource, call_with_token
from oms.integration.http import Http
from oms.integration.wire import JSON, HttpRequest, HttpResponse

T = TypeVar("T")


class Api:
    """Calls one shop. Credentials: the ``api_version``, if another one is wanted, and the
    ``access_token``, where no other token is given. The base URL is the shop's:
    ``https://name.myshopify.com``."""

    def __init__(
        self, credentials: Mapping[str, Any], http: Http, tokens: TokenSource | None = None
    ) -> None:
        self._http = http
        self._tokens = tokens or FixedToken(str(credentials.get("access_token") or ""))
        version = str(credentials.get("api_version") or codes.API_VERSION)
        self._path = f"/admin/api/{version}/graphql.json"

    def call(
        self,
        operation: str,
        document: str,
        variables: Mapping[str, Any],
        read: Callable[[Answer], T],
    ) -> T:
        """Send a query or a mutation and return what ``read`` makes of its answer.

        :raises IntegrationError: in Shopify's words
        """
        body = json.dumps({"query": document, "variables": variables}, ensure_ascii=False).encode()

        def build(token: str) -> HttpRequest:
            return HttpRequest(
                operation=operation,
                path=self._path,
                headers={"X-Shopify-Access-Token": token},
                content=body,
                content_type=JSON,
                accept=READ_HERE,
            )

        def understand(response: HttpResponse) -> T:
            return read(open_answer(response))

        return call_with_token(self._http, self._tokens, build, understand)
