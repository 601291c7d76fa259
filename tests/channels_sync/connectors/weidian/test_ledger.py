"""Weidian's own list of a day, and that it agrees with what the mapper reads."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_sync.connectors.ledgers import LedgerPage, Standing
from channels_sync.connectors.ledgers_installed import ledgers
from channels_sync.connectors.weidian.connector import WeidianConnector
from channels_sync.connectors.weidian.ledger import WeidianLedger
from oms.dto import ChannelStatus
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, done, recorded

SINCE = datetime(2026, 2, 28, 16, tzinfo=UTC)
ORDER = recorded("order")["result"]
ROW = {
    "order_id": ORDER["order_id"],
    "time": "2026-03-01 00:41:00",
    "update_time": "2026-03-01 07:41:31",
}


def listed(*rows: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    return done({"total_num": str(len(rows) if total is None else total), "orders": list(rows)})


def read(wire: Wire, cursor: str | None = None) -> LedgerPage:
    return wire.ledger.list_orders(since=SINCE, until=SINCE + timedelta(days=1), cursor=cursor)


def order(**changes: Any) -> dict[str, Any]:
    return {**deepcopy(ORDER), **changes}


def left() -> list[dict[str, Any]]:
    return [deepcopy(ORDER["items"][0]) | {"is_delivered": "1"}]


def test_ledger_is_registered() -> None:
    assert ledgers.get("weidian") is WeidianLedger


def test_day_is_asked_for_by_creation_and_each_order_by_itself() -> None:
    wire = Wire(listed(ROW), done(ORDER))
    page = read(wire)
    params = wire.params(0)
    assert (params["add_start"], params["add_end"]) == (
        "2026-03-01 00:00:00",
        "2026-03-01 06:00:00",
    )
    assert "update_start" not in params
    assert wire.params(1) == {"order_id": ORDER["order_id"]}
    assert page.cursor is not None
    (row,) = page.rows
    assert row.modified_at == datetime(2026, 2, 28, 23, 41, 31, tzinfo=UTC)


def test_window_with_more_than_a_page_is_halved_until_it_fits() -> None:
    wire = Wire(listed(total=51), listed(total=51), listed(ROW), done(ORDER))
    assert len(read(wire).rows) == 1
    ends = [wire.params(at)["add_end"][11:] for at in range(3)]
    assert ends == ["06:00:00", "03:00:00", "01:30:00"]


def test_second_with_more_than_a_page_is_no_list() -> None:
    wire = Wire(listed(total=51))
    start = int(SINCE.timestamp())
    error = caught(lambda: read(wire, f"{start}-{start + 1}-0"))
    assert (error.kind, error.code) == (ErrorKind.FATAL, "local:too_many_rows")


def test_what_was_placed_at_the_end_is_the_next_windows() -> None:
    assert read(Wire(listed(ROW | {"time": "2026-03-01 06:00:00"}))).rows == ()


def test_last_window_ends_the_day() -> None:
    start = int(SINCE.timestamp())
    assert read(Wire(listed()), f"{start + 64800}-{start + 86400}-0").cursor is None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": "unpay", "pay_time": ""},
        {"status": "pend"},
        {"status": "unship_refunding"},
        {"status": "unship_refuse_refunding"},
        {"status": "pay", "items": left()},
        {"status": "ship", "items": left(), "express_no": "SF1"},
        {"status": "shiped_refunding", "items": left()},
        {"status": "shiped_refuse_refunding", "items": left()},
        {"status": "accept_refunding", "items": left()},
        {"status": "finish", "items": left()},
        {"status": "close"},
        {"status": "close", "pay_time": "0001-01-01 00:00:00"},
        {"order_type": "1", "pay_time": ""},
    ],
)
def test_it_agrees_with_the_order_as_it_is_read(changes: dict[str, Any]) -> None:
    told = order(**changes)
    (standing,) = read(Wire(listed(ROW), done(told))).rows
    payload = json.dumps({"order": told, "told_at": ROW["update_time"]})
    mapped = WeidianConnector.read_order(payload)
    assert (standing.channel_order_no, standing.status, standing.paid, standing.modified_at) == (
        mapped.channel_order_no,
        mapped.channel_status,
        mapped.paid_amount,
        mapped.channel_modified_at,
    )


def test_numbers_are_told_where_one_is_shown() -> None:
    def numbers(**changes: Any) -> frozenset[str] | None:
        (row,) = read(Wire(listed(ROW), done(order(**changes)))).rows
        return row.waybill_nos

    assert numbers() == frozenset()
    assert numbers(status="ship", items=left(), express_no="SF1") == frozenset({"SF1"})
    assert numbers(items=left()) is None


@pytest.mark.parametrize("changes", [{"status": "odd"}, {"items": None}, {"total": "x"}])
def test_order_that_cannot_be_read_is_no_list(changes: dict[str, Any]) -> None:
    error = caught(lambda: read(Wire(listed(ROW), done(order(**changes)))))
    assert error.code == "malformed"


def test_partly_shipped_is_seen_by_its_lines() -> None:
    (row,) = read(Wire(listed(ROW), done(order(items=left())))).rows
    assert row.status is ChannelStatus.PARTLY_SHIPPED


def refunded(*told: tuple[str, str], **changes: Any) -> Standing:
    """Read an order whose lines have these refunds: number, yuan."""
    lines = [
        deepcopy(ORDER["items"][0]) | {"refund_info": {"refund_no": number, "refund_fee": fee}}
        for number, fee in told
    ]
    (row,) = read(Wire(listed(ROW), done(order(items=lines, **changes)))).rows
    return row


def test_refunds_that_closed_a_paid_order_are_back() -> None:
    row = refunded(("7", "59.00"), ("7", "1.50"), ("8", "2"), status="close")
    assert str(row.refunded) == "62.50"
    assert row.refund_nos == {f"{ROW['order_id']}-7", f"{ROW['order_id']}-8"}


@pytest.mark.parametrize("status", ["shiped_refunding", "ship", "finish"])
def test_refund_on_an_open_order_does_not_tell_how_it_ended(status: str) -> None:
    assert refunded(("7", "59.00"), status=status).refunded is None


def test_order_that_was_closed_without_a_refund_does_not_tell() -> None:
    assert refunded(("", "0"), status="close").refunded is None
    assert refunded(("7", "59.00"), status="close", pay_time="").refunded is None
