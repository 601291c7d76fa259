"""How a merchant's yes becomes a token, and a token the next one (pdd.pop.auth.token.*)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from channels_sync.connectors.loose import Loose
from channels_sync.connectors.pinduoduo import codes
from channels_sync.connectors.pinduoduo.api import Answer, Api
from channels_sync.connectors.tokens import Authorizer, Credentials, TokenReply, authorizers


@authorizers.register
class PinduoduoAuthorizer(Authorizer):
    """One shop. The code lives ten minutes; both tokens go over the router like any call."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    renew_before: ClassVar[timedelta] = timedelta(hours=12)

    @classmethod
    def page_url(cls, credentials: Credentials, *, redirect_uri: str, state: str) -> str:
        """Return the service market's page, or that below the connection's own address."""
        own = str(credentials.get("base_url") or "").rstrip("/")
        base = codes.AUTHORIZE if own in ("", codes.GATEWAY) else own
        query = {
            "response_type": "code",
            "client_id": str(credentials.get("client_id") or ""),
            "redirect_uri": redirect_uri,
            "state": state,
        }
        return f"{base}{codes.AUTHORIZE_PATH}?{urlencode(query)}"

    def exchange(self, code: str, *, redirect_uri: str, now: datetime) -> TokenReply:
        """:raises IntegrationError: in Pinduoduo's words"""
        return self._ask("pdd.pop.auth.token.create", {"code": code}, now=now)

    def refresh(self, refresh_token: str, *, now: datetime) -> TokenReply:
        """:raises IntegrationError: in Pinduoduo's words"""
        params = {"refresh_token": refresh_token}
        return self._ask("pdd.pop.auth.token.refresh", params, now=now)

    def _ask(self, operation: str, params: Mapping[str, str], *, now: datetime) -> TokenReply:
        api = Api(self.credentials, self.http, clock=lambda: now)
        return api.call(operation, params, lambda answer: _reply(answer, now), tokens=None)


def _reply(answer: Answer, now: datetime) -> TokenReply:
    told = Loose(answer)
    scope: Any = answer.get("scope")
    return TokenReply(
        access_token=str(answer["access_token"]),
        access_expires_at=_expiry(told, "expires", now),
        refresh_token=told.text("refresh_token", limit=1000),
        refresh_expires_at=_expiry(told, "refresh_token_expires", now),
        scope=",".join(map(str, scope)) if isinstance(scope, list) else str(scope or ""),
        shop_id=told.text("owner_id", limit=64),
        shop_name=told.text("owner_name", limit=120),
    )


def _expiry(told: Loose, name: str, now: datetime) -> datetime | None:
    """The span counts by our own clock, which is the one that will be looked at."""
    span, at = told.whole(f"{name}_in", 0), told.whole(f"{name}_at", 0)
    if span:
        return now + timedelta(seconds=span)
    return datetime.fromtimestamp(at, UTC) if at else None
