"""Every store's line as the database has it, in a number of queries that does not grow."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_sync.models import (
    ChannelToken,
    LineState,
    ListingStock,
    RawOrder,
    StoreConnection,
    SyncCursor,
)
from channels_sync.services.push import queueing
from channels_sync.services.status.errors import Place
from channels_sync.services.status.judging import Level, Sign
from channels_sync.services.status.reading import StoreStatus, statuses
from oms.models import Listing, Store
from tests.channels_sync.pull.scripted import ScriptedPuller
from tests.channels_sync.push.parcels import order_of, refund_of
from tests.factories.oms import NOW, StoreFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def connected(kind: str = ScriptedPuller.kind) -> Store:
    store = StoreFactory.create()
    StoreConnection.objects.create(store=store, kind=kind, base_url="http://127.0.0.1:1")
    return store


def mark(store: Store, **told: object) -> SyncCursor:
    facts = {"since": NOW, "not_before": NOW, "succeeded_at": NOW} | told
    return SyncCursor.objects.create(store=store, lane="orders", **facts)


def read(*stores: Store) -> list[StoreStatus]:
    return statuses([store.pk for store in stores], now=NOW)


def test_the_worst_stands_first_and_of_two_the_one_longer_behind() -> None:
    fine, late, later = connected(), connected(), connected()
    mark(fine)
    mark(late, since=NOW - HOUR)
    mark(later, since=NOW - 2 * HOUR)
    found = read(fine, late, later)
    assert [one.store for one in found] == [later, late, fine]
    assert [one.level for one in found] == [Level.TROUBLE, Level.TROUBLE, Level.FINE]


def test_backlog_is_told_beside_what_happens_now() -> None:
    store = connected()
    mark(store)
    mark(store, is_backlog=True, since=NOW - HOUR, goal=NOW, counted=50_000, taken=1_000)
    (one,) = read(store)
    assert [(lane.is_backlog, lane.left) for lane in one.facts.lanes] == [
        (False, None),
        (True, 49_000),
    ]
    assert (one.signs, one.facts.lag) == ((Sign.BACKLOG,), timedelta(0))


def test_what_the_platform_said_is_told_once_in_its_own_words() -> None:
    store = connected()
    told = {"last_error": "用户授权已过期", "error_code": "27"}
    mark(store, failures=2, error_kind="reauthorize", **told)
    LineState.objects.create(store=store, kind="reauthorize", failures=2, failed_at=NOW, **told)
    (one,) = read(store)
    (said,) = one.errors
    assert (said.place, said.text, said.code, said.kind) == (
        Place.LINE,
        "用户授权已过期",
        "27",
        "reauthorize",
    )


def test_messages_and_stock_that_wait_are_counted() -> None:
    store = connected("file")
    order = order_of(store)
    queueing.queue_refunds([refund_of(order).pk], now=NOW - 3 * HOUR)
    listing = Listing.objects.create(store=store, channel_product_id="P1", effective_from=NOW)
    ListingStock.objects.create(listing=listing, store=store, due_at=NOW, is_blocked=True)
    (one,) = read(store)
    assert (one.facts.pushes.stuck, one.facts.stock.waiting, one.facts.stock.stuck) == (1, 1, 1)
    assert one.signs == (Sign.PUSHES_STUCK, Sign.STOCK_BLOCKED)
    assert [said.place for said in one.errors] == [Place.PUSH]


def test_dead_token_is_trouble_in_the_words_of_the_platform() -> None:
    store = connected("taobao")
    row = StoreConnection.objects.get(store=store)
    ChannelToken.objects.create(
        connection=row, renewed_at=NOW, dead_since=NOW, last_error="refresh token 已失效"
    )
    (one,) = read(store)
    assert one.signs[0] is Sign.ACCESS_OVER
    assert [said.text for said in one.errors] == ["refresh token 已失效"]


def test_store_without_a_connection_and_one_that_is_closed_are_left_out() -> None:
    closed = connected()
    Store.objects.filter(pk=closed.pk).update(is_active=False)
    assert read(closed, StoreFactory.create()) == []


def test_number_of_queries_does_not_grow_with_the_stores() -> None:
    stores = [connected() for _store in range(30)]
    for store in stores:
        mark(store, failures=1, last_error="busy")
        LineState.objects.create(store=store, failures=1)
        RawOrder.objects.create(
            store=store,
            source="pull",
            event_id=f"{store.pk}",
            payload="{}",
            received_at=NOW,
            not_before=NOW,
            cause="unreadable",
            status="exception",
            status_at=NOW,
        )
    with CaptureQueriesContext(
        connection,
    ) as one:
        read(stores[0])
    with CaptureQueriesContext(connection) as many:
        assert len(read(*stores)) == 30
    assert len(many) == len(one) <= 8
