"""The shop's own list of a day, and that it agrees with what the mapper reads."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from channels_sync.connectors.ledgers_installed import ledgers
from channels_sync.connectors.woocommerce.connector import WooCommerceConnector
from channels_sync.connectors.woocommerce.ledger import WooCommerceLedger
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, listed, recorded

SINCE = datetime(2026, 2, 28, 16, tzinfo=UTC)
ORDERS = recorded("orders")["response"]


def page(wire: Wire, cursor: str | None = None) -> Any:
    return wire.ledger.list_orders(since=SINCE, until=SINCE + timedelta(days=1), cursor=cursor)


def test_ledger_is_registered() -> None:
    assert ledgers.get("woocommerce") is WooCommerceLedger


def test_day_is_asked_for_by_creation() -> None:
    wire = Wire(listed(*ORDERS, total=212, pages=3))
    told = page(wire)
    params = wire.params()
    assert (params["after"], params["before"]) == ("2026-02-28T15:59:59", "2026-03-01T16:00:00")
    assert "modified_after" not in params
    assert (told.total, told.cursor) == (212, "2")
    assert page(Wire(listed(pages=3)), "3").cursor is None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": "pending", "date_paid_gmt": None},
        {"status": "completed", "date_completed_gmt": "2026-03-01T09:00:00"},
        {"status": "refunded", "date_completed_gmt": "2026-03-01T09:00:00"},
        {"status": "refunded"},
        {"status": "cancelled", "date_paid_gmt": None},
        {"payment_method": "cod", "date_paid_gmt": None},
        {"status": "on-hold", "payment_method": "bacs", "date_paid_gmt": None},
    ],
)
def test_it_agrees_with_the_order_as_it_is_read(changes: dict[str, Any]) -> None:
    row = ORDERS[0] | changes
    (standing,) = page(Wire(listed(row))).rows
    order = WooCommerceConnector.read_order(json.dumps(row))
    assert (standing.channel_order_no, standing.status, standing.paid, standing.modified_at) == (
        order.channel_order_no,
        order.channel_status,
        order.paid_amount,
        order.channel_modified_at,
    )


def test_money_that_is_back_is_added_up() -> None:
    row = ORDERS[0] | {"refunds": [{"id": 1, "total": "-59.00"}, {"id": 2, "total": "-1.50"}]}
    (standing,) = page(Wire(listed(row))).rows
    assert str(standing.refunded) == "60.50"
    assert standing.refund_nos == {f"{row['id']}-1", f"{row['id']}-2"}
    assert standing.waybill_nos is None


@pytest.mark.parametrize("rows", [[{"id": 1}], [ORDERS[0] | {"status": "wc-odd"}], {}])
def test_list_that_cannot_be_read_is_no_list(rows: Any) -> None:
    assert caught(lambda: page(Wire(httpx.Response(200, json=rows)))).code == "malformed"
