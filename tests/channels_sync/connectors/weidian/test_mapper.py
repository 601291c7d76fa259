"""Orders of a Weidian shop: statuses, amounts, addresses, and what a refund on a line forbids."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.weidian.connector import WeidianConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import ChannelStatus, IncomingOrder, PaymentTerms, PlainReceiver

from .wire import recorded

ORDER = recorded("order")["result"]
ITEM = ORDER["items"][0]
TOLD_AT = "2026-03-01 07:41:31"


def read(**changes: Any) -> IncomingOrder:
    told = {"order": deepcopy(ORDER) | changes, "told_at": TOLD_AT}
    return WeidianConnector.read_order(json.dumps(told))


def problem(**changes: Any) -> tuple[Problem, str]:
    with pytest.raises(Unreadable) as trouble:
        read(**changes)
    return trouble.value.problem, trouble.value.where


def item(number: int = 1, **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = deepcopy(ITEM) | {"sub_order_id": str(number)} | changes
    return told


def test_recorded_order_is_read() -> None:
    order = read()
    assert order.channel_order_no == "800000000000001"
    assert order.channel_status is ChannelStatus.PAID
    assert order.ordered_at == datetime(2026, 2, 28, 23, 41, tzinfo=UTC)
    assert order.paid_at == datetime(2026, 2, 28, 23, 41, 30, tzinfo=UTC)
    assert order.channel_modified_at == datetime(2026, 2, 28, 23, 41, 31, tzinfo=UTC)
    assert [order.goods_amount, order.paid_amount, order.freight] == [199, 199, 0]
    (line,) = order.lines
    assert line.channel_line_no == "900000000001"
    assert (line.channel_product_id, line.channel_sku_id) == ("2000000001", "3000000001")
    assert (line.merchant_code, line.quantity) == ("HOODIE-BLK-M", 1)
    assert order.platform_hold == ""
    assert order.buyer is not None
    assert order.buyer.channel_buyer_id == "500001"


def test_address_is_told_in_parts() -> None:
    receiver = read().receiver
    assert isinstance(receiver, PlainReceiver)
    assert (receiver.province, receiver.city, receiver.district) == ("上海", "上海市", "浦东新区")
    assert (receiver.name, receiver.street) == ("赵先生", "演示路1号")


def test_old_address_is_parted_from_its_regions() -> None:
    receiver = read(buyer_info=ORDER["buyer_info"] | {"self_address": ""}).receiver
    assert isinstance(receiver, PlainReceiver)
    assert receiver.street == "演示路1号"


def test_order_without_an_address_has_no_receiver() -> None:
    assert read(buyer_info=None).receiver is None
    assert read(buyer_info=None).buyer is None


@pytest.mark.parametrize(
    ("word", "status", "is_held"),
    [
        ("unpay", ChannelStatus.UNPAID, False),
        ("pay", ChannelStatus.PAID, False),
        ("unship_refunding", ChannelStatus.PAID, True),
        ("ship", ChannelStatus.SHIPPED, False),
        ("unship_refuse_refunding", ChannelStatus.PAID, False),
        ("pend", ChannelStatus.PAID, False),
        ("shiped_refunding", ChannelStatus.SHIPPED, False),
        ("shiped_refuse_refunding", ChannelStatus.SHIPPED, False),
        ("accept_refunding", ChannelStatus.COMPLETED, False),
        ("accept", ChannelStatus.COMPLETED, False),
        ("finish", ChannelStatus.COMPLETED, False),
        ("close", ChannelStatus.CANCELLED, False),
    ],
)
def test_every_status_has_its_meaning(word: str, status: ChannelStatus, is_held: bool) -> None:
    order = read(status=word)
    assert (order.channel_status, order.raw_status) == (status, word)
    assert bool(order.platform_hold) is is_held


@pytest.mark.parametrize("word", ["2", "refunded", "PAY"])
def test_status_that_nobody_knows_is_not_guessed(word: str) -> None:
    assert problem(status=word) == (Problem.UNKNOWN_STATUS, "order.status")


def test_order_of_which_a_line_left_is_partly_shipped() -> None:
    order = read(items=[item(1, is_delivered="1"), item(2)])
    assert order.channel_status is ChannelStatus.PARTLY_SHIPPED


def test_unpaid_order_was_paid_with_nothing() -> None:
    order = read(status="unpay", status_ori="10", pay_time="")
    assert (order.paid_at, order.paid_amount) == (None, Decimal(0))


def test_line_with_a_refund_is_not_sent() -> None:
    asked = ITEM["refund_info"] | {"refund_no": "RF1"}
    assert read(items=[item(1), item(2, refund_info=asked)]).platform_hold
    left = item(2, refund_info=asked, is_delivered="1")
    assert read(items=[item(1), left]).platform_hold == ""
    zero = ITEM["refund_info"] | {"refund_no": "0"}
    assert read(items=[item(1, refund_info=zero)]).platform_hold == ""


def test_refusal_that_the_status_tells_lets_the_line_go() -> None:
    asked = ITEM["refund_info"] | {"refund_no": "RF1"}
    assert not read(
        status="unship_refuse_refunding", items=[item(1, refund_info=asked)]
    ).platform_hold


def test_cash_on_delivery_is_owed_by_the_buyer() -> None:
    order = read(order_type="1", pay_time="")
    assert (order.payment_terms, order.paid_amount) == (PaymentTerms.COD, Decimal(0))
    assert read(order_type="2").payment_terms is PaymentTerms.PREPAID


def test_discount_is_what_the_sum_lacks() -> None:
    order = read(total="190.00", express_fee="6.00")
    assert [order.seller_discount, order.freight] == [15, 6]
    assert order.lines[0].paid_share == 184


def test_line_without_a_number_is_called_by_what_was_sold() -> None:
    order = read(items=[item(0, item_id="7", sku_id="")])
    assert order.lines[0].channel_line_no == "7/0"


def test_numbers_may_come_as_numbers() -> None:
    order = read(total=199.0, items=[item(1, quantity=1, price=199.0, total_price=199)])
    assert [order.paid_amount, order.goods_amount] == [199, 199]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"total": "x"}, (Problem.NOT_A_NUMBER, "order.total")),
        ({"total": "1.005"}, (Problem.TOO_FINE, "order.total")),
        ({"add_time": "0"}, (Problem.MISSING, "order.add_time")),
        ({"items": [item(1, quantity="1.5")]}, (Problem.NOT_A_NUMBER, "order.items[0].quantity")),
    ],
)
def test_what_cannot_be_read_is_named(changes: dict[str, Any], expected: Any) -> None:
    assert problem(**changes) == expected


@pytest.mark.parametrize("payload", ["", "[]", "{}", '{"order": 1}'])
def test_what_is_no_order_is_refused(payload: str) -> None:
    with pytest.raises(Unreadable):
        WeidianConnector.read_order(payload)


AMOUNT = st.decimals(min_value=0, max_value=9999, places=2)


@given(rows=st.lists(AMOUNT, min_size=1, max_size=6), freight=AMOUNT, paid=AMOUNT)
def test_paid_shares_add_up_to_the_payment_less_freight(
    rows: list[Decimal], freight: Decimal, paid: Decimal
) -> None:
    items = [item(at, total_price=str(amount)) for at, amount in enumerate(rows, start=1)]
    order = read(items=items, express_fee=str(freight), total=str(paid + freight))
    shares = [each.paid_share or Decimal(0) for each in order.lines]
    assert sum(shares) == order.paid_amount - order.freight
