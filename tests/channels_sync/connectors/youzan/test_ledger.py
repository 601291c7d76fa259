"""Youzan's own list of a day."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.ledgers import LedgerPage, Standing
from channels_sync.connectors.ledgers_installed import ledgers
from channels_sync.connectors.youzan import codes
from channels_sync.connectors.youzan import ledger as module
from channels_sync.connectors.youzan.ledger import YouzanLedger
from oms.dto import ChannelStatus
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import Tokens, caught

from .wire import CREDENTIALS, Wire, at_gateway, done, recorded

SINCE = datetime(2026, 2, 28, 16, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)
BEGIN = int(SINCE.timestamp())
WAITING, REFUNDING = recorded("orders_page")["response"]["data"]["full_order_info_list"]
LEFT = "2026-03-01 09:00:00"


def row(pay: dict[str, Any] | None = None, **info: object) -> dict[str, Any]:
    told: dict[str, Any] = deepcopy(WAITING)
    told["full_order_info"]["order_info"] |= info
    told["full_order_info"]["pay_info"] |= pay or {}
    return told


def page_of(*orders: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    count = len(orders) if total is None else total
    return done(total_results=count, full_order_info_list=list(orders))


def listed(wire: Wire, cursor: str | None = None) -> LedgerPage:
    ledger = YouzanLedger(credentials=CREDENTIALS, http=wire.http, tokens=wire.tokens)
    return ledger.list_orders(since=SINCE, until=UNTIL, cursor=cursor)


def one(order: dict[str, Any], *further: dict[str, Any]) -> Standing:
    (found,) = listed(Wire(page_of(order), *further)).rows
    return found


def parcel(*numbers: str, state: int = 1) -> dict[str, Any]:
    dists = [{"express_info": {"express_no": number}} for number in numbers]
    return {"express_state": state, "dists": dists, "oids": []}


def test_ledger_is_registered() -> None:
    assert ledgers.get("youzan") is YouzanLedger


def test_day_is_asked_for_by_creation() -> None:
    wire = Wire(page_of(WAITING, REFUNDING), done(**REFUNDING))
    page = listed(wire)
    assert (wire.method(0), wire.params(0)) == (
        codes.ORDERS,
        {
            "start_created": "2026-03-01 00:00:00",
            "end_created": "2026-03-02 00:00:00",
            "page_no": 1,
            "page_size": 100,
        },
    )
    waiting, refunding = page.rows
    assert (waiting.status, waiting.paid) == (ChannelStatus.PAID, Decimal("199.00"))
    assert (waiting.refunded, waiting.waybill_nos) == (Decimal(0), frozenset())
    assert waiting.modified_at == datetime(2026, 2, 28, 23, 41, 31, tzinfo=UTC)
    assert (refunding.refunded, page.cursor) == (None, None)


def test_pages_are_read_until_the_count_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    wire = Wire(page_of(WAITING, total=2), page_of(WAITING, total=2))
    first = listed(wire)
    assert listed(wire, first.cursor).cursor is None
    assert [wire.params(at)["page_no"] for at in (0, 1)] == [1, 2]


def test_day_of_more_rows_than_are_shown_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 10)
    wire = Wire(page_of(total=11), page_of(), page_of())
    page = listed(wire)
    assert wire.params()["end_created"] == "2026-03-01 12:00:00"
    assert page.cursor == f"{BEGIN + 43_200}-{BEGIN + 86_400}-0"
    assert listed(wire, page.cursor).cursor is None
    assert wire.params()["start_created"] == "2026-03-01 12:00:00"


def test_order_of_the_next_day_is_the_next_days() -> None:
    assert listed(Wire(page_of(row(created="2026-03-02 00:00:00")))).rows == ()


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("WAIT_BUYER_PAY", ChannelStatus.UNPAID),
        ("TRADE_PAID", ChannelStatus.PAID),
        ("WAIT_CONFIRM", ChannelStatus.PAID),
        ("WAIT_BUYER_CONFIRM_GOODS", ChannelStatus.SHIPPED),
        ("TRADE_SUCCESS", ChannelStatus.COMPLETED),
        ("TRADE_CLOSED", ChannelStatus.CANCELLED),
    ],
)
def test_status_is_read_by_itself(told: str, status: ChannelStatus) -> None:
    assert one(row(status=told)).status is status


def test_status_that_we_do_not_know_is_never_guessed() -> None:
    with pytest.raises(IntegrationError):
        one(row(status="SPRING"))


@pytest.mark.parametrize(
    ("parcels", "status", "numbers"),
    [
        ([parcel("SF1")], ChannelStatus.PARTLY_SHIPPED, frozenset({"SF1"})),
        ([parcel("SF1"), parcel()], ChannelStatus.PARTLY_SHIPPED, None),
        ([parcel("SF1", state=0)], ChannelStatus.PAID, None),
    ],
)
def test_order_of_which_something_left_is_asked_for_by_itself(
    parcels: list[dict[str, Any]], status: ChannelStatus, numbers: frozenset[str] | None
) -> None:
    order = row(consign_time=LEFT)
    wire = Wire(page_of(order), done(**order, delivery_order=parcels))
    (found,) = listed(wire).rows
    assert (wire.method(), wire.params()) == (
        codes.ORDER,
        {"tid": WAITING["full_order_info"]["order_info"]["tid"]},
    )
    assert (found.status, found.waybill_nos) == (status, numbers)


def test_order_that_left_says_nothing_about_numbers() -> None:
    assert one(row(status="WAIT_BUYER_CONFIRM_GOODS", consign_time=LEFT)).waybill_nos is None


def test_only_what_was_given_counts_as_paid() -> None:
    parts = [
        {"real_price": "20.00", "inner_transaction_no": "T1"},
        {"real_price": "179.00", "inner_transaction_no": ""},
    ]
    for nothing in ("", "0", "0001-01-01 00:00:00"):
        assert one(row({"phase_payments": parts}, pay_time=nothing)).paid == Decimal("20.00")
    assert one(row({"payment": 19.9})).paid == Decimal("19.90")


def test_stale_token_is_renewed_and_a_limit_is_told() -> None:
    wire = Wire(at_gateway(4203, "请求access_token过期"), page_of())
    wire.tokens = Tokens("stale", "fresh")
    assert listed(wire).rows == ()
    assert wire.query()["access_token"] == "fresh"
    limit = at_gateway(4205, "请求频率超过限制")
    assert caught(lambda: listed(Wire(limit))).kind is ErrorKind.THROTTLE


def back(*refunds: tuple[str, int]) -> list[dict[str, Any]]:
    return [
        {"refund_id": f"R{at}", "refund_fee": fee, "refund_state": state}
        for at, (fee, state) in enumerate(refunds)
    ]


def test_order_itself_tells_how_much_went_back() -> None:
    asked = row(refund_state=2)
    refunds = back(("10.50", codes.REFUND_PAID), ("8.00", codes.REFUND_PAID), ("5.00", 1))
    wire = Wire(page_of(asked), done(**asked, refund_order=refunds))
    (standing,) = listed(wire).rows
    assert standing.refunded == Decimal("18.50")
    assert standing.refund_nos == {"R0", "R1", "R2"}
    assert wire.params(1) == {"tid": asked["full_order_info"]["order_info"]["tid"]}


def test_order_that_does_not_tell_how_much_says_nothing() -> None:
    asked = row(refund_state=12)
    assert one(asked, done(**asked)).refunded is None
