"""Doudian's own list of a day."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.doudian import ledger as module
from channels_sync.connectors.doudian.ledger import DoudianLedger
from channels_sync.connectors.ledgers import LedgerPage, Standing
from channels_sync.connectors.ledgers_installed import ledgers
from oms.dto import ChannelStatus
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import Tokens, caught

from .wire import CREDENTIALS, NOW, Wire, done, recorded, refused

SINCE = datetime(2026, 2, 28, 16, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)
BEGIN = int(SINCE.timestamp())
WAITING, PARTLY, UNPAID = (
    row | {"create_time": BEGIN}
    for row in recorded("orders_page")["response"]["data"]["shop_order_list"]
)


def page_of(*orders: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    return done(total=len(orders) if total is None else total, shop_order_list=list(orders))


def requests_of(*told: tuple[str, int, int], has_more: bool = False) -> dict[str, Any]:
    """Answer with requests: number, how far the money is, fen."""
    keys = ("aftersale_id", "refund_status", "refund_amount")
    items = [{"aftersale_info": dict(zip(keys, one, strict=True))} for one in told]
    return done(items=items, has_more=has_more)


def listed(wire: Wire, cursor: str | None = None) -> LedgerPage:
    ledger = DoudianLedger(
        credentials=CREDENTIALS, http=wire.http, tokens=wire.tokens, clock=lambda: NOW
    )
    return ledger.list_orders(since=SINCE, until=UNTIL, cursor=cursor)


def one(order: dict[str, Any], *answers: dict[str, Any], **told: object) -> Standing:
    (row,) = listed(Wire(page_of({**deepcopy(order), **told}), *answers)).rows
    return row


def test_ledger_is_registered() -> None:
    assert ledgers.get("doudian") is DoudianLedger


def test_hour_is_asked_for_by_creation() -> None:
    wire = Wire(page_of(WAITING, PARTLY, UNPAID), recorded("after_sales_page")["response"])
    waiting, partly, unpaid = listed(wire).rows
    assert wire.path(0).endswith("/order/searchList")
    assert wire.params(0) == {
        "create_time_start": BEGIN,
        "create_time_end": BEGIN + 3600,
        "order_by": "create_time",
        "order_asc": True,
        "page": 0,
        "size": 100,
    }
    assert (waiting.status, waiting.paid) == (ChannelStatus.PAID, Decimal("199.00"))
    assert (waiting.refunded, waiting.waybill_nos) == (Decimal(0), frozenset())
    assert waiting.modified_at == datetime.fromtimestamp(WAITING["update_time"], UTC)
    assert (partly.status, partly.refunded) == (ChannelStatus.PARTLY_SHIPPED, Decimal(0))
    assert partly.refund_nos == {"7200000000000000001"}
    assert not waiting.refund_nos
    assert partly.waybill_nos == frozenset({"SF1000000000004"})
    assert (unpaid.status, unpaid.paid) == (ChannelStatus.UNPAID, Decimal(0))


def test_day_is_read_hour_by_hour() -> None:
    wire, cursor, asked = Wire(), None, 0
    while cursor or not asked:
        wire.steps.append(page_of())
        cursor, asked = listed(wire, cursor).cursor, asked + 1
    spans = [
        (wire.params(at)["create_time_start"], wire.params(at)["create_time_end"])
        for at in range(asked)
    ]
    assert spans == [(BEGIN + 3600 * hour, BEGIN + 3600 * (hour + 1)) for hour in range(24)]


def test_hour_of_many_pages_is_read_to_its_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    wire = Wire(page_of(WAITING, total=2), page_of(UNPAID, total=2))
    first = listed(wire)
    second = listed(wire, first.cursor)
    assert [wire.params(at)["page"] for at in (0, 1)] == [0, 1]
    assert wire.params()["create_time_start"] == BEGIN
    assert second.cursor == f"{BEGIN + 3600}-{BEGIN + 7200}-0"


def test_empty_page_ends_its_hour_whatever_the_count_says() -> None:
    page = listed(Wire(page_of(total=900)), f"{BEGIN}-{BEGIN + 3600}-3")
    assert page.cursor == f"{BEGIN + 3600}-{BEGIN + 7200}-0"


def test_hour_of_more_rows_than_are_shown_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 10)
    wire = Wire(page_of(total=11), page_of(WAITING))
    page = listed(wire)
    assert [wire.params(at)["create_time_end"] for at in (0, 1)] == [BEGIN + 3600, BEGIN + 1800]
    assert (len(page.rows), page.cursor) == (1, f"{BEGIN + 1800}-{BEGIN + 5400}-0")


def test_order_of_the_next_window_is_the_next_windows() -> None:
    assert listed(Wire(page_of(WAITING | {"create_time": BEGIN + 3600}))).rows == ()


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"order_status": 105}, ChannelStatus.PAID),
        ({"order_status": 3, "main_status": 3}, ChannelStatus.SHIPPED),
        ({"order_status": 5, "main_status": 5}, ChannelStatus.COMPLETED),
        ({"order_status": 4, "main_status": 4}, ChannelStatus.CANCELLED),
        ({"main_status": 21}, ChannelStatus.CANCELLED),
        ({"order_status": 1, "main_status": 103}, ChannelStatus.UNPAID),
    ],
)
def test_status_is_read_by_itself(told: dict[str, Any], status: ChannelStatus) -> None:
    assert one(WAITING, requests_of(), **told).status is status


def test_status_that_we_do_not_know_is_never_guessed() -> None:
    with pytest.raises(IntegrationError):
        one(WAITING, order_status=77)


def test_only_what_the_buyer_gave_counts_as_paid() -> None:
    assert one(WAITING, promotion_pay_amount=250).paid == Decimal("196.50")
    steps = [
        {"phase_pay_amount": 1990, "pay_success": True},
        {"phase_pay_amount": 17910, "pay_success": False},
    ]
    assert one(WAITING, pay_time=0, order_phase_list=steps).paid == Decimal("19.90")


ASKED: dict[str, Any] = {"sku_order_list": [{"after_sale_info": {"after_sale_status": 12}}]}


def test_requests_on_the_order_tell_how_much_went_back() -> None:
    back = requests_of(("71", 3, 1050), ("72", 5, 800), ("73", 2, 500), ("74", 1, 4000))
    wire = Wire(page_of(WAITING | ASKED), back)
    (row,) = listed(wire).rows
    assert wire.path().endswith("/afterSale/List")
    assert wire.params() == {"order_id": str(WAITING["order_id"]), "page": 0, "size": 100}
    assert row.refunded == Decimal("18.50")
    assert row.refund_nos == {"71", "72", "73", "74"}


def test_requests_are_read_to_their_end() -> None:
    more, last = requests_of(("71", 3, 100), has_more=True), requests_of(("72", 3, 1))
    assert one(WAITING, more, last, **ASKED).refunded == Decimal("1.01")
    assert one(WAITING, more, requests_of(has_more=True), **ASKED).refunded == Decimal(1)


@pytest.mark.parametrize("told", [{"order_status": 4}, {"sku_order_list": [{}]}])
def test_end_of_a_paid_order_and_a_silent_line_are_asked_about(told: dict[str, Any]) -> None:
    assert one(WAITING, requests_of(("71", 3, 19900)), **told).refunded == Decimal(199)


def test_order_that_was_never_paid_is_not_asked_about() -> None:
    assert one(UNPAID, order_status=4).refunded == Decimal(0)


def test_request_that_cannot_be_read_is_no_list() -> None:
    garbled = done(items=[{"aftersale_info": {"aftersale_id": "71", "refund_status": 3}}])
    assert caught(lambda: one(WAITING, garbled, **ASKED)).code == "malformed"


def test_parcels_that_are_not_told_are_not_taken_for_none() -> None:
    assert one(WAITING, logistics_info=None).waybill_nos is None


def test_stale_token_is_renewed_and_a_limit_is_told() -> None:
    wire = Wire(refused(40003, "isv.access-token-expired"), page_of())
    wire.tokens = Tokens("stale", "fresh")
    assert listed(wire).rows == ()
    assert wire.query()["access_token"] == "fresh"
    limit = refused(60000, "isv.traffic-limited")
    assert caught(lambda: listed(Wire(limit))).kind is ErrorKind.THROTTLE
