"""One worker renews a token, the others take it over; a dead one waits for a person."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from channels_sync.connectors.tokens import Authorizer, TokenReply, authorizers, call_with_token
from channels_sync.models import ChannelToken, StoreConnection
from channels_sync.services import renewing
from channels_sync.services.tokens import (
    StoredToken,
    asks_for_tokens,
    keep_token,
    token_source,
)
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http
from oms.integration.wire import HttpRequest, HttpResponse
from oms.scheduling import single_flight
from tests.factories.oms import NOW, StoreFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


class ScriptedAuthorizer(Authorizer):
    kind: ClassVar[str] = "scripted-tokens"
    label: ClassVar[str] = "Scripted"
    asked: ClassVar[list[str]] = []
    trouble: ClassVar[IntegrationError | None] = None

    @classmethod
    def page_url(cls, credentials: object, *, redirect_uri: str, state: str) -> str:
        return ""

    def exchange(self, code: str, *, redirect_uri: str, now: datetime) -> TokenReply:
        return TokenReply(access_token=code)

    def refresh(self, refresh_token: str, *, now: datetime) -> TokenReply:
        self.asked.append(refresh_token)
        if self.trouble is not None:
            raise self.trouble
        n = len(self.asked) + 1
        return TokenReply(
            access_token=f"a{n}", refresh_token=f"r{n}", access_expires_at=now + 2 * HOUR
        )


@pytest.fixture(autouse=True)
def authorizer() -> Iterator[type[ScriptedAuthorizer]]:
    authorizers.register(ScriptedAuthorizer)
    ScriptedAuthorizer.asked.clear()
    ScriptedAuthorizer.trouble = None
    yield ScriptedAuthorizer
    del authorizers._members[ScriptedAuthorizer.kind]


@pytest.fixture
def connection() -> StoreConnection:
    row = StoreConnection.objects.create(
        store=StoreFactory.create(), kind="scripted-tokens", base_url="http://127.0.0.1:1"
    )
    reply = TokenReply(access_token="a1", refresh_token="r1", access_expires_at=NOW + HOUR)
    keep_token(row.pk, reply=reply, now=NOW)
    return row


def source(connection: StoreConnection, *, at: datetime = NOW) -> StoredToken:
    http = Http(kind="scripted-tokens", base_url="http://127.0.0.1:1", log=lambda _record: None)
    return StoredToken(connection, http=http, clock=lambda: at, sleep=lambda _seconds: None)


def test_tokens_are_stored_sealed(connection: StoreConnection) -> None:
    row = ChannelToken.objects.get()
    stored = ChannelToken.objects.extra(select={"raw": "secrets"}).values_list("raw")[0][0]
    assert row.secrets == {"access_token": "a1", "refresh_token": "r1"}
    assert b"a1" not in bytes(stored)


def test_refused_token_is_renewed_once_for_all(
    connection: StoreConnection, authorizer: type[ScriptedAuthorizer]
) -> None:
    one, other = source(connection), source(connection)
    assert one.renew("a1") == "a2"
    assert other.renew("a1") == "a2"
    assert authorizer.asked == ["r1"]
    assert ChannelToken.objects.get().generation == 2


def test_token_past_its_time_is_renewed_before_it_is_used(connection: StoreConnection) -> None:
    assert source(connection).current() == "a1"
    assert source(connection, at=NOW + HOUR).current() == "a2"


def test_whoever_comes_second_waits_for_the_first(
    connection: StoreConnection, authorizer: type[ScriptedAuthorizer]
) -> None:
    waiting = source(connection)
    flight = single_flight(f"channels.token:{connection.pk}")
    with flight, pytest.raises(IntegrationError) as caught:
        waiting.renew("a1")
    assert caught.value.kind is ErrorKind.RETRY
    assert authorizer.asked == []


def test_platform_that_gives_no_other_token_stops_the_store(
    connection: StoreConnection, authorizer: type[ScriptedAuthorizer]
) -> None:
    authorizer.trouble = IntegrationError("closed", kind=ErrorKind.FATAL, code="30001")
    with pytest.raises(IntegrationError) as caught:
        source(connection).renew("a1")
    assert caught.value.kind is ErrorKind.REAUTHORIZE
    with pytest.raises(IntegrationError) as caught:
        source(connection).current()
    assert (caught.value.kind, caught.value.message) == (ErrorKind.REAUTHORIZE, "closed")
    assert authorizer.asked == ["r1"]
    keep_token(connection.pk, reply=TokenReply(access_token="new"), now=NOW)
    assert source(connection).current() == "new"


def test_trouble_that_passes_leaves_the_token_alive(
    connection: StoreConnection, authorizer: type[ScriptedAuthorizer]
) -> None:
    authorizer.trouble = IntegrationError("busy", kind=ErrorKind.RETRY)
    with pytest.raises(IntegrationError):
        source(connection).renew("a1")
    authorizer.trouble = None
    assert source(connection).renew("a1") == "a3"


def test_store_without_a_token_says_so() -> None:
    row = StoreConnection.objects.create(store=StoreFactory.create(), kind="scripted-tokens")
    with pytest.raises(IntegrationError) as caught:
        source(row).current()
    assert caught.value.code == "local:no_token"


def test_only_tokens_near_their_end_are_renewed(
    connection: StoreConnection, authorizer: type[ScriptedAuthorizer]
) -> None:
    assert renewing.renew_due(now=NOW + timedelta(minutes=29)) == 0
    assert renewing.renew_due(now=NOW + timedelta(minutes=30)) == 1
    assert renewing.renew_due(now=NOW + timedelta(minutes=31)) == 0
    assert authorizer.asked == ["r1"]


def test_one_store_without_a_new_token_does_not_stop_the_others(
    connection: StoreConnection, authorizer: type[ScriptedAuthorizer]
) -> None:
    authorizer.trouble = IntegrationError("closed", kind=ErrorKind.FATAL)
    assert renewing.renew_due(now=NOW + HOUR) == 0
    row = ChannelToken.objects.get()
    assert (row.last_error, row.dead_since) == ("closed", NOW + HOUR)
    assert renewing.renew_due(now=NOW + HOUR) == 0
    assert authorizer.asked == ["r1"]


def test_typed_in_token_never_changes() -> None:
    row = StoreConnection.objects.create(
        store=StoreFactory.create(), kind="elsewhere", credentials={"access_token": "t"}
    )
    http = Http(kind="elsewhere", base_url="http://127.0.0.1:1", log=lambda _record: None)
    fixed = token_source(row, http=http, clock=lambda: NOW)
    assert fixed.current() == "t"
    with pytest.raises(IntegrationError) as caught:
        fixed.renew("t")
    assert caught.value.kind is ErrorKind.REAUTHORIZE


class Line:
    """Stands for an ``Http``: refuses the tokens it is told to."""

    def __init__(self, *refused: str) -> None:
        self.refused = refused
        self.used: list[str] = []

    def call(self, request: object, read: object, *, idempotent: bool = False) -> str:
        assert callable(request)
        token = request().headers["token"]
        self.used.append(token)
        if token in self.refused:
            raise IntegrationError("expired", kind=ErrorKind.REFRESH_TOKEN)
        return "answer"


def ask(line: Line, connection: StoreConnection) -> str:
    def build(token: str) -> HttpRequest:
        return HttpRequest(operation="x", headers={"token": token})

    def read(_response: HttpResponse) -> str:
        return ""

    return call_with_token(line, source(connection), build, read)  # type: ignore[arg-type]


def test_call_is_said_once_more_with_the_new_token(connection: StoreConnection) -> None:
    line = Line("a1")
    assert ask(line, connection) == "answer"
    assert line.used == ["a1", "a2"]


def test_new_token_that_is_refused_too_ends_it(connection: StoreConnection) -> None:
    line = Line("a1", "a2")
    with pytest.raises(IntegrationError) as caught:
        ask(line, connection)
    assert caught.value.kind is ErrorKind.REFRESH_TOKEN
    assert line.used == ["a1", "a2"]


def test_typed_in_token_stands_where_the_platform_gives_tokens_too(
    connection: StoreConnection,
) -> None:
    connection.credentials = {"access_token": "typed"}
    assert not asks_for_tokens(connection)
    with Http(kind="scripted", base_url="http://127.0.0.1:1", log=lambda _record: None) as http:
        assert token_source(connection, http=http, clock=lambda: NOW).current() == "typed"
