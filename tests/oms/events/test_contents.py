"""A platform's request survives its way through the event table, but for the buyer's words."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage
from oms.events.contents import from_json, to_json
from tests.factories.basics import NOW

REFUND = IncomingRefund(
    channel_refund_no="R-1",
    channel_order_no="1001",
    status=RefundStage.WAIT_MERCHANT,
    kind=RefundKind.EXCHANGE,
    amount=Decimal("19.90"),
    currency="CNY",
    modified_at=NOW,
    lines=(RefundedLine(channel_line_no="L1", quantity=2), RefundedLine(channel_line_no="L2")),
    reason="call me: 13800001234",
    respond_by=NOW + timedelta(hours=3),
    return_carrier="sf",
    return_waybill_no="SF1",
    refund_no="RF1",
)


@pytest.mark.parametrize(
    "refund", [REFUND, replace(REFUND, lines=(), respond_by=None, modified_at=None)]
)
def test_everything_but_the_words_comes_back(refund: IncomingRefund) -> None:
    told = json.loads(json.dumps(to_json(refund)))
    assert from_json(told | {"added_later": 1}) == replace(refund, reason="")


def test_amount_is_text_and_the_words_are_not_told() -> None:
    told = to_json(REFUND)
    assert told["amount"] == "19.90"
    assert "13800001234" not in json.dumps(told)
