"""The tokens of the stores' accounts: kept sealed, renewed by one worker at a time."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.tokens import (
    Authorizer,
    FixedToken,
    TokenReply,
    TokenSource,
    no_token,
)
from channels_sync.models import ChannelToken, StoreConnection
from channels_sync.services.breaking.noting import mend
from oms import scheduling
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http
from oms.models.locking import atomic_service

log = logging.getLogger(__name__)

_LEASE = timedelta(seconds=60)
_TURNS, _TURN_SECONDS = 20, 0.5
"""How long a worker waits for the one that renews: ten seconds, then it tries again later."""


def asks_for_tokens(connection: StoreConnection) -> bool:
    """Tell whether the platform gives the tokens: not where a person typed one in for good."""
    return connection.kind in authorizers and not connection.credentials.get("access_token")


def token_source(
    connection: StoreConnection, *, http: Http, clock: Callable[[], datetime]
) -> TokenSource:
    """Return where the connection's connector gets its token from."""
    if asks_for_tokens(connection):
        return StoredToken(connection, http=http, clock=clock)
    return FixedToken(str(connection.credentials.get("access_token") or ""))


class StoredToken:
    """The token of one connection, shared by all workers."""

    def __init__(
        self,
        connection: StoreConnection,
        *,
        http: Http,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection = connection
        self._authorizer: Authorizer = authorizers.get(connection.kind)(
            credentials=connection.credentials, http=http
        )
        self._clock = clock
        self._sleep = sleep

    def current(self) -> str:
        """Return the token in use, renewed before its time runs out.

        :raises IntegrationError: reauthorize, if there is none or the platform refused another
        """
        row = self._row()
        if row.access_expires_at is not None and row.access_expires_at <= self._clock():
            return self.renew(_access(row))
        return _access(row)

    def renew(self, stale: str) -> str:
        """Return a token other than the refused one. Platforms give the next token once, so one
        worker asks, and the others wait for what it got.

        :raises IntegrationError: reauthorize, if the merchant has to say yes again; retry, if the
            other worker takes too long
        """
        for _turn in range(_TURNS):
            with scheduling.single_flight(self._flight, ttl=_LEASE) as got:
                row = self._row()
                if _access(row) != stale:
                    return _access(row)
                if got:
                    return self._ask(row)
            self._sleep(_TURN_SECONDS)
        raise IntegrationError(
            "另一个进程正在更新访问令牌", kind=ErrorKind.RETRY, code="local:token_renewal"
        )

    @property
    def _flight(self) -> str:
        return f"channels.token:{self._connection.pk}"

    def _row(self) -> ChannelToken:
        return _living(self._connection)

    def _ask(self, row: ChannelToken) -> str:
        now = self._clock()
        try:
            reply = self._authorizer.refresh(str(row.secrets.get("refresh_token") or ""), now=now)
        except IntegrationError as error:
            if error.kind in (ErrorKind.REAUTHORIZE, ErrorKind.FATAL, ErrorKind.REFRESH_TOKEN):
                note_dead(row.pk, error=error, now=now)
                error.kind = ErrorKind.REAUTHORIZE
            raise
        keep_token(self._connection.pk, reply=reply, now=now)
        return reply.access_token


class StandingToken:
    """The token of one connection as it is: whoever has no time never renews it, because an answer
    that is cut off would lose the next one."""

    def __init__(self, connection: StoreConnection, *, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock

    def current(self) -> str:
        """:raises IntegrationError: if there is none, or its time is over"""
        row = _living(self._connection)
        if row.access_expires_at is not None and row.access_expires_at <= self._clock():
            raise _stale()
        return _access(row)

    def renew(self, stale: str) -> str:
        """:raises IntegrationError: always; a worker renews it"""
        raise _stale()


def _stale() -> IntegrationError:
    return IntegrationError("访问令牌待更新", kind=ErrorKind.RETRY, code="local:stale_token")


def _living(connection: StoreConnection) -> ChannelToken:
    """:raises IntegrationError: reauthorize, if there is none or the platform refused another"""
    row = ChannelToken.objects.filter(connection=connection).first()
    if row is None:
        raise no_token()
    if row.dead_since is not None:
        raise IntegrationError(
            row.last_error or "授权已失效", kind=ErrorKind.REAUTHORIZE, code="local:token_dead"
        )
    return row


@atomic_service
def keep_token(connection_id: int, *, reply: TokenReply, now: datetime) -> None:
    """Store what the platform gave; a reply without a refresh token leaves the one before."""
    row = ChannelToken.objects.select_for_update().filter(connection=connection_id).first()
    if row is None:
        row = ChannelToken(connection_id=connection_id, generation=0)
    row.secrets = {
        "access_token": reply.access_token,
        "refresh_token": reply.refresh_token or row.secrets.get("refresh_token", ""),
    }
    row.access_expires_at = reply.access_expires_at
    row.refresh_expires_at = reply.refresh_expires_at or row.refresh_expires_at
    row.scope = (reply.scope or row.scope)[:300]
    row.shop_id = (reply.shop_id or row.shop_id)[:64]
    row.shop_name = (reply.shop_name or row.shop_name)[:120]
    row.generation += 1
    row.renewed_at, row.dead_since, row.last_error = now, None, ""
    row.save()
    mend(row.connection.store_id)


@atomic_service
def note_dead(token_id: int, *, error: IntegrationError, now: datetime) -> None:
    """Note that the platform gives no other token: the store stands still until a person acts."""
    row = ChannelToken.objects.select_for_update().get(pk=token_id)
    row.dead_since, row.last_error = row.dead_since or now, error.message[:300]
    row.save(update_fields=["dead_since", "last_error"])


def _access(row: ChannelToken) -> str:
    return str(row.secrets.get("access_token") or "")
