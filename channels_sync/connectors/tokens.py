"""Tokens of a platform's account: what a connector needs of them, and how one is renewed."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeVar

from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http
from oms.integration.registry import Registry
from oms.integration.wire import HttpRequest, HttpResponse

T = TypeVar("T")
Credentials = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenReply:
    """A token as the platform gave it; times are None where it tells none.

    ``shop_id`` is the platform's own number of the shop, ``shop_name`` what it calls it.
    """

    access_token: str = field(repr=False)
    access_expires_at: datetime | None = None
    refresh_token: str = field(default="", repr=False)
    refresh_expires_at: datetime | None = None
    scope: str = ""
    shop_id: str = ""
    shop_name: str = ""


class TokenSource(Protocol):
    """Where a connector gets the token of its account from."""

    def current(self) -> str:
        """Return the token in use.

        :raises IntegrationError: reauthorize, if there is none
        """

    def renew(self, stale: str) -> str:
        """Return a token other than the one that was refused, asking the platform if need be.

        :raises IntegrationError: reauthorize, if the platform gives none any more
        """


class FixedToken:
    """A token that a person typed in: it never changes by itself."""

    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        """:raises IntegrationError: reauthorize, if none was typed in"""
        if not self._token:
            raise no_token()
        return self._token

    def renew(self, stale: str) -> str:
        """:raises IntegrationError: always, because only a person has another"""
        raise IntegrationError(
            "访问令牌已失效，请重新授权", kind=ErrorKind.REAUTHORIZE, code="local:stale_token"
        )


class Authorizer(ABC):
    """How the tokens of one platform are had. Speaks values; never touches the database."""

    kind: ClassVar[str]
    label: ClassVar[str]
    renew_before: ClassVar[timedelta] = timedelta(minutes=30)
    """How long before a token's end the next one is asked for; some platforms give the same token
    again when they are asked too early."""

    def __init__(self, *, credentials: Credentials, http: Http) -> None:
        self.credentials = credentials
        self.http = http

    @classmethod
    @abstractmethod
    def page_url(cls, credentials: Credentials, *, redirect_uri: str, state: str) -> str:
        """Return where the merchant says yes; empty if the platform needs no such page.

        ``base_url`` among the credentials is the connection's own address, empty in production.
        """

    @classmethod
    def is_from_platform(
        cls, credentials: Credentials, query: Mapping[str, str], *, now: datetime
    ) -> bool:
        """Tell whether the platform sent the merchant back; most do not sign the address."""
        return True

    @abstractmethod
    def exchange(self, code: str, *, redirect_uri: str, now: datetime) -> TokenReply:
        """Turn the code that came back from the page into a token.

        :raises IntegrationError: in the platform's words
        """

    @abstractmethod
    def refresh(self, refresh_token: str, *, now: datetime) -> TokenReply:
        """Get the next token.

        :raises IntegrationError: reauthorize, if the merchant has to say yes again
        """


authorizers: Registry[Authorizer] = Registry("authorizing connector")


def no_token() -> IntegrationError:
    """Build the error for an account without a token."""
    return IntegrationError(
        "店铺尚未授权，没有访问令牌", kind=ErrorKind.REAUTHORIZE, code="local:no_token"
    )


def call_with_token(
    http: Http,
    tokens: TokenSource,
    build: Callable[[str], HttpRequest],
    read: Callable[[HttpResponse], T],
    *,
    idempotent: bool = False,
) -> T:
    """Call with the account's token; one that is refused is renewed and the call said once more.

    A platform that refuses the token has done nothing, so the repeat is safe for any call.

    :raises IntegrationError: in the platform's words
    """
    token = tokens.current()
    try:
        return http.call(lambda: build(token), read, idempotent=idempotent)
    except IntegrationError as error:
        if error.kind is not ErrorKind.REFRESH_TOKEN:
            raise
    fresh = tokens.renew(token)
    return http.call(lambda: build(fresh), read, idempotent=idempotent)
