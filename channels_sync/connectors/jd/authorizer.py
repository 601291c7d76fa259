"""How a merchant's yes becomes a token, and a token the next one (open-oauth.jd.com)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlencode

from channels_sync.connectors.jd import codes
from channels_sync.connectors.jd.envelope import decode
from channels_sync.connectors.loose import Loose
from channels_sync.connectors.tokens import Authorizer, Credentials, TokenReply, authorizers
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpRequest, HttpResponse

_DONE = ("0", "")


@authorizers.register
class JdAuthorizer(Authorizer):
    """One shop. A token is renewed in its last day; one that has run out never again."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    renew_before: ClassVar[timedelta] = timedelta(hours=23)

    @classmethod
    def page_url(cls, credentials: Credentials, *, redirect_uri: str, state: str) -> str:
        """Return JD's page, or that below the connection's own address."""
        own = str(credentials.get("base_url") or "").rstrip("/")
        base = codes.OAUTH if own in ("", codes.GATEWAY) else own
        query = {
            "app_key": str(credentials.get("app_key") or ""),
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "state": state,
            "scope": codes.SCOPE,
        }
        return f"{base}{codes.AUTHORIZE_PATH}?{urlencode(query)}"

    def exchange(self, code: str, *, redirect_uri: str, now: datetime) -> TokenReply:
        """:raises IntegrationError: in JD's words"""
        params = {"grant_type": "authorization_code", "code": code}
        return self._ask(codes.TOKEN_PATH, params, now=now)

    def refresh(self, refresh_token: str, *, now: datetime) -> TokenReply:
        """:raises IntegrationError: in JD's words"""
        params = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._ask(codes.REFRESH_PATH, params, now=now)

    def _ask(self, path: str, params: Mapping[str, str], *, now: datetime) -> TokenReply:
        is_production = self.http.base_url.rstrip("/") in ("", codes.GATEWAY)
        keys = {name: str(self.credentials.get(name) or "") for name in ("app_key", "app_secret")}
        request = HttpRequest(
            operation=path.rpartition("/")[2],
            method="GET",
            path=codes.OAUTH + path if is_production else path,
            params={**keys, **params},
            accept=frozenset({400, 401, 403}),
        )
        return self.http.call(request, lambda response: _reply(response, now))


def _reply(response: HttpResponse, now: datetime) -> TokenReply:
    told = Loose(decode(response))
    token = told.text("access_token", limit=1000)
    code = told.text("code", limit=32)
    if not token or code not in _DONE:
        words = told.text("msg", limit=1000) or told.text("error_description", limit=1000)
        raise IntegrationError(
            words[:300] or codes.NO_WORDS, kind=ErrorKind.REAUTHORIZE, code=f"oauth:{code}"
        )
    span = told.whole("expires_in", 0)
    return TokenReply(
        access_token=token,
        access_expires_at=now + timedelta(seconds=span) if span else None,
        refresh_token=told.text("refresh_token", limit=1000),
        scope=told.text("scope", limit=300),
        shop_id=told.text("uid", limit=64),
    )
