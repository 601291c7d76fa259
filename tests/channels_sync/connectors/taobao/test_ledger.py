"""Taobao's own list of a day."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.ledgers import LedgerPage, Standing
from channels_sync.connectors.ledgers_installed import ledgers
from channels_sync.connectors.taobao import ledger as module
from channels_sync.connectors.taobao.ledger import LIST, TaobaoLedger
from oms.dto import ChannelStatus
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import Tokens, caught

from .wire import CREDENTIALS, NOW, Wire, answer, recorded, refused

SINCE = datetime(2026, 2, 28, 16, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)
ROWS = recorded("trades")["trades_sold_increment_get_response"]["trades"]["trade"]
PARTLY, WAITING, UNPAID = ROWS[0], ROWS[1], ROWS[2]


def page_of(*trades: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    count = len(trades) if total is None else total
    return answer(LIST, total_results=count, trades={"trade": list(trades)})


def listed(wire: Wire, cursor: str | None = None) -> LedgerPage:
    ledger = TaobaoLedger(
        credentials=CREDENTIALS, http=wire.http, tokens=wire.tokens, clock=lambda: NOW
    )
    return ledger.list_orders(since=SINCE, until=UNTIL, cursor=cursor)


def one(trade: dict[str, Any], **told: object) -> Standing:
    (row,) = listed(Wire(page_of({**deepcopy(trade), **told}))).rows
    return row


def test_ledger_is_registered() -> None:
    assert ledgers.get("taobao") is TaobaoLedger


def test_day_is_asked_for_by_creation_without_people() -> None:
    wire = Wire(page_of(PARTLY, WAITING, UNPAID))
    page = listed(wire)
    form = wire.form()
    assert (form["method"], form["page_no"]) == (LIST, "1")
    assert (form["start_created"], form["end_created"]) == (
        "2026-03-01 00:00:00",
        "2026-03-01 23:59:59",
    )
    assert not {"receiver", "buyer", "oaid"} & set(form["fields"].replace("_", ",").split(","))
    partly, waiting, unpaid = page.rows
    assert (partly.status, partly.paid) == (ChannelStatus.PARTLY_SHIPPED, Decimal("98.00"))
    assert partly.waybill_nos == frozenset({"SF1000000000001"})
    assert partly.modified_at == datetime(2026, 2, 28, 23, 58, tzinfo=UTC)
    assert (waiting.status, waiting.waybill_nos) == (ChannelStatus.PAID, frozenset())
    assert (unpaid.status, unpaid.paid) == (ChannelStatus.UNPAID, Decimal(0))
    assert (page.cursor, page.total, partly.refunded) == (None, 3, Decimal(0))


def test_pages_are_read_until_the_count_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    assert listed(Wire(page_of(PARTLY, WAITING, total=3))).cursor == "2"
    wire = Wire(page_of(UNPAID, total=3))
    assert listed(wire, "2").cursor is None
    assert wire.form()["page_no"] == "2"


@pytest.mark.parametrize("body", recorded("empty"))
def test_empty_page_ends_the_list_in_either_shape(body: dict[str, Any]) -> None:
    told = next(iter(body.values()))
    page = listed(Wire(answer(LIST, **(told | {"total_results": 999}))), "4")
    assert (page.rows, page.cursor) == ((), None)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"status": "TRADE_CLOSED"}, ChannelStatus.CANCELLED),
        ({"status": "TRADE_CLOSED_BY_TAOBAO"}, ChannelStatus.CANCELLED),
        ({"status": "PAID_FORBID_CONSIGN"}, ChannelStatus.PAID),
        ({"status": "TRADE_FINISHED"}, ChannelStatus.COMPLETED),
        ({"step_trade_status": "FRONT_PAID_FINAL_PAID"}, ChannelStatus.PAID),
        ({"step_trade_status": "FRONT_PAID_FINAL_NOPAID"}, ChannelStatus.UNPAID),
        ({"step_trade_status": "FRONT_PAID_FRONT_FORFEITED"}, ChannelStatus.CANCELLED),
        (
            {"status": "TRADE_CLOSED", "step_trade_status": "FRONT_PAID_FINAL_NOPAID"},
            ChannelStatus.CANCELLED,
        ),
    ],
)
def test_status_is_read_by_itself(told: dict[str, Any], status: ChannelStatus) -> None:
    assert one(WAITING, **told).status is status


@pytest.mark.parametrize("told", [{"status": "SPRING"}, {"step_trade_status": "SPRING"}])
def test_status_that_we_do_not_know_is_never_guessed(told: dict[str, Any]) -> None:
    with pytest.raises(IntegrationError):
        one(WAITING, **told)


def test_only_what_was_given_counts_as_paid() -> None:
    deposit = {"step_trade_status": "FRONT_PAID_FINAL_NOPAID", "step_paid_fee": "10.00"}
    assert one(WAITING, **deposit).paid == Decimal("10.00")
    assert one(WAITING, pay_time="").paid == Decimal(0)
    assert one(WAITING, status="TRADE_CLOSED").paid == Decimal("98.00")


def refunded_line(number: int, status: str = "SUCCESS") -> dict[str, Any]:
    line = {"oid": number, "status": "TRADE_CLOSED", "refund_status": status}
    return line | {"refund_id": 220000000000000 + number}


def test_money_that_is_back_is_told_by_the_refunds_themselves() -> None:
    lines = [refunded_line(1), refunded_line(2), refunded_line(3, "WAIT_SELLER_AGREE")]
    back = [{"refund_id": n, "status": "SUCCESS", "refund_fee": "10.50"} for n in (1, 2)]
    answers = [answer(module.REFUND, refund=refund) for refund in back]
    wire = Wire(page_of(WAITING | {"orders": {"order": lines}}), *answers)
    (row,) = listed(wire).rows
    assert row.refunded == Decimal("21.00")
    assert row.refund_nos == {f"22000000000000{number}" for number in (1, 2, 3)}
    assert [wire.form(at)["refund_id"] for at in (1, 2)] == ["220000000000001", "220000000000002"]


def test_trade_that_is_over_says_nothing_of_money_that_is_back() -> None:
    assert one(WAITING, status="TRADE_FINISHED").refunded is None
    nameless = {"order": [refunded_line(1) | {"refund_id": None}]}
    assert one(WAITING, orders=nameless).refunded is None


def test_line_that_left_without_a_number_says_nothing_about_numbers() -> None:
    gone = {"order": [{"status": "WAIT_BUYER_CONFIRM_GOODS"}, {"invoice_no": "SF1"}]}
    assert one(PARTLY, orders=gone).waybill_nos is None


def test_stale_session_is_renewed_and_a_limit_is_told() -> None:
    wire = Wire(refused(27, "session-expired"), page_of())
    wire.tokens = Tokens("stale", "fresh")
    assert listed(wire).rows == ()
    assert [wire.form(at)["session"] for at in (0, 1)] == ["stale", "fresh"]
    limit = refused(7, "accesscontrol.limited-by-api-access-count")
    assert caught(lambda: listed(Wire(limit))).kind is ErrorKind.THROTTLE
