"""How much of an order went back, by JD's own two lists of refunds."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.jd import ledger_refunds as module
from channels_sync.connectors.jd.ledger import MONEY_BACK, JdLedger
from channels_sync.connectors.ledgers import Standing
from tests.channels_sync.connectors.scripted import caught, recorded

from .test_ledger import SINCE, UNTIL
from .wire import KEYS, Wire, found, node

NUMBER = str(node()["orderId"])
SOON = SINCE + timedelta(hours=26)


def applied(*rows: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    told = {"success": True, "totalCount": len(rows) if total is None else total}
    return {"root_responce": {"code": "0", "queryResult": {**told, "result": list(rows)}}}


def served(*rows: dict[str, Any]) -> dict[str, Any]:
    told = {"success": True, "code": "00000", "totalCount": len(rows), "data": list(rows)}
    return {"root_responce": {"code": "0", "pageResult": told}}


def application(status: int = 3, fen: int = 1050, order: str = NUMBER) -> dict[str, Any]:
    return {"orderId": order, "applyRefundSum": fen, "status": status}


def service(status: int = 13, amount: str | None = "8.00", order: str = NUMBER) -> dict[str, Any]:
    bill = {"serviceId": 1, "orderId": int(order)}
    return {"refoundAmount": amount, "status": status, "sameOrderServiceBill": bill}


def first(wire: Wire, *, now: datetime = SOON) -> Standing:
    ledger = JdLedger(credentials=KEYS, http=wire.http, tokens=wire.tokens, clock=lambda: now)
    return ledger.list_orders(since=SINCE, until=UNTIL, cursor=None).rows[0]


def test_both_lists_tell_how_much_went_back() -> None:
    before = applied(application(), application(9, 50), application(1, 700))
    after = served(service(), service(14, "3.00"), service(0, None), service(order="7"))
    wire = Wire(found(node()), before, after)
    assert first(wire).refunded == Decimal("19.00")
    span = {"applyTimeStart": "2026-03-01 00:00:00", "applyTimeEnd": "2026-03-02 02:00:00"}
    assert wire.params(1) == span | {"pageIndex": 1, "pageSize": 50}
    span = {"applyTimeBegin": "2026-03-01 00:00:00", "applyTimeEnd": "2026-03-02 02:00:00"}
    assert wire.params(2) == span | {"pageNumber": 1, "pageSize": 50}


def test_order_that_neither_names_got_nothing_back() -> None:
    answers = (recorded("jd", name) for name in ("applications", "services"))
    assert first(Wire(found(node()), *answers)).refunded == Decimal(0)


def test_lists_are_read_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    page = applied(application(fen=100), total=2)
    wire = Wire(found(node()), page, page, served())
    assert first(wire).refunded == Decimal(2)
    assert [wire.params(at)["pageIndex"] for at in (1, 2)] == [1, 2]


def test_lists_are_read_once_for_all_pages_of_a_day() -> None:
    wire = Wire(found(node()), applied(application()), served(), found(node()))
    ledger = JdLedger(credentials=KEYS, http=wire.http, tokens=wire.tokens, clock=lambda: SOON)
    for cursor in (None, "2"):
        page = ledger.list_orders(since=SINCE, until=UNTIL, cursor=cursor)
        assert page.rows[0].refunded == Decimal("10.50")


def test_more_than_is_shown_is_not_told() -> None:
    assert first(Wire(found(node()), applied(application(), total=5001))).refunded is None


def test_refunds_of_a_day_long_ago_are_not_told() -> None:
    later = SINCE + MONEY_BACK + timedelta(minutes=1)
    assert first(Wire(found(node())), now=later).refunded is None


def test_refund_that_cannot_be_read_is_no_list() -> None:
    wire = Wire(found(node()), applied({"orderId": NUMBER, "status": 3}))
    assert caught(lambda: first(wire)).code == "malformed"
