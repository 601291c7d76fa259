"""Tokens of a Douyin shop: 7 days long, renewed for 14 days after they were given.

Asked more than an hour before the end, Doudian gives the same token again; in the last hour it
gives a new one, and the old one stays good for another hour (op.jinritemai.com, "Authorization").
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from channels_sync.connectors.doudian import codes
from channels_sync.connectors.doudian.api import signed
from channels_sync.connectors.doudian.envelope import Node, open_answer
from channels_sync.connectors.tokens import Authorizer, Credentials, TokenReply, authorizers
from oms.integration.wire import HttpResponse

CREATE, REFRESH = "/token/create", "/token/refresh"
_RENEWABLE = timedelta(days=14)


@authorizers.register
class DoudianAuthorizer(Authorizer):
    """Credentials: ``shop_id`` for an app of one's own, ``service_id`` for one of the market of
    services."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    renew_before: ClassVar[timedelta] = timedelta(minutes=45)

    @classmethod
    def page_url(cls, credentials: Credentials, *, redirect_uri: str, state: str) -> str:
        """Return where the merchant says yes; empty for an app of the shop's own."""
        service = str(credentials.get("service_id") or "")
        query = urlencode({"service_id": service, "state": state})
        return f"{codes.AUTHORIZE_PAGE}?{query}" if service else ""

    def exchange(self, code: str, *, redirect_uri: str, now: datetime) -> TokenReply:
        """:raises IntegrationError: in Doudian's words"""
        if code:
            return self._ask(CREATE, {"grant_type": "authorization_code", "code": code}, now=now)
        shop = str(self.credentials.get("shop_id") or "")
        params = {"grant_type": "authorization_self", "shop_id": shop, "code": ""}
        return self._ask(CREATE, params, now=now)

    def refresh(self, refresh_token: str, *, now: datetime) -> TokenReply:
        """:raises IntegrationError: reauthorize, if the merchant has to say yes again"""
        params = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._ask(REFRESH, params, now=now)

    def _ask(self, path: str, params: dict[str, Any], *, now: datetime) -> TokenReply:
        request = signed(self.http, self.credentials, path, params, lambda: now)

        def read(response: HttpResponse) -> TokenReply:
            return _reply(open_answer(response), now=now)

        return self.http.call(request, read)


def _reply(data: Node, *, now: datetime) -> TokenReply:
    return TokenReply(
        access_token=str(data["access_token"]),
        access_expires_at=now + timedelta(seconds=int(data["expires_in"])),
        refresh_token=str(data.get("refresh_token") or ""),
        refresh_expires_at=now + _RENEWABLE,
        scope=str(data.get("scope") or ""),
        shop_id=str(data.get("shop_id") or ""),
        shop_name=str(data.get("shop_name") or ""),
    )
