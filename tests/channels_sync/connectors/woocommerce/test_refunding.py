"""Refunds of a WooCommerce shop, and how one of ours is known again."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_sync.connectors.woocommerce import refunding
from channels_sync.connectors.woocommerce.connector import WooCommerceConnector
from channels_sync.dto import Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

from .wire import recorded

REFUND = recorded("refunds")[0]


def read(**changes: Any) -> IncomingRefund:
    told = {"order_id": "727", "currency": "CNY", "refund": REFUND | changes}
    return WooCommerceConnector.read_refund(json.dumps(told))


def test_recorded_refund_is_read() -> None:
    refund = read()
    assert (refund.channel_refund_no, refund.channel_order_no) == ("727-726", "727")
    assert (refund.status, refund.kind) == (RefundStage.SUCCESS, RefundKind.REFUND_ONLY)
    assert refund.amount == 59
    assert refund.currency == "CNY"
    assert refund.modified_at == datetime(2026, 3, 1, 8, 7, 11, tzinfo=UTC)
    assert refund.lines == (RefundedLine(channel_line_no="315", quantity=1),)
    assert (refund.reason, refund.refund_no) == ("破损", "")


def test_money_alone_names_no_line() -> None:
    assert read(line_items=[]).lines == ()
    assert read(line_items=[REFUND["line_items"][0] | {"quantity": 0}]).lines == ()


def test_refund_of_ours_is_known_again() -> None:
    assert read(reason=refunding.note_of("RF-7", "破损")).refund_no == "RF-7"


@pytest.mark.parametrize("number", ["727", "727-", "-726", "a-b", ""])
def test_number_of_another_shape_is_none(number: str) -> None:
    assert refunding.parts_of(number) is None
    assert refunding.parts_of("727-726") == ("727", "726")


@pytest.mark.parametrize("payload", ["{}", "[]", '{"order_id": "1", "refund": {"id": 1}}'])
def test_what_is_no_refund_is_refused(payload: str) -> None:
    with pytest.raises(Unreadable):
        WooCommerceConnector.read_refund(payload)
