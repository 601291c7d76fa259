"""Tokens of a Shopify shop: the merchant's yes, a token of an hour, and the next one for the last.

A token that was typed in (an app of the shop's own) needs none of this. What is documented:
shopify.dev, "Authorization code grant" and "About offline access tokens".
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from channels_sync.connectors.knocks import before
from channels_sync.connectors.shopify import codes, signing
from channels_sync.connectors.tokens import Authorizer, Credentials, TokenReply, authorizers
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, form_request, malformed

PAGE = "/admin/oauth/authorize"
PATH = "/admin/oauth/access_token"
_READ_HERE = frozenset({400, 401, 403, 404})
_LONGEST = timedelta(days=1)
_KEYS = ("client_id", "client_secret")


@authorizers.register
class ShopifyAuthorizer(Authorizer):
    """Credentials: ``client_id``, ``client_secret``, ``shop_domain``."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    renew_before: ClassVar[timedelta] = timedelta(minutes=5)

    @classmethod
    def page_url(cls, credentials: Credentials, *, redirect_uri: str, state: str) -> str:
        """:raises IntegrationError: fatal, if the app's id was not entered"""
        client = str(credentials.get("client_id") or "")
        if not client:
            raise IntegrationError(
                "请先填写 Shopify 应用的 client ID，或直接填写访问令牌",
                kind=ErrorKind.FATAL,
                code="local:no_client",
            )
        base = str(credentials.get("base_url") or f"https://{credentials.get('shop_domain')}")
        query = {
            "client_id": client,
            "scope": ",".join(codes.SCOPES),
            "redirect_uri": redirect_uri,
            "state": state,
        }
        return f"{base}{PAGE}?{urlencode(query)}"

    @classmethod
    def is_from_platform(
        cls, credentials: Credentials, query: Mapping[str, str], *, now: datetime
    ) -> bool:
        """The way back is signed with the app's secret, for this shop, within a day."""
        names = ("client_secret", before("client_secret"))
        given = query.get("hmac", "").encode()
        matches = [
            hmac.compare_digest(signing.callback_signature(secret, query).encode(), given)
            for secret in (str(credentials.get(name) or "") for name in names)
            if secret
        ]
        is_ours = query.get("shop", "").lower() == str(credentials.get("shop_domain")).lower()
        age = abs(now.timestamp() - _seconds(query))
        return any(matches) and is_ours and age < _LONGEST.total_seconds()

    def exchange(self, code: str, *, redirect_uri: str, now: datetime) -> TokenReply:
        """:raises IntegrationError: in Shopify's words"""
        return self._ask(now, code=code, expiring="1")

    def refresh(self, refresh_token: str, *, now: datetime) -> TokenReply:
        """:raises IntegrationError: reauthorize, if the merchant has to say yes again"""
        try:
            return self._ask(now, grant_type="refresh_token", refresh_token=refresh_token)
        except IntegrationError as error:
            if error.kind is not ErrorKind.FATAL:
                raise
            raise IntegrationError(
                error.message, kind=ErrorKind.REAUTHORIZE, code=error.code
            ) from None

    def _ask(self, now: datetime, **fields: str) -> TokenReply:
        keys = {name: str(self.credentials.get(name) or "") for name in _KEYS}
        form = form_request("oauth.access_token", keys | fields, path=PATH)
        request = replace(form, accept=_READ_HERE)

        def read(response: HttpResponse) -> TokenReply:
            told = _opened(response)
            return TokenReply(
                access_token=str(told["access_token"]),
                access_expires_at=_end(now, told.get("expires_in")),
                refresh_token=str(told.get("refresh_token") or ""),
                refresh_expires_at=_end(now, told.get("refresh_token_expires_in")),
                scope=str(told.get("scope") or ""),
                shop_id=str(self.credentials.get("shop_domain") or ""),
            )

        return self.http.call(request, read)


def _opened(response: HttpResponse) -> Mapping[str, Any]:
    """Refusals come as JSON, or as a web page that names the error."""
    try:
        told = json.loads(response.content)
    except ValueError:
        told = None
    if response.status in _READ_HERE:
        refusal = told if isinstance(told, dict) else {}
        words = str(refusal.get("error_description") or refusal.get("error") or "")
        raise IntegrationError(
            words[:300] or f"Shopify 拒绝了授权（HTTP {response.status}）",
            kind=ErrorKind.FATAL,
            code=str(refusal.get("error") or f"http:{response.status}")[:64],
        )
    if not isinstance(told, dict) or not told.get("access_token"):
        raise malformed("Shopify 的授权应答里没有访问令牌")
    return told


def _end(now: datetime, seconds: Any) -> datetime | None:
    """A token of the older kind has no end, and none is told."""
    return now + timedelta(seconds=int(seconds)) if seconds else None


def _seconds(query: Mapping[str, str]) -> int:
    text = query.get("timestamp", "")
    return int(text) if text.isdecimal() and len(text) <= 11 else 0
