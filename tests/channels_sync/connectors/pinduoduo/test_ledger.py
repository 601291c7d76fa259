"""Pinduoduo's own list of a day."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.ledgers import LedgerPage
from channels_sync.connectors.ledgers_installed import ledgers
from channels_sync.connectors.pinduoduo import ledger as module
from channels_sync.connectors.pinduoduo.ledger import PinduoduoLedger
from oms.dto import ChannelStatus
from oms.integration.errors import IntegrationError

from .wire import KEYS, Wire, node

SINCE = datetime(2026, 2, 28, 16, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)
LATER = UNTIL + timedelta(days=3)


def page_of(*orders: dict[str, Any]) -> dict[str, Any]:
    return {"order_list_get_response": {"has_next": False, "order_list": list(orders)}}


def listed(wire: Wire, cursor: str | None = None, *, now: datetime = LATER) -> LedgerPage:
    ledger = PinduoduoLedger(
        credentials=KEYS, http=wire.http, tokens=wire.tokens, clock=lambda: now
    )
    return ledger.list_orders(since=SINCE, until=UNTIL, cursor=cursor)


def test_ledger_is_registered() -> None:
    assert ledgers.get("pinduoduo") is PinduoduoLedger


def test_day_and_the_day_after_are_asked_for() -> None:
    wire = Wire(page_of(node(1), node(3)), page_of())
    page = listed(wire)
    waiting, gone = page.rows
    assert (waiting.status, waiting.paid) == (ChannelStatus.PAID, Decimal("189.00"))
    assert gone.waybill_nos == frozenset({"SF1000000000003"})
    assert listed(wire, page.cursor).cursor is None
    spans = [
        (int(wire.form(at)["start_confirm_at"]), int(wire.form(at)["end_confirm_at"]))
        for at in (0, 1)
    ]
    assert all(end - begin < 86400 for begin, end in spans)
    assert spans[1][0] == spans[0][1] + 1 == int(UNTIL.timestamp())


def test_order_of_another_day_is_left_out() -> None:
    wire = Wire(page_of(node(created_time="2026-02-28 23:59:59")))
    assert listed(wire).rows == ()


def test_what_is_still_to_come_is_not_asked_for() -> None:
    wire = Wire()
    assert listed(wire, "1|1", now=UNTIL).rows == ()
    assert wire.requests == []


def test_full_page_is_followed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    assert listed(Wire(page_of(node()))).cursor == "0|2"
    assert listed(Wire(page_of()), "0|2").cursor == "1|1"


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"refund_status": 4}, ChannelStatus.CANCELLED),
        ({"confirm_status": 2}, ChannelStatus.CANCELLED),
        ({"order_status": 2, "refund_status": 4}, ChannelStatus.SHIPPED),
        (
            {"trade_type": 1, "step_order_info": {"step_trade_status": 1}},
            ChannelStatus.UNPAID,
        ),
    ],
)
def test_status_is_read_by_itself(told: dict[str, Any], status: ChannelStatus) -> None:
    (row,) = listed(Wire(page_of(node(**told)))).rows
    assert row.status is status


def test_status_that_we_do_not_know_is_never_guessed() -> None:
    with pytest.raises(IntegrationError):
        listed(Wire(page_of(node(order_status=7))))
