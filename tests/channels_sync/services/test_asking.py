"""A question for somebody who stands and waits: short, never renewing a token, never repeated."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import ClassVar

import httpx
import pytest
from django.core.cache import cache

from channels_sync.connectors.outbound import Outbound, outbounds
from channels_sync.connectors.tokens import TokenReply
from channels_sync.models import ChannelHint, Lane, StoreConnection, SyncCursor
from channels_sync.services.asking import HurriedHttp, ask, reread
from channels_sync.services.tokens import StandingToken, keep_token
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpRequest
from oms.models import Store
from oms.registries import NoAnswer
from tests.factories.oms import NOW, StoreFactory


class Answering(Outbound):
    kind: ClassVar[str] = "answering"
    label: ClassVar[str] = "Answering"
    opened: ClassVar[set[str]] = set()
    trouble: ClassVar[list[IntegrationError]] = []
    asked: ClassVar[list[str]] = []

    def refunds_open(self, channel_order_nos: Sequence[str]) -> frozenset[str] | None:
        self.asked.extend(channel_order_nos)
        if self.trouble:
            raise self.trouble.pop()
        return frozenset(self.opened.intersection(channel_order_nos))


@pytest.fixture(autouse=True)
def platform() -> Iterator[None]:
    outbounds.register(Answering)
    for remembered in (Answering.opened, Answering.trouble, Answering.asked):
        remembered.clear()
    cache.clear()
    yield
    cache.clear()
    del outbounds._members[Answering.kind]


def connected(kind: str = "answering", **told: object) -> Store:
    store = StoreFactory.create()
    address = {"base_url": "https://kapok.example.com"}
    StoreConnection.objects.create(store=store, kind=kind, **(address | told))
    return store


@pytest.mark.django_db
def test_open_refunds_are_told_by_number() -> None:
    Answering.opened.add("2")
    assert ask(connected().pk, numbers=["1", "2"], seconds=3) == frozenset({"2"})
    assert Answering.asked == ["1", "2"]


@pytest.mark.django_db
def test_where_nobody_can_be_asked_nothing_is_said() -> None:
    unconnected = StoreFactory.create()
    deaf = connected("shopify")
    paused = connected(is_active=False)
    for store in (unconnected, deaf, paused):
        assert ask(store.pk, numbers=["1"], seconds=3) is None
    assert Answering.asked == []


@pytest.mark.django_db
def test_channel_that_fails_is_left_alone_for_a_while() -> None:
    store, other = connected(), connected()
    Answering.trouble.append(IntegrationError("busy", kind=ErrorKind.RETRY))
    for _scan in range(2):
        with pytest.raises(NoAnswer):
            ask(store.pk, numbers=["1"], seconds=3)
    assert Answering.asked == ["1"]
    assert ask(other.pk, numbers=["1"], seconds=3) == frozenset()


@pytest.mark.django_db
def test_question_for_which_we_had_no_time_does_not_silence_the_channel() -> None:
    store = connected()
    late = IntegrationError("late", kind=ErrorKind.RETRY, code="local:hurry")
    Answering.trouble.append(late)
    with pytest.raises(NoAnswer):
        ask(store.pk, numbers=["1"], seconds=3)
    assert ask(store.pk, numbers=["1"], seconds=3) == frozenset()


def http(
    *, seconds: float, answer: Callable[[httpx.Request], httpx.Response] | None = None
) -> tuple[HurriedHttp, list[httpx.Request]]:
    sent: list[httpx.Request] = []

    def say_yes(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    line = HurriedHttp(
        kind="x",
        base_url="https://kapok.example.com",
        log=lambda _record: None,
        transport=httpx.MockTransport(answer or say_yes),
    )
    line.end = time.monotonic() + seconds
    return line, sent


def test_every_call_has_only_the_time_that_is_left() -> None:
    line, sent = http(seconds=3)
    line.call(HttpRequest(method="GET", path="/", operation="x"), lambda _answer: None)
    limits = sent[0].extensions["timeout"]
    assert limits["connect"] <= 1.5
    assert 0 < limits["read"] <= 3


def test_when_the_time_is_over_nothing_is_sent() -> None:
    line, sent = http(seconds=0)
    with pytest.raises(IntegrationError) as trouble:
        line.call(HttpRequest(method="GET", path="/", operation="x"), lambda _answer: None)
    assert (trouble.value.code, sent) == ("local:hurry", [])


@pytest.mark.django_db
def test_token_in_use_is_taken_and_never_renewed() -> None:
    connection = StoreConnection.objects.get(store=connected())
    ends = NOW + timedelta(hours=1)
    reply = TokenReply(access_token="a1", refresh_token="r1", access_expires_at=ends)
    keep_token(connection.pk, reply=reply, now=NOW)
    assert StandingToken(connection, clock=lambda: NOW).current() == "a1"
    for work in (
        StandingToken(connection, clock=lambda: ends).current,
        lambda: StandingToken(connection, clock=lambda: NOW).renew("a1"),
    ):
        with pytest.raises(IntegrationError) as trouble:
            work()
        assert trouble.value.code == "local:stale_token"


@pytest.mark.django_db
def test_orders_are_read_again_and_requests_asked_for_at_once() -> None:
    store = connected()
    later = NOW + timedelta(minutes=5)
    for lane, failures in ((Lane.ORDERS, 0), (Lane.REFUNDS, 0)):
        SyncCursor.objects.create(
            store=store, lane=lane, since=NOW, not_before=later, failures=failures
        )
    reread(store.pk, numbers=["1", "2"], now=NOW)
    assert set(ChannelHint.objects.values_list("channel_no", "subject")) == {
        ("1", "order"),
        ("2", "order"),
    }
    due = dict(SyncCursor.objects.values_list("lane", "not_before"))
    assert due == {"orders": later, "refunds": NOW}


@pytest.mark.parametrize(("seconds", "code"), [(0.6, "local:hurry"), (3, "net:ReadTimeout")])
def test_call_that_had_next_to_no_time_is_our_hurry_and_not_the_channels_silence(
    seconds: float, code: str
) -> None:
    def fall_asleep(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("late", request=request)

    line, _sent = http(seconds=seconds, answer=fall_asleep)
    with pytest.raises(IntegrationError) as trouble:
        line.call(HttpRequest(method="GET", path="/", operation="x"), lambda _answer: None)
    assert trouble.value.code == code
