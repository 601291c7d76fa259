"""An order of Youzan's becomes the value that the core takes in."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.installed import connectors
from channels_sync.connectors.youzan.connector import YouzanConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import (
    ChannelStatus,
    CipherReceiver,
    IncomingOrder,
    LineKind,
    PaymentPhase,
    PlainReceiver,
)
from oms.rules.arrival import due_amount
from oms.rules.incoming import faults_of

from .wire import recorded

ROWS = recorded("orders_page")["response"]["data"]["full_order_info_list"]
DETAIL = recorded("order")["data"]
PARTS = ("order_info", "pay_info", "address_info", "buyer_info", "remark_info")


def trade(**changes: Any) -> dict[str, Any]:
    """Change parts of the recorded detail by name, what stands beside the order too."""
    told: dict[str, Any] = deepcopy(DETAIL)
    for name, change in changes.items():
        if name in PARTS:
            told["full_order_info"][name] |= change
        elif name == "line":
            told["full_order_info"]["orders"][0] |= change
        elif name == "orders":
            told["full_order_info"][name] = change
        else:
            told[name] = change
    return told


def read(told: dict[str, Any]) -> IncomingOrder:
    return YouzanConnector.read_order(json.dumps(told))


def refused(told: Any) -> tuple[Problem, str]:
    with pytest.raises(Unreadable) as caught:
        YouzanConnector.read_order(told if isinstance(told, str) else json.dumps(told))
    return caught.value.problem, caught.value.where


def test_connector_is_registered() -> None:
    assert connectors.get("youzan") is YouzanConnector


def test_recorded_order_is_read() -> None:
    got = read(DETAIL)
    assert got.channel_order_no == "E20260301074100000000001"
    assert (got.channel_status, got.raw_status) == (
        ChannelStatus.PAID,
        "WAIT_SELLER_SEND_GOODS/0",
    )
    assert got.channel_modified_at == datetime(2026, 2, 28, 23, 41, 31, tzinfo=UTC)
    assert got.paid_at == datetime(2026, 2, 28, 23, 41, 30, tzinfo=UTC)
    assert got.paid_amount == due_amount(got) == Decimal("199.00")
    assert got.buyer is not None
    assert got.buyer.channel_buyer_id == "yzOpenIdDemoA"
    (line,) = got.lines
    assert line.channel_line_no == "3000000000000000001"
    assert (line.channel_product_id, line.channel_sku_id) == ("410000001", "360000001")
    assert (line.merchant_code, line.quantity) == ("HOODIE-BLK-M", 1)
    assert line.paid_share == Decimal("199.00")


@pytest.mark.parametrize("told", [*ROWS, DETAIL])
def test_recorded_orders_can_be_taken_in(told: dict[str, Any]) -> None:
    assert faults_of(read(told)) == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("WAIT_BUYER_PAY", ChannelStatus.UNPAID),
        ("TRADE_PAID", ChannelStatus.PAID),
        ("WAIT_CONFIRM", ChannelStatus.PAID),
        ("WAIT_SELLER_SEND_GOODS", ChannelStatus.PAID),
        ("WAIT_BUYER_CONFIRM_GOODS", ChannelStatus.SHIPPED),
        ("TRADE_SUCCESS", ChannelStatus.COMPLETED),
        ("TRADE_CLOSED", ChannelStatus.CANCELLED),
    ],
)
def test_every_status_is_known(word: str, expected: ChannelStatus) -> None:
    assert read(trade(order_info={"status": word})).channel_status is expected


@pytest.mark.parametrize("word", ["TRADE_REFUND", "SOMETHING"])
def test_unknown_status_is_left_to_a_person(word: str) -> None:
    where = "full_order_info.order_info.status"
    assert refused(trade(order_info={"status": word})) == (Problem.UNKNOWN_STATUS, where)


@pytest.mark.parametrize(
    ("change", "is_held"),
    [
        ({"status": "TRADE_PAID"}, True),
        ({"status": "WAIT_CONFIRM"}, True),
        ({"refund_state": 1}, True),
        ({"refund_state": 11}, True),
        ({"refund_state": 2}, False),
        ({"refund_state": 12}, False),
        ({"express_type": 1}, True),
        ({"express_type": 2}, True),
        ({"express_type": 9}, False),
        ({"refund_state": 1, "status": "WAIT_BUYER_CONFIRM_GOODS"}, False),
    ],
)
def test_what_may_not_be_sent_is_held(change: dict[str, Any], is_held: bool) -> None:
    assert bool(read(trade(order_info=change)).platform_hold) is is_held


def parcel(*oids: str, state: int = 1) -> dict[str, Any]:
    return {"express_state": state, "oids": [{"oid": oid} for oid in oids]}


def two_lines() -> list[dict[str, Any]]:
    line = DETAIL["full_order_info"]["orders"][0]
    return [line | {"oid": "1", "payment": "100.00"}, line | {"oid": "2", "payment": "99.00"}]


def test_order_of_which_a_line_left_is_shipped_in_part() -> None:
    part = trade(orders=two_lines(), delivery_order=[parcel("1"), parcel("2", state=0)])
    assert read(part).channel_status is ChannelStatus.PARTLY_SHIPPED


def refund(fee: str, *oids: str, state: int = 60) -> dict[str, Any]:
    told = {"refund_state": state, "refund_fee": fee, "refund_id": "1"}
    return told | {"oids": [{"oid": oid} for oid in oids]}


@pytest.mark.parametrize(
    ("refunds", "parcels", "cancelled"),
    [
        ([refund("100.00", "1")], [], [1, 0]),
        ([refund("199.00", "1", "2")], [], [1, 1]),
        ([refund("10.00", "1")], [], [0, 0]),
        ([refund("100.00", "1", state=1)], [], [0, 0]),
        ([refund("100.00", "1", state=50)], [], [0, 0]),
        ([refund("100.00", "1")], [parcel("1")], [0, 0]),
        ([refund("8.00")], [], [0, 0]),
    ],
)
def test_line_whose_money_went_back_before_it_left_is_cancelled(
    refunds: list[dict[str, Any]], parcels: list[dict[str, Any]], cancelled: list[int]
) -> None:
    got = read(trade(orders=two_lines(), refund_order=refunds, delivery_order=parcels))
    assert [line.cancelled_quantity for line in got.lines] == cancelled


@pytest.mark.parametrize("payment", ["199.00", 199.00, 199, "199"])
def test_amounts_are_texts_or_numbers(payment: object) -> None:
    got = read(trade(pay_info={"payment": payment}, line={"payment": payment}))
    assert got.paid_amount == Decimal("199.00")


def test_discounts_and_freight_are_what_the_sum_leaves() -> None:
    told = trade(
        pay_info={"payment": "187.00", "post_fee": "8.00"},
        line={"price": "199.00", "payment": "187.00"},
    )
    got = read(told)
    assert (got.seller_discount, got.freight) == (Decimal("20.00"), Decimal("8.00"))
    assert due_amount(got) == got.paid_amount == Decimal("187.00")
    assert got.lines[0].paid_share == Decimal("179.00")


def test_unpaid_order_has_no_payment() -> None:
    got = read(trade(order_info={"status": "WAIT_BUYER_PAY", "pay_time": ""}))
    assert (got.paid_amount, got.paid_at) == (Decimal(0), None)


def test_deposit_of_a_presale_is_a_payment_of_an_unpaid_order() -> None:
    paid = {"phase": 1, "real_price": "20.00", "inner_transaction_no": "A1"}
    open_ = {"phase": 2, "real_price": "179.00", "inner_transaction_no": ""}
    told = trade(
        order_info={"status": "WAIT_BUYER_PAY", "pay_time": ""},
        pay_info={"phase_payments": [paid, open_]},
    )
    got = read(told)
    (deposit,) = got.payments
    assert (deposit.phase, deposit.amount) == (PaymentPhase.DEPOSIT, Decimal("20.00"))
    assert (got.presale, got.paid_amount) == (True, Decimal("20.00"))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"is_present": True}, LineKind.GIFT),
        ({"is_present": "1"}, LineKind.GIFT),
        ({"item_type": 60}, LineKind.VIRTUAL),
        ({}, LineKind.GOODS),
    ],
)
def test_gifts_and_virtual_goods_are_told_apart(change: dict[str, Any], kind: LineKind) -> None:
    assert read(trade(line=change)).lines[0].kind is kind


def test_virtual_order_has_virtual_lines() -> None:
    tags = {"order_tags": {"is_virtual": True}}
    assert read(trade(order_info=tags)).lines[0].kind is LineKind.VIRTUAL


def test_item_without_skus_is_known_by_its_own_code() -> None:
    got = read(trade(line={"sku_id": 0, "outer_sku_id": ""})).lines[0]
    assert (got.channel_sku_id, got.merchant_code) == ("", "HOODIE-BLK")


def test_words_of_the_buyer_to_order_and_line_are_kept() -> None:
    told = trade(
        remark_info={"buyer_message": "快点", "trade_memo": "易碎", "star": 3},
        line={"buyer_messages": '{"刻字":"平安"}'},
    )
    got = read(told)
    assert got.buyer_memo == "快点\n刻字: 平安"
    assert (got.seller_memo, got.seller_flag) == ("易碎", "star-3")


# --- receiver ------------------------------------------------------------------------------

NAME, PHONE, STREET = "$eXpOYW1lRGVtb0E=$1$", "$eXpUZWxEZW1vQQ==$1$", "$eXpBZGRyRGVtb0E=$1$"


def ref(**change: Any) -> str:
    found = read(trade(address_info=change)).receiver
    assert isinstance(found, CipherReceiver)
    return found.platform_ref


def test_ciphertext_stays_ciphertext() -> None:
    got = read(DETAIL).receiver
    assert isinstance(got, CipherReceiver)
    assert (got.name_cipher, got.phone_cipher, got.street_cipher) == (NAME, PHONE, STREET)
    assert (got.province, got.city, got.district) == ("浙江省", "杭州市", "西湖区")


def test_same_ciphertext_is_the_same_place() -> None:
    assert ref() == ref() != ""
    assert ref() != ref(delivery_address="$eXpBZGRyT3RoZXI=$1$")
    assert ref() != ref(delivery_city="宁波市")


@pytest.mark.parametrize(
    "change",
    [
        {"receiver_tel": "$eXpUZWxEZW1vQQ==$2$"},
        {"receiver_tel": ""},
        {"receiver_name": "陈**"},
        {"delivery_address": "$$1$"},
    ],
)
def test_half_an_identity_is_none(change: dict[str, str]) -> None:
    assert ref(**change) == ""


def test_app_that_may_read_gets_plain_text() -> None:
    plain = {"receiver_name": "陈一", "receiver_tel": "13800000000", "delivery_address": "路 1 号"}
    got = read(trade(address_info=plain)).receiver
    assert isinstance(got, PlainReceiver)
    assert (got.name, got.city) == ("陈一", "杭州市")


def test_order_without_an_address_has_no_receiver() -> None:
    blank = dict.fromkeys(("receiver_name", "receiver_tel", "delivery_address"), "")
    assert read(trade(address_info=blank)).receiver is None


# --- what cannot be read -------------------------------------------------------------------


@pytest.mark.parametrize("told", ["", "[]", "7", "{", "{}"])
def test_what_is_no_order_is_refused(told: str) -> None:
    assert refused(told)[0] in (Problem.NOT_AN_OBJECT, Problem.NOT_AN_ORDER)


@pytest.mark.parametrize(
    ("part", "change", "problem"),
    [
        ("order_info", {"tid": ""}, Problem.MISSING),
        ("order_info", {"update_time": ""}, Problem.MISSING),
        ("order_info", {"created": "yesterday"}, Problem.NOT_A_TIME),
        ("pay_info", {"payment": "12.345"}, Problem.TOO_FINE),
        ("pay_info", {"payment": "NaN"}, Problem.NOT_A_NUMBER),
        ("pay_info", {"payment": []}, Problem.NOT_TEXT),
        ("line", {"num": "x"}, Problem.NOT_A_NUMBER),
        ("line", {"num": None}, Problem.MISSING),
    ],
)
def test_field_that_cannot_be_read_is_named(
    part: str, change: dict[str, Any], problem: Problem
) -> None:
    found, where = refused(trade(**{part: change}))
    assert found is problem
    assert where.endswith(next(iter(change)))


# --- money ---------------------------------------------------------------------------------

cents = st.integers(min_value=0, max_value=10**7)


def text(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


@given(st.lists(cents, min_size=1, max_size=5), cents, cents)
def test_shares_add_up_to_what_was_paid_without_freight(
    lines: list[int], freight: int, paid: int
) -> None:
    line = DETAIL["full_order_info"]["orders"][0]
    told = trade(
        orders=[line | {"oid": str(at), "payment": text(pay)} for at, pay in enumerate(lines)],
        pay_info={"payment": text(paid), "post_fee": text(freight)},
    )
    got = read(told)
    shares = [line.paid_share for line in got.lines if line.paid_share is not None]
    assert sum(shares) == max(got.paid_amount - got.freight, Decimal(0))
    assert min(shares) >= 0
