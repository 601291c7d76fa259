"""A trade of TOP's becomes the value that the core takes in."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.installed import connectors
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao.connector import TaobaoConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import (
    ChannelStatus,
    CipherReceiver,
    IncomingOrder,
    LineKind,
    PaymentTerms,
    PlainReceiver,
)
from oms.rules.incoming import faults_of

from .wire import recorded

TRADES = recorded("trades")["trades_sold_increment_get_response"]["trades"]["trade"]
PART, REFUNDING, UNPAID, TWO, _ONE = TRADES
WHOLE = recorded("trade")["trade_fullinfo_get_response"]["trade"]


def trade(base: dict[str, Any] = WHOLE, **changes: Any) -> dict[str, Any]:
    return deepcopy(base) | changes


def with_line(base: dict[str, Any] = WHOLE, at: int = 0, **changes: Any) -> dict[str, Any]:
    told = trade(base)
    told["orders"]["order"][at] |= changes
    return told


def read(told: dict[str, Any]) -> IncomingOrder:
    return TaobaoConnector.read_order(json.dumps(told))


def refused(told: Any) -> tuple[Problem, str]:
    with pytest.raises(Unreadable) as caught:
        TaobaoConnector.read_order(told if isinstance(told, str) else json.dumps(told))
    return caught.value.problem, caught.value.where


def test_connector_is_registered() -> None:
    assert connectors.get("taobao") is TaobaoConnector


def test_recorded_trade_is_read() -> None:
    got = read(WHOLE)
    assert got.channel_order_no == "2233445566778899001"
    assert got.channel_status is ChannelStatus.PAID
    assert got.ordered_at == datetime(2026, 2, 28, 23, 41, 10, tzinfo=UTC)
    assert got.paid_at == datetime(2026, 2, 28, 23, 42, 3, tzinfo=UTC)
    assert got.channel_modified_at == datetime(2026, 2, 28, 23, 42, 5, tzinfo=UTC)
    assert (got.paid_amount, got.goods_amount) == (Decimal("199.00"), Decimal("199.00"))
    assert got.buyer is not None
    assert got.buyer.channel_buyer_id == "AAHd5d-HAAeGwJedwEU1AaAa"
    (line,) = got.lines
    assert (line.channel_line_no, line.channel_product_id, line.channel_sku_id) == (
        "2233445566778899001",
        "620000000001",
        "4600000000001",
    )
    assert (line.merchant_code, line.quantity, line.kind) == ("HOODIE-BLK-M", 1, LineKind.GOODS)
    assert faults_of(got) == []


def test_receiver_stays_ciphertext_and_the_oaid_stands_for_the_door() -> None:
    receiver = read(WHOLE).receiver
    assert isinstance(receiver, CipherReceiver)
    assert receiver.platform_ref == "1oaid-demo-AAAA"
    assert (receiver.name_mask, receiver.phone_mask) == ("王**", "*******8000")
    assert (receiver.province, receiver.town) == ("浙江省", "仓前街道")


def test_masks_without_an_oaid_are_nobodys_door() -> None:
    receiver = read(trade(oaid="")).receiver
    assert isinstance(receiver, CipherReceiver)
    assert receiver.platform_ref == ""


def test_readable_receiver_is_plain_and_no_receiver_is_none() -> None:
    plain: dict[str, Any] = {
        "receiver_name": "演示",
        "receiver_mobile": "13800000000",
        "receiver_address": "路1号",
    }
    receiver = read(trade(oaid="", **plain)).receiver
    assert isinstance(receiver, PlainReceiver)
    assert (receiver.name, receiver.street, receiver.postcode) == ("演示", "路1号", "310000")
    blank: dict[str, Any] = dict.fromkeys(plain, "") | {"oaid": "", "shipping_type": "virtual"}
    virtual = read(trade(**blank))
    assert virtual.receiver is None
    assert virtual.lines[0].kind is LineKind.VIRTUAL


@pytest.mark.parametrize(("word", "status"), codes.STATUS.items())
def test_every_status_is_known(word: str, status: ChannelStatus) -> None:
    got = read(trade(status=word))
    assert (got.channel_status, got.raw_status) == (status, word)


def test_unknown_status_is_for_a_person() -> None:
    assert refused(trade(status="NEW_ONE")) == (Problem.UNKNOWN_STATUS, "status")
    assert refused(trade(step_trade_status="NEW")) == (Problem.UNKNOWN_STATUS, "step_trade_status")
    assert refused(with_line(status="NEW")) == (Problem.UNKNOWN_STATUS, "orders.order[0].status")


def test_unpaid_trade_has_brought_nothing() -> None:
    got = read(UNPAID)
    assert (got.channel_status, got.paid_at) == (ChannelStatus.UNPAID, None)
    assert got.paid_amount == 0


@pytest.mark.parametrize(
    ("step", "status", "paid"),
    [
        ("FRONT_NOPAID_FINAL_NOPAID", ChannelStatus.UNPAID, "0"),
        ("FRONT_PAID_FINAL_NOPAID", ChannelStatus.UNPAID, "20.00"),
        ("FRONT_PAID_FINAL_PAID", ChannelStatus.PAID, "199.00"),
        ("FRONT_PAID_FRONT_FORFEITED", ChannelStatus.CANCELLED, "20.00"),
    ],
)
def test_presale_leaves_only_with_its_final_payment(
    step: str, status: ChannelStatus, paid: str
) -> None:
    got = read(trade(step_trade_status=step, step_paid_fee="20.00"))
    assert (got.channel_status, got.paid_amount, got.presale) == (status, Decimal(paid), True)


def test_cash_on_delivery_is_paid_at_the_door() -> None:
    told = trade(type="cod")
    del told["pay_time"]
    got = read(told)
    assert got.payment_terms is PaymentTerms.COD
    assert got.paid_amount == 0
    assert read(trade(type="cod")).payment_terms is PaymentTerms.PREPAID


def test_forbidden_and_asked_back_trades_are_held() -> None:
    assert read(WHOLE).platform_hold == ""
    assert "forbidden" in read(trade(status="PAID_FORBID_CONSIGN")).platform_hold
    assert "refund" in read(REFUNDING).platform_hold
    assert read(with_line(REFUNDING, 1, refund_status="CLOSED")).platform_hold == ""
    left = with_line(REFUNDING, 1, status="WAIT_BUYER_CONFIRM_GOODS")
    assert read(left).platform_hold == ""


def test_closed_line_does_not_leave_and_a_returned_one_has_left() -> None:
    assert read(with_line(TWO, 0, status="TRADE_CLOSED")).lines[0].cancelled_quantity == 2
    never_paid = read(with_line(TWO, 1, status="TRADE_CLOSED_BY_TAOBAO"))
    assert [line.cancelled_quantity for line in never_paid.lines] == [0, 1]
    returned = with_line(PART, 0, status="TRADE_CLOSED")
    assert read(returned).lines[0].cancelled_quantity == 0


def test_part_of_it_has_left() -> None:
    assert read(PART).channel_status is ChannelStatus.PARTLY_SHIPPED


def test_free_line_beside_paid_ones_is_a_gift_and_a_service_is_no_goods() -> None:
    free: dict[str, Any] = {"price": "15.00", "divide_order_fee": "0.00", "payment": "0.00"}
    assert read(with_line(TWO, 1, **free)).lines[1].kind is LineKind.GIFT
    assert read(with_line(**free)).lines[0].kind is LineKind.GOODS
    service = with_line(TWO, 1, is_service_order=True)
    assert read(service).lines[1].kind is LineKind.VIRTUAL


@pytest.mark.parametrize(
    ("flag", "color"), [(0, ""), (1, "red"), (5, "purple"), (9, ""), ("2", "yellow")]
)
def test_flag_memo_and_words_are_read(flag: object, color: str) -> None:
    got = read(trade(seller_flag=flag, seller_memo="加急", buyer_message="周末送"))
    assert (got.seller_flag, got.seller_memo, got.buyer_memo) == (color, "加急", "周末送")


def test_discounts_are_the_sellers() -> None:
    told = with_line(discount_fee="10.00", part_mjz_discount="5.00", divide_order_fee="182.00")
    got = read(told | {"payment": "182.00", "adjust_fee": "-2.00"})
    assert got.seller_discount == Decimal("17.00")
    assert got.lines[0].paid_share == Decimal("182.00")


def test_warehouse_is_named_if_all_lines_agree() -> None:
    assert read(with_line(store_code="WH1")).appointed_warehouse == "WH1"
    assert read(with_line(TWO, 0, store_code="WH1")).appointed_warehouse == ""


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"modified": ""}, (Problem.MISSING, "modified")),
        ({"created": "0000-00-00 00:00:00"}, (Problem.MISSING, "created")),
        ({"modified": "yesterday"}, (Problem.NOT_A_TIME, "modified")),
        ({"payment": "much"}, (Problem.NOT_A_NUMBER, "payment")),
        ({"payment": "1.001"}, (Problem.TOO_FINE, "payment")),
        ({"tid": None}, (Problem.MISSING, "tid")),
        ({"orders": None}, (Problem.NOT_AN_ORDER, "orders")),
        ({"orders": []}, (Problem.NOT_AN_OBJECT, "orders")),
    ],
)
def test_field_that_cannot_be_understood_is_named(
    change: dict[str, Any], problem: tuple[Problem, str]
) -> None:
    assert refused(trade(**change)) == problem


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '"x"', "[" * 100_000])
def test_garbage_is_no_trade(text: str) -> None:
    assert refused(text)[0] is Problem.NOT_AN_OBJECT


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99999)), min_size=1, max_size=6),
    st.integers(0, 3000),
    st.integers(0, 99999),
)
def test_paid_shares_add_up_to_what_was_paid_for_goods(
    rows: list[tuple[int, int]], freight: int, late_change: int
) -> None:
    cents = sum(paid for _units, paid in rows)
    payment = max(cents + freight - late_change, freight)
    line = WHOLE["orders"]["order"][0]
    lines = [
        line | {"oid": at, "num": units, "divide_order_fee": f"{Decimal(paid) / 100:.2f}"}
        for at, (units, paid) in enumerate(rows, start=1)
    ]
    got = read(
        trade(
            payment=f"{Decimal(payment) / 100:.2f}",
            post_fee=f"{Decimal(freight) / 100:.2f}",
            orders={"order": lines},
        )
    )
    assert sum(each.paid_share or 0 for each in got.lines) == got.paid_amount - got.freight
