"""A shop order of Doudian's becomes the value that the core takes in."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.doudian.connector import DoudianConnector
from channels_sync.connectors.doudian.receiver import search_index
from channels_sync.connectors.installed import connectors
from channels_sync.dto import Problem, Unreadable
from oms.dto import (
    ChannelStatus,
    CipherReceiver,
    IncomingOrder,
    LineKind,
    PaymentPhase,
    PaymentTerms,
)
from oms.rules.arrival import due_amount
from oms.rules.incoming import faults_of

from .wire import recorded

ORDERS = recorded("orders_page")["response"]["data"]["shop_order_list"]
WHOLE, PART, UNPAID = ORDERS


def order(base: dict[str, Any] = WHOLE, **changes: Any) -> dict[str, Any]:
    return deepcopy(base) | changes


def with_line(base: dict[str, Any] = WHOLE, at: int = 0, **changes: Any) -> dict[str, Any]:
    told = order(base)
    told["sku_order_list"][at] |= changes
    return told


def read(told: dict[str, Any]) -> IncomingOrder:
    return DoudianConnector.read_order(json.dumps(told))


def refused(told: Any) -> tuple[Problem, str]:
    with pytest.raises(Unreadable) as caught:
        DoudianConnector.read_order(told if isinstance(told, str) else json.dumps(told))
    return caught.value.problem, caught.value.where


def test_connector_is_registered() -> None:
    assert connectors.get("doudian") is DoudianConnector


def test_recorded_order_is_read() -> None:
    got = read(WHOLE)
    assert got.channel_order_no == "6900000000000000001"
    assert got.channel_status is ChannelStatus.PAID
    assert got.raw_status == "2/2"
    assert got.ordered_at == datetime(2026, 2, 28, 23, 41, tzinfo=UTC)
    assert got.paid_at == datetime(2026, 2, 28, 23, 42, 3, tzinfo=UTC)
    assert got.ship_by == datetime(2026, 3, 2, 23, 42, 3, tzinfo=UTC)
    assert (got.paid_amount, got.goods_amount) == (Decimal("199.00"), Decimal("199.00"))
    assert got.buyer is not None
    assert got.buyer.channel_buyer_id == "1@#demoOpenIdA=="
    (line,) = got.lines
    assert line.channel_product_id == "3500000000000000001"
    assert (line.channel_sku_id, line.merchant_code) == ("1700000000000001", "HOODIE-BLK-M")
    assert line.title == "演示商品 黑色 M"


@pytest.mark.parametrize("told", ORDERS)
def test_recorded_orders_can_be_taken_in(told: dict[str, Any]) -> None:
    assert faults_of(read(told)) == []


@pytest.mark.parametrize(
    ("order_status", "main_status", "expected"),
    [
        (1, 1, ChannelStatus.UNPAID),
        (1, 103, ChannelStatus.UNPAID),
        (105, 105, ChannelStatus.PAID),
        (2, 2, ChannelStatus.PAID),
        (101, 101, ChannelStatus.PARTLY_SHIPPED),
        (3, 3, ChannelStatus.SHIPPED),
        (4, 4, ChannelStatus.CANCELLED),
        (5, 5, ChannelStatus.COMPLETED),
        (4, 21, ChannelStatus.CANCELLED),
        (3, 22, ChannelStatus.CANCELLED),
        (5, 39, ChannelStatus.CANCELLED),
    ],
)
def test_every_status_is_known(
    order_status: int, main_status: int, expected: ChannelStatus
) -> None:
    told = order(order_status=order_status, main_status=main_status)
    assert read(told).channel_status is expected


def test_unknown_status_is_left_to_a_person() -> None:
    assert refused(order(order_status=77)) == (Problem.UNKNOWN_STATUS, "order_status")


def test_order_under_review_of_the_platform_may_not_leave() -> None:
    assert read(order(order_status=105, main_status=105)).platform_hold
    assert not read(WHOLE).platform_hold


@pytest.mark.parametrize("status", [6, 7, 8, 11, 13])
def test_open_refund_of_goods_that_are_here_holds_the_order(status: int) -> None:
    refund = {"after_sale_status": status, "after_sale_type": 2, "refund_status": 1}
    assert read(with_line(after_sale_info=refund)).platform_hold


@pytest.mark.parametrize("status", [0, 12, 14, 27, 28, 29, 51, 53])
def test_refund_that_is_over_holds_nothing(status: int) -> None:
    refund = {"after_sale_status": status, "after_sale_type": 0, "refund_status": 1}
    assert not read(with_line(after_sale_info=refund)).platform_hold


def test_open_refund_of_what_left_holds_nothing() -> None:
    refund = {"after_sale_status": 6, "after_sale_type": 0, "refund_status": 1}
    left = with_line(PART, 0, after_sale_info=refund)
    left["sku_order_list"][1]["after_sale_info"] = None
    assert not read(left).platform_hold


@pytest.mark.parametrize(
    ("line", "cancelled"),
    [
        ({"order_status": 4}, 1),
        ({"main_status": 21}, 1),
        ({"main_status": 22}, 0),
        ({"after_sale_info": {"after_sale_status": 12, "after_sale_type": 2}}, 1),
        ({"after_sale_info": {"after_sale_status": 51, "after_sale_type": 2}}, 1),
        ({"after_sale_info": {"after_sale_status": 12, "after_sale_type": 0}}, 0),
        ({"after_sale_info": {"after_sale_status": 28, "after_sale_type": 2}}, 0),
    ],
)
def test_line_that_was_taken_back_before_it_left_is_cancelled(
    line: dict[str, Any], cancelled: int
) -> None:
    (got,) = read(with_line(**line)).lines
    assert got.cancelled_quantity == cancelled


def test_buyer_paid_what_his_way_of_paying_did_not_take_off() -> None:
    told = with_line(origin_amount=20000, sum_amount=20000, promotion_pay_amount=500)
    told |= {
        "pay_amount": 19900,
        "promotion_pay_amount": 500,
        "promotion_shop_amount": 600,
        "promotion_platform_amount": 250,
        "promotion_talent_amount": 50,
        "post_amount": 800,
    }
    got = read(told)
    assert got.paid_amount == Decimal("194.00")
    assert (got.seller_discount, got.platform_discount) == (Decimal("6.00"), Decimal("8.00"))
    assert got.freight == Decimal("8.00")
    assert due_amount(got) == got.paid_amount
    assert got.lines[0].paid_share == Decimal("186.00")


def test_price_lowered_by_hand_is_the_sellers_discount() -> None:
    told = with_line(pay_amount=18900)
    got = read(told | {"pay_amount": 18900, "modify_amount": -1000})
    assert got.seller_discount == Decimal("10.00")
    assert due_amount(got) == got.paid_amount == Decimal("189.00")


def test_unpaid_order_has_no_payment() -> None:
    got = read(UNPAID)
    assert (got.paid_amount, got.paid_at) == (Decimal(0), None)
    assert got.payment_terms is PaymentTerms.PREPAID


def test_number_of_cash_on_delivery_counts_once_the_order_goes_ahead() -> None:
    assert read(order(UNPAID, pay_type=0)).payment_terms is PaymentTerms.PREPAID
    ahead = read(order(pay_type=0, pay_time=0))
    assert ahead.payment_terms is PaymentTerms.COD
    assert (ahead.paid_amount, ahead.channel_status) == (Decimal(0), ChannelStatus.PAID)


def phase(at: int, amount: int, *, paid: bool) -> dict[str, Any]:
    return {
        "phase_order_id": f"69000000000000001{at}",
        "total_phase": 2,
        "current_phase": at,
        "pay_success": paid,
        "phase_pay_time": 1772322123 if paid else 0,
        "phase_pay_amount": amount,
    }


def test_deposit_of_a_presale_is_a_payment_of_an_unpaid_order() -> None:
    phases = [phase(1, 2000, paid=True), phase(2, 17900, paid=False)]
    got = read(order(UNPAID, main_status=103, order_phase_list=phases))
    assert (got.channel_status, got.presale) == (ChannelStatus.UNPAID, True)
    (deposit,) = got.payments
    assert (deposit.phase, deposit.amount) == (PaymentPhase.DEPOSIT, Decimal("20.00"))
    assert got.paid_amount == Decimal("20.00")


def test_final_payment_completes_a_presale() -> None:
    phases = [phase(1, 2000, paid=True), phase(2, 17900, paid=True)]
    got = read(order(order_phase_list=phases))
    assert [each.phase for each in got.payments] == [PaymentPhase.DEPOSIT, PaymentPhase.FINAL]
    assert sum(each.amount for each in got.payments) == got.paid_amount == Decimal("199.00")


@pytest.mark.parametrize("line", [{"trade_type": 2}, {"pre_sale_type": 1}, {"pre_sale_type": 2}])
def test_presale_is_known_by_its_lines(line: dict[str, Any]) -> None:
    assert read(with_line(**line)).presale
    assert not read(WHOLE).presale


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ({"given_product_type": "FREE"}, LineKind.GIFT),
        ({"given_product_type": "MASTER"}, LineKind.GOODS),
        ({"goods_type": 1}, LineKind.VIRTUAL),
    ],
)
def test_gifts_and_virtual_goods_are_told_apart(line: dict[str, Any], kind: LineKind) -> None:
    assert read(with_line(**line)).lines[0].kind is kind


def test_code_of_the_merchant_is_one_of_two() -> None:
    assert read(with_line(code="", out_sku_id="X-1")).lines[0].merchant_code == "X-1"
    assert read(with_line(code="", out_sku_id="0")).lines[0].merchant_code == ""


def test_memos_flag_and_appointment_are_read() -> None:
    told = order(seller_words="易碎", buyer_words="快点", seller_remark_stars=5)
    got = read(told | {"appointment_ship_time": 1772494923})
    assert (got.seller_memo, got.buyer_memo, got.seller_flag) == ("易碎", "快点", "red")
    assert got.not_before == datetime(2026, 3, 2, 23, 42, 3, tzinfo=UTC)
    assert read(WHOLE).seller_flag == ""


def test_warehouse_of_regional_stock_is_appointed() -> None:
    stock = {"out_warehouse_id": "WH-7", "inventory_type": 1, "warehouse_type": 0, "count": 1}
    assert read(with_line(inventory_list=[stock])).appointed_warehouse == "WH-7"
    plain = stock | {"inventory_type": 0}
    assert read(with_line(inventory_list=[plain])).appointed_warehouse == ""
    two = [stock, stock | {"out_warehouse_id": "WH-8"}]
    assert read(with_line(inventory_list=two)).appointed_warehouse == ""


# --- receiver ------------------------------------------------------------------------------


def receiver(told: dict[str, Any]) -> CipherReceiver:
    found = read(told).receiver
    assert isinstance(found, CipherReceiver)
    return found


def test_ciphertext_stays_ciphertext() -> None:
    got = receiver(WHOLE)
    assert got.phone_cipher == "$idxTelA==$DemoCipherTel1==$1$$"
    assert (got.name_mask, got.phone_mask, got.street_mask) == ("陈**", "1********00", "****")
    assert (got.province, got.city) == ("广东省", "深圳市")
    assert (got.district, got.town) == ("南山区", "粤海街道")


def test_same_index_is_the_same_place_whatever_the_ciphertext() -> None:
    one, same, other = (receiver(told) for told in ORDERS)
    assert one.phone_cipher != same.phone_cipher
    assert one.platform_ref == same.platform_ref != ""
    assert other.platform_ref not in ("", one.platform_ref)


@pytest.mark.parametrize("key", ["encrypt_post_tel", "encrypt_post_receiver"])
@pytest.mark.parametrize("value", ["", "DemoCipher==", "$$DemoCipherTel==$$1$$"])
def test_half_an_identity_is_none(key: str, value: str) -> None:
    assert receiver(order() | {key: value}).platform_ref == ""


def test_another_street_is_another_place() -> None:
    told = order()
    told["post_addr"]["encrypt_detail"] = "#idxOther==#DemoCipherAddr==#1##"
    assert receiver(told).platform_ref != receiver(WHOLE).platform_ref


def test_blanked_receiver_is_no_receiver() -> None:
    told = order(encrypt_post_tel="", encrypt_post_receiver="", mask_post_receiver="")
    told["post_addr"]["encrypt_detail"] = ""
    assert read(told).receiver is None


@given(st.text())
def test_any_text_has_an_index_or_none(text: str) -> None:
    index = search_index(text)
    assert index == "" or f"{text[0]}{index}{text[0]}" in text


# --- what cannot be read -------------------------------------------------------------------


@pytest.mark.parametrize("told", ["", "[]", "7", "{", '{"order_id":"1"}'])
def test_what_is_no_order_is_refused(told: str) -> None:
    assert refused(told)[0] in (Problem.NOT_AN_OBJECT, Problem.NOT_AN_ORDER)


@pytest.mark.parametrize(
    ("change", "problem", "where"),
    [
        ({"order_id": ""}, Problem.MISSING, "order_id"),
        ({"update_time": 0}, Problem.MISSING, "update_time"),
        ({"create_time": -5}, Problem.NOT_A_TIME, "create_time"),
        ({"create_time": 10**14}, Problem.NOT_A_TIME, "create_time"),
        ({"pay_amount": "12.5"}, Problem.NOT_A_NUMBER, "pay_amount"),
        ({"pay_amount": 1.5}, Problem.NOT_A_NUMBER, "pay_amount"),
        ({"pay_amount": {}}, Problem.NOT_TEXT, "pay_amount"),
        ({"sku_order_list": {}}, Problem.NOT_A_LIST, "sku_order_list"),
        ({"order_status": None}, Problem.MISSING, "order_status"),
    ],
)
def test_field_that_cannot_be_read_is_named(
    change: dict[str, Any], problem: Problem, where: str
) -> None:
    assert refused(order(**change)) == (problem, where)


# --- money ---------------------------------------------------------------------------------

fen = st.integers(min_value=0, max_value=10**7)


@given(
    st.lists(st.tuples(fen, fen), min_size=1, max_size=5),
    st.integers(min_value=0, max_value=5000),
    st.integers(min_value=0, max_value=10**6),
)
def test_shares_add_up_to_what_was_paid_without_freight(
    lines: list[tuple[int, int]], freight: int, paid: int
) -> None:
    told = order(pay_amount=paid, post_amount=freight)
    told["sku_order_list"] = [
        deepcopy(WHOLE["sku_order_list"][0]) | {"order_id": str(at), "pay_amount": pay,
        "promotion_pay_amount": off}
        for at, (pay, off) in enumerate(lines)
    ]  # fmt: skip
    got = read(told)
    shares = [line.paid_share for line in got.lines if line.paid_share is not None]
    assert sum(shares) == max(got.paid_amount - got.freight, Decimal(0))
    assert min(shares) >= 0
