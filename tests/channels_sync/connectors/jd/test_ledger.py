"""JD's own list of a day."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from channels_sync.connectors.jd import ledger as module
from channels_sync.connectors.jd.ledger import JdLedger
from channels_sync.connectors.ledgers import LedgerPage
from channels_sync.connectors.ledgers_installed import ledgers
from oms.dto import ChannelStatus
from oms.integration.errors import IntegrationError

from .wire import KEYS, Wire, found, node

SINCE = datetime(2026, 2, 28, 16, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)
LATER = UNTIL + timedelta(days=30)


def listed(wire: Wire, cursor: str | None = None) -> LedgerPage:
    ledger = JdLedger(credentials=KEYS, http=wire.http, tokens=wire.tokens, clock=lambda: LATER)
    return ledger.list_orders(since=SINCE, until=UNTIL, cursor=cursor)


def test_ledger_is_registered() -> None:
    assert ledgers.get("jd") is JdLedger


def test_day_is_asked_for_by_creation() -> None:
    wire = Wire(found(node(1), node(3), node(4)))
    page = listed(wire)
    asked = wire.params()
    assert (asked["dateType"], asked["start_date"]) == (1, "2026-03-01 00:00:00")
    first, dead, gone = page.rows
    assert (first.status, first.paid) == (ChannelStatus.PAID, Decimal("199.00"))
    assert first.waybill_nos == frozenset()
    assert (dead.status, dead.paid) == (ChannelStatus.CANCELLED, Decimal(0))
    assert gone.waybill_nos == frozenset({"SF1000000000002"})
    assert (page.cursor, first.refunded) == (None, None)


def test_order_of_the_next_day_is_the_next_days() -> None:
    wire = Wire(found(node(orderStartTime="2026-03-02 00:00:00")))
    assert listed(wire).rows == ()


def test_full_page_is_followed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    assert listed(Wire(found(node()))).cursor == "2"
    wire = Wire(found())
    assert listed(wire, "2").cursor is None
    assert wire.params()["page"] == "2"


def test_cash_and_balance_count_as_what_they_are() -> None:
    told = found(node(payType="1"), node(actualPay=None, orderPayment="80.00", balanceUsed="10.00"))
    assert [row.paid for row in listed(Wire(told)).rows] == [Decimal(0), Decimal("90.00")]


def test_state_that_we_do_not_know_is_never_guessed() -> None:
    with pytest.raises(IntegrationError):
        listed(Wire(found(node(orderState="SPRING"))))
