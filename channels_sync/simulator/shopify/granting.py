"""How an app gets its token: the merchant's yes, a signed way back, and the code grant."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from channels_sync.connectors.shopify import signing
from channels_sync.simulator.market.consent import consent_page
from channels_sync.simulator.market.tokens import Grant, TokenRules, Tokens, TokenState
from channels_sync.simulator.replies import Reply, json_reply
from channels_sync.simulator.settings import Settings

RULES = TokenRules(access=timedelta(hours=1), refresh=timedelta(days=90), rotates=True)
_NEEDED = ("client_id", "scope", "redirect_uri", "state")


class Granting:
    """One shop's doors for apps; ``expiring=1`` asks for a token of an hour with a renewal."""

    def __init__(self, settings: Settings, tokens: Tokens) -> None:
        self._settings = settings
        self._tokens = tokens

    def is_good(self, token: str, *, now: datetime) -> bool:
        """Tell whether a token opens the API: the one of the shop's own app, or one of these."""
        is_own = token == self._settings.access_token
        return is_own or self._tokens.check(token, now=now) is TokenState.GOOD

    def page(self, query: Mapping[str, str], *, now: datetime) -> Reply:
        """Draw the page on which the merchant says yes; its link is signed."""
        is_known = query.get("client_id") == self._settings.client_id
        if not is_known or not all(query.get(name) for name in _NEEDED):
            return _no("invalid_request", "The request is missing a parameter or unknown.")
        answer = {
            "code": self._tokens.issue_code(now=now),
            "shop": self._settings.shop_domain,
            "state": query["state"],
            "timestamp": str(int(now.timestamp())),
        }
        signed = signing.callback_signature(self._settings.client_secret, answer)
        return consent_page("Shopify", query["redirect_uri"], answer | {"hmac": signed})

    def grant(self, body: bytes, *, now: datetime) -> Reply:
        """Trade a code, or a renewal, for a token."""
        told = _fields(body)
        keys = told.get("client_id"), told.get("client_secret")
        if keys != (self._settings.client_id, self._settings.client_secret):
            return _no("application_cannot_be_found", "Could not find Shopify API application")
        if told.get("grant_type") == "refresh_token":
            grant = self._tokens.refresh(str(told.get("refresh_token")), now=now)
        else:
            grant = self._tokens.exchange(str(told.get("code")), now=now)
        if grant is None:
            words = "The authorization code was not found or was already used"
            return _no("invalid_request", words)
        return json_reply(_told(grant, now=now))


def _told(grant: Grant, *, now: datetime) -> dict[str, Any]:
    return {
        "access_token": grant.access_token,
        "scope": "read_orders,write_orders,read_returns",
        "expires_in": grant.lasts(now=now),
        "refresh_token": grant.refresh_token,
        "refresh_token_expires_in": int((grant.refresh_until - now).total_seconds()),
    }


def _fields(body: bytes) -> dict[str, Any]:
    """A form or JSON: both are understood."""
    if body.lstrip().startswith(b"{"):
        try:
            return dict(json.loads(body))
        except ValueError:
            return {}
    return dict(parse_qsl(body.decode(errors="replace")))


def _no(error: str, words: str) -> Reply:
    return json_reply({"error": error, "error_description": words}, status=400)
