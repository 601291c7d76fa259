"""The simulated shop's list of a day, read by the system's own ledger."""

from datetime import timedelta
from decimal import Decimal

import pytest

from channels_sync.connectors.ledgers import Standing
from channels_sync.connectors.shopify import ledger as listing
from channels_sync.connectors.shopify.ledger import ShopifyLedger
from oms.dto import ChannelStatus
from oms.integration.errors import ErrorKind, IntegrationError

from .bench import Bench
from .shopify_line import outbound, place, puller, refund, shipment


def line(bench: Bench, **credentials: str) -> ShopifyLedger:
    asking = puller(bench, **credentials)
    return ShopifyLedger(credentials=asking.credentials, http=asking.http)


def day(bench: Bench, *, since_hours: int = 1) -> list[Standing]:
    since, until = bench.now - timedelta(hours=since_hours), bench.now + timedelta(hours=1)
    rows: list[Standing] = []
    cursor = None
    while True:
        page = line(bench).list_orders(since=since, until=until, cursor=cursor)
        rows += page.rows
        cursor = page.cursor
        if cursor is None:
            return rows


def test_order_stands_as_it_is(bench: Bench) -> None:
    order = place(bench)
    (row,) = day(bench)
    assert row.channel_order_no == order["legacyResourceId"]
    assert row.status is ChannelStatus.PAID
    assert (row.refunded, row.waybill_nos) == (Decimal(0), frozenset[str]())
    assert row.paid == Decimal(order["totalPriceSet"]["shopMoney"]["amount"])
    assert row.modified_at == bench.now


def test_parcel_and_refund_stand_in_the_list(bench: Bench) -> None:
    order = place(bench)
    outbound(bench).send(shipment(order, at=bench.now))
    outbound(bench).send(refund(order))
    (row,) = day(bench)
    assert row.status in (ChannelStatus.SHIPPED, ChannelStatus.PARTLY_SHIPPED)
    assert row.waybill_nos == frozenset({shipment(order, at=bench.now).notice.waybill_no})
    assert row.refunded == refund(order).amount


def test_cancelled_order_stays_in_the_list(bench: Bench) -> None:
    order = place(bench)
    bench.simulator.shopify.cancel(order["legacyResourceId"], at=bench.now)
    assert [row.status for row in day(bench)] == [ChannelStatus.CANCELLED]


def test_day_is_by_creation_and_not_by_change(bench: Bench) -> None:
    order = place(bench)
    bench.now += timedelta(hours=5)
    outbound(bench).send(shipment(order, at=bench.now))
    assert day(bench) == []
    assert len(day(bench, since_hours=6)) == 1


def test_list_is_read_page_by_page(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    numbers = {place(bench)["legacyResourceId"] for _ in range(5)}
    rows = day(bench)
    assert ({row.channel_order_no for row in rows}, len(rows)) == (numbers, 5)


def test_wrong_token_is_told(bench: Bench) -> None:
    with pytest.raises(IntegrationError) as caught:
        line(bench, access_token="other").list_orders(since=bench.now, until=bench.now, cursor=None)
    assert caught.value.kind is ErrorKind.REAUTHORIZE
