"""Tokens of a Weidian shop: an app of the shop's own asks for one with its keys.

Nothing is renewed: the next token is asked for like the first. One is alive at a time, so it is
kept until shortly before its end.
"""

from datetime import datetime, timedelta
from typing import ClassVar

from channels_sync.connectors.tokens import Authorizer, Credentials, TokenReply, authorizers
from channels_sync.connectors.weidian import codes
from channels_sync.connectors.weidian.api import address
from channels_sync.connectors.weidian.envelope import open_answer
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpRequest, HttpResponse

PATH = "/token"


@authorizers.register
class WeidianAuthorizer(Authorizer):
    """Credentials: ``app_key``, ``app_secret``."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    renew_before: ClassVar[timedelta] = timedelta(minutes=5)

    @classmethod
    def page_url(cls, credentials: Credentials, *, redirect_uri: str, state: str) -> str:
        """Return nothing: the keys alone bring the token."""
        return ""

    def exchange(self, code: str, *, redirect_uri: str, now: datetime) -> TokenReply:
        """:raises IntegrationError: in Weidian's words"""
        return self._ask(now)

    def refresh(self, refresh_token: str, *, now: datetime) -> TokenReply:
        """:raises IntegrationError: reauthorize, if the keys are no longer good"""
        try:
            return self._ask(now)
        except IntegrationError as error:
            if error.kind is not ErrorKind.FATAL:
                raise
            raise IntegrationError(
                error.message, kind=ErrorKind.REAUTHORIZE, code=error.code
            ) from None

    def _ask(self, now: datetime) -> TokenReply:
        request = HttpRequest(
            operation="token",
            method="GET",
            path=address(self.http, PATH),
            params={
                "grant_type": "client_credential",
                "appkey": str(self.credentials.get("app_key") or ""),
                "secret": str(self.credentials.get("app_secret") or ""),
            },
        )

        def read(response: HttpResponse) -> TokenReply:
            told = open_answer(response).result
            return TokenReply(
                access_token=str(told["access_token"]),
                access_expires_at=now + timedelta(seconds=int(told["expire_in"])),
            )

        return self.http.call(request, read)
