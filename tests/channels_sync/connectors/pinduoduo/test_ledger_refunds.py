"""How much of an order went back, by Pinduoduo's own list of requests."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.ledgers import LedgerPage
from channels_sync.connectors.pinduoduo import ledger_refunds as module
from channels_sync.connectors.pinduoduo.ledger import MONEY_BACK, PinduoduoLedger
from tests.channels_sync.connectors.scripted import caught

from .test_ledger import SINCE, UNTIL, listed, page_of
from .wire import KEYS, Wire, node

HALF = timedelta(minutes=30)
NUMBER = node()["order_sn"]


def requests(*rows: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    count = len(rows) if total is None else total
    return {"refund_increment_get_response": {"total_count": count, "refund_list": list(rows)}}


def request(number: int, status: int = 10, amount: str = "10.50", order: str = NUMBER) -> Any:
    told = {"id": number, "order_sn": order, "after_sales_status": status}
    return told | {"refund_amount": amount}


def after(wire: Wire, minutes: int) -> LedgerPage:
    return listed(wire, now=SINCE + timedelta(minutes=minutes))


def test_requests_since_the_day_began_tell_how_much_went_back() -> None:
    mine = [request(1), request(2, amount="8"), request(3, status=16), request(4, status=7)]
    wire = Wire(page_of(node()), requests(*mine), requests(request(5, order="other")))
    (row,) = after(wire, 45).rows
    assert row.refunded == Decimal("18.50")
    begin = int(SINCE.timestamp())
    spans = [
        (int(wire.form(at)["start_updated_at"]), int(wire.form(at)["end_updated_at"]))
        for at in (1, 2)
    ]
    assert spans == [(begin, begin + 1799), (begin + 1800, begin + 2699)]


def test_request_that_moved_on_counts_once_and_as_it_is_then() -> None:
    wire = Wire(page_of(node()), requests(request(1)), requests(request(1, status=11)))
    assert after(wire, 60).rows[0].refunded == Decimal(0)


def test_window_of_many_pages_is_read_backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    first, second = requests(request(1), total=2), requests(request(2), total=2)
    wire = Wire(page_of(node()), first, second, first)
    assert after(wire, 30).rows[0].refunded == Decimal(21)
    assert [wire.form(at)["page"] for at in (1, 2, 3)] == ["1", "2", "1"]


def test_requests_are_read_once_for_all_pages_of_a_list() -> None:
    wire = Wire(page_of(node()), requests(request(1)), page_of(node()))
    ledger = PinduoduoLedger(
        credentials=KEYS, http=wire.http, tokens=wire.tokens, clock=lambda: SINCE + HALF
    )
    for cursor in (None, "0|2"):
        page = ledger.list_orders(since=SINCE, until=UNTIL, cursor=cursor)
        assert page.rows[0].refunded == Decimal("10.50")


def test_refunds_of_a_day_long_ago_are_not_told() -> None:
    wire = Wire(page_of(node()))
    (row,) = listed(wire, now=SINCE + MONEY_BACK + HALF).rows
    assert (row.refunded, len(wire.requests)) == (None, 1)


def test_request_that_cannot_be_read_is_no_list() -> None:
    wire = Wire(page_of(node()), requests({"id": 1}))
    assert caught(lambda: after(wire, 30)).code == "malformed"
