"""Tokens of a Youzan shop: by the merchant's yes on a page, or by the keys of an app of one's own.

How long one is good differs by source, so the platform's own ``expires`` (milliseconds) counts.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from channels_sync.connectors.tokens import Authorizer, Credentials, TokenReply, authorizers
from channels_sync.connectors.youzan import codes
from channels_sync.connectors.youzan.api import posted
from channels_sync.connectors.youzan.envelope import Node, open_answer
from oms.integration.wire import HttpResponse

TOKEN = "/auth/token"  # noqa: S105 - a path, no secret


@authorizers.register
class YouzanAuthorizer(Authorizer):
    """Credentials: ``client_id``, ``client_secret``; ``kdt_id`` for an app of the shop's own."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL

    @classmethod
    def page_url(cls, credentials: Credentials, *, redirect_uri: str, state: str) -> str:
        """Return where the merchant says yes; empty for an app of the shop's own."""
        if credentials.get("kdt_id"):
            return ""
        query = {
            "client_id": str(credentials.get("client_id") or ""),
            "response_type": "code",
            "state": state,
            "redirect_uri": redirect_uri,
        }
        return f"{codes.AUTHORIZE_PAGE}?{urlencode(query)}"

    def exchange(self, code: str, *, redirect_uri: str, now: datetime) -> TokenReply:
        """:raises IntegrationError: in Youzan's words"""
        if not code:
            return self._silent()
        return self._ask("authorization_code", code=code, redirect_uri=redirect_uri)

    def refresh(self, refresh_token: str, *, now: datetime) -> TokenReply:
        """:raises IntegrationError: reauthorize, if the merchant has to say yes again"""
        if not refresh_token:
            return self._silent()
        return self._ask("refresh_token", refresh_token=refresh_token)

    def _silent(self) -> TokenReply:
        shop = str(self.credentials.get("kdt_id") or "")
        return self._ask("silent", grant_id=int(shop) if shop.isdecimal() else shop, refresh=True)

    def _ask(self, way: str, **others: Any) -> TokenReply:
        params = {
            "client_id": str(self.credentials.get("client_id") or ""),
            "client_secret": str(self.credentials.get("client_secret") or ""),
            "authorize_type": way,
        }
        request = posted(self.http, TOKEN, params | others, operation="auth.token")

        def read(response: HttpResponse) -> TokenReply:
            return _reply(open_answer(response))

        return self.http.call(request, read)


def _reply(data: Node) -> TokenReply:
    return TokenReply(
        access_token=str(data["access_token"]),
        access_expires_at=datetime.fromtimestamp(int(data["expires"]) / 1000, UTC),
        refresh_token=str(data.get("refresh_token") or ""),
        scope=str(data.get("scope") or ""),
        shop_id=str(data.get("authority_id") or ""),
    )
