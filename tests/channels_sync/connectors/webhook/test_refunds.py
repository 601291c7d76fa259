"""From a message about a refund to the value, and what is said of one that cannot be read."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.webhook.connector import WebhookConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import RefundedLine, RefundKind, RefundStage
from tests.factories.channels_sync import refund_json


def read(event: str = "refund.created", **told: Any) -> Any:
    body = {"event": event, "event_id": "e", "shop_code": "s", "refund": refund_json(**told)}
    return WebhookConnector.read_refund(json.dumps(body))


def test_request_is_read() -> None:
    refund = read(respond_by="2026-03-03T00:00:00Z", kind="exchange", reason="太大了")
    assert (refund.channel_refund_no, refund.channel_order_no) == ("RF-1", "W-1")
    assert (refund.status, refund.kind) == (RefundStage.WAIT_MERCHANT, RefundKind.EXCHANGE)
    assert refund.amount == Decimal("199.00")
    assert refund.lines == (RefundedLine(channel_line_no="1", quantity=1),)
    assert refund.respond_by == datetime(2026, 3, 3, tzinfo=UTC)
    assert refund.reason == "太大了"


def test_shop_that_names_no_kind_and_no_lines_wants_everything_back() -> None:
    refund = read(kind=None, lines=None)
    assert (refund.kind, refund.lines) == (RefundKind.RETURN_REFUND, ())


def test_parcel_on_its_way_back_is_read() -> None:
    refund = read("refund.updated", carrier_code="sf", tracking_no="SF9")
    assert (refund.return_carrier, refund.return_waybill_no) == ("sf", "SF9")


@pytest.mark.parametrize(
    ("told", "problem", "where"),
    [
        ({"status": "lost"}, Problem.UNKNOWN_STATUS, "refund.status"),
        ({"kind": "gift"}, Problem.UNKNOWN_STATUS, "refund.kind"),
        ({"refund_id": None}, Problem.MISSING, "refund.refund_id"),
        ({"amount_cents": "1"}, Problem.NOT_A_NUMBER, "refund.amount_cents"),
        ({"updated_at": "now"}, Problem.NOT_A_TIME, "refund.updated_at"),
        ({"lines": [{"quantity": 1}]}, Problem.MISSING, "refund.lines[0].line_id"),
        ({"event": "order.paid"}, Problem.NOT_A_REFUND, "event"),
    ],
)
def test_field_that_cannot_be_read_is_named(
    told: dict[str, Any], problem: Problem, where: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        read(**told)
    assert (caught.value.problem, caught.value.where) == (problem, where)
