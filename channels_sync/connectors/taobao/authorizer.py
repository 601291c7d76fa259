"""The seller's session: from the code of the consent page, and the next one by the refresh token.

Document 102635 of open.taobao.com. ``access_token`` is what calls send as ``session``; how long it
lives depends on the kind of the app.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import unquote, urlencode

from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao.api import Api
from channels_sync.connectors.tokens import (
    Authorizer,
    Credentials,
    FixedToken,
    TokenReply,
    authorizers,
)
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, form_request, malformed

log = logging.getLogger(__name__)

PERMIT = "taobao.tmc.user.permit"
_REFUSALS = frozenset({400, 401, 403})


@authorizers.register
class TaobaoAuthorizer(Authorizer):
    """One shop of one app. OAuth has a host of its own in production; a connection with an address
    of its own finds it below that."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    renew_before: ClassVar[timedelta] = timedelta(hours=1)

    @classmethod
    def page_url(cls, credentials: Credentials, *, redirect_uri: str, state: str) -> str:
        """Return where the merchant says yes; ``base_url`` among the credentials replaces the
        production host."""
        query = {
            "response_type": "code",
            "client_id": str(credentials.get("app_key") or ""),
            "redirect_uri": redirect_uri,
            "state": state,
            "view": "web",
        }
        host = _oauth(str(credentials.get("base_url") or ""))
        return f"{host}{codes.AUTHORIZE}?{urlencode(query)}"

    def exchange(self, code: str, *, redirect_uri: str, now: datetime) -> TokenReply:
        """Get a session, and let the shop's messages come to the app.

        :raises IntegrationError: in Taobao's words
        """
        told = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        reply = self._ask(told, now=now)
        self._permit(reply.access_token, now=now)
        return reply

    def refresh(self, refresh_token: str, *, now: datetime) -> TokenReply:
        """:raises IntegrationError: reauthorize, if the merchant has to say yes again"""
        told = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._ask(told, now=now)

    def _permit(self, token: str, *, now: datetime) -> None:
        """An app that subscribed to no topic is refused; its shops are pulled all the same."""
        api = Api(self.credentials, self.http, FixedToken(token), lambda: now)
        try:
            api.ask(PERMIT, {}, lambda _answer: None)
        except IntegrationError as error:
            log.warning("messages of shop not permitted: %s", error.code)

    def _ask(self, told: Mapping[str, str], *, now: datetime) -> TokenReply:
        fields = {
            **told,
            "client_id": str(self.credentials.get("app_key") or ""),
            "client_secret": str(self.credentials.get("app_secret") or ""),
            "view": "web",
        }
        path = _oauth(self.http.base_url) + codes.TOKEN
        request = replace(form_request("oauth.token", fields, path=path), accept=_REFUSALS)
        return self.http.call(request, lambda answer: _reply(answer, now=now))


def _oauth(base_url: str) -> str:
    return codes.OAUTH if base_url in ("", codes.GATEWAY) else base_url.rstrip("/")


def _reply(response: HttpResponse, *, now: datetime) -> TokenReply:
    told = response.json()
    if not isinstance(told, dict):
        raise malformed("淘宝的授权应答无法识别")
    if told.get("error") or not told.get("access_token"):
        raise IntegrationError(
            str(told.get("error_description") or told.get("error") or "no token")[:300],
            kind=ErrorKind.REAUTHORIZE,
            code=str(told.get("error") or "local:no_token"),
        )
    return TokenReply(
        access_token=str(told["access_token"]),
        access_expires_at=_after(told.get("expires_in"), now),
        refresh_token=str(told.get("refresh_token") or ""),
        refresh_expires_at=_after(told.get("re_expires_in"), now),
        shop_id=str(told.get("taobao_user_id") or ""),
        shop_name=unquote(str(told.get("taobao_user_nick") or "")),
    )


def _after(seconds: Any, now: datetime) -> datetime | None:
    """0 is none: a session that cannot be renewed says so."""
    text = str(seconds or "")
    return now + timedelta(seconds=int(text)) if text.isdecimal() and int(text) else None
