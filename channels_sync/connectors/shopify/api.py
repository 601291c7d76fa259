"""The one endpoint of the GraphQL Admin API."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from channels_sync.connectors.shopify import codes
from channels_sync.connectors.shopify.envelope import READ_HERE, Answer, open_answer
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http
from oms.integration.wire import JSON, HttpRequest, HttpResponse

T = TypeVar("T")


class Api:
    """Calls one shop. Credentials: ``access_token`` and, if another one is wanted, the
    ``api_version``. The base URL is the shop's: ``https://name.myshopify.com``."""

    def __init__(self, credentials: Mapping[str, Any], http: Http) -> None:
        self._http = http
        self._token = str(credentials.get("access_token") or "")
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
        if not self._token:
            raise IntegrationError(
                "店铺连接没有访问令牌", kind=ErrorKind.REAUTHORIZE, code="local:no_token"
            )
        body = {"query": document, "variables": variables}
        request = HttpRequest(
            operation=operation,
            path=self._path,
            headers={"X-Shopify-Access-Token": self._token},
            content=json.dumps(body, ensure_ascii=False).encode(),
            content_type=JSON,
            accept=READ_HERE,
        )

        def understand(response: HttpResponse) -> T:
            return read(open_answer(response))

        return self._http.call(request, understand)
