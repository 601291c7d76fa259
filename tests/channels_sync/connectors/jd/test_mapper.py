"""An order of JD becomes the value that the core takes in."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.base import MergeIdentity
from channels_sync.connectors.installed import connectors
from channels_sync.connectors.jd import codes
from channels_sync.connectors.jd.connector import JdConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import ChannelStatus, CipherReceiver, IncomingOrder, LineKind, PaymentTerms
from oms.flows.order import OrderStatus
from oms.rules.arrival import due_amount, first_status
from oms.rules.incoming import faults_of

from .wire import node


def read(told: dict[str, Any]) -> IncomingOrder:
    return JdConnector.read_order(json.dumps(told))


def item(**changes: Any) -> dict[str, Any]:
    return {**node()["itemInfoList"][0], **changes}


def place(**changes: Any) -> dict[str, Any]:
    return {**node()["consigneeInfo"], **changes}


def reference(told: dict[str, Any]) -> str:
    receiver = read(told).receiver
    assert isinstance(receiver, CipherReceiver)
    return receiver.platform_ref


def test_connector_is_registered_with_what_the_platform_offers() -> None:
    assert connectors.get("jd") is JdConnector
    offers = JdConnector.capabilities
    assert (offers.merge_identity, offers.cash_on_delivery) == (MergeIdentity.NONE, True)
    assert (offers.sends_orders, offers.split_shipping) == (False, False)


def test_waiting_order_is_read() -> None:
    order = read(node())
    assert (order.channel_order_no, order.currency) == ("298000000001", "CNY")
    assert (order.channel_status, order.raw_status) == (
        ChannelStatus.PAID,
        "WAIT_SELLER_STOCK_OUT",
    )
    assert order.ordered_at == datetime(2026, 2, 28, 23, 40, 30, tzinfo=UTC)
    assert order.paid_at == datetime(2026, 2, 28, 23, 41, tzinfo=UTC)
    assert order.channel_modified_at == datetime(2026, 2, 28, 23, 41, 2, tzinfo=UTC)
    assert order.paid_amount == due_amount(order) == Decimal("199.00")
    assert order.buyer is not None
    assert order.buyer.channel_buyer_id == "jdopenid-demo-A"
    assert (order.parent_channel_no, order.platform_hold, order.closed_external) == ("", "", False)
    (line,) = order.lines
    assert (line.channel_line_no, line.channel_product_id) == ("10000001", "900001")
    assert (line.merchant_code, line.quantity) == ("HOODIE-BLK-M", 1)
    assert faults_of(order) == []


def test_number_of_pieces_stands_in_a_field_that_sounds_like_money() -> None:
    (line,) = read(node(2)).lines
    assert (line.quantity, line.unit_price) == (2, Decimal("64.00"))


def test_discount_is_part_of_what_is_due() -> None:
    order = read(node(2))
    assert (order.seller_discount, order.platform_discount) == (Decimal("10.00"), Decimal(0))
    assert order.paid_amount == due_amount(order) == Decimal("118.00")


def test_what_jd_pays_of_the_discount_is_the_rest() -> None:
    order = read(node(2, actualPay="100.00"))
    assert order.platform_discount == Decimal("18.00")
    assert order.paid_amount == due_amount(order)


def test_coupon_weighs_on_its_own_line() -> None:
    coupon = [
        {"skuId": "1", "couponPrice": "30.00"},
        {"skuId": None, "couponPrice": "5.00"},
    ]
    rows = [item(skuId="1", jdPrice="100.00"), item(skuId="2", jdPrice="100.00")]
    told = node(
        itemInfoList=rows, couponDetailList=coupon, orderTotalPrice="200.00", actualPay="170.00"
    )
    assert [line.paid_share for line in read(told).lines] == [Decimal("70.00"), Decimal("100.00")]


@pytest.mark.parametrize(
    ("told", "paid"),
    [
        ({"actualPay": "90.00", "shouldPay": "95.00"}, "90.00"),
        ({"actualPay": "", "shouldPay": "95.00"}, "95.00"),
        ({"actualPay": None, "orderPayment": "80.00", "balanceUsed": "10.00"}, "90.00"),
    ],
)
def test_stale_payment_is_the_last_choice(told: dict[str, Any], paid: str) -> None:
    assert read(node(**told)).paid_amount == Decimal(paid)


def test_cash_on_delivery_is_not_paid() -> None:
    order = read(node(payType="1-货到付款", paymentConfirmTime="0001-01-01 00:00:00"))
    assert (order.payment_terms, order.paid_amount) == (PaymentTerms.COD, Decimal(0))
    assert (order.paid_at, order.platform_discount) == (None, Decimal(0))
    assert order.channel_status is ChannelStatus.PAID


def test_never_paid_order_was_paid_nothing() -> None:
    order = read(node(3))
    assert (order.channel_status, order.paid_amount) == (ChannelStatus.CANCELLED, Decimal(0))
    assert order.paid_at is None


@pytest.mark.parametrize(("state", "status"), codes.STATES.items())
def test_every_state_has_its_status(state: str, status: ChannelStatus) -> None:
    order = read(node(orderState=state))
    assert (order.channel_status, order.raw_status) == (status, state)
    assert bool(order.platform_hold) == (state in codes.HOLDS)


def test_state_that_we_do_not_know_is_never_guessed() -> None:
    with pytest.raises(Unreadable) as caught:
        read(node(orderState="WAIT_FOR_SPRING"))
    assert (caught.value.problem, caught.value.where) == (Problem.UNKNOWN_STATUS, "orderState")


def test_waiting_for_a_code_is_virtual() -> None:
    assert read(node(orderState="WAIT_SEND_CODE")).lines[0].kind is LineKind.VIRTUAL


def test_order_of_jds_own_warehouse_makes_no_demand() -> None:
    order = read(node(storeOrder="京仓订单"))
    assert order.closed_external
    assert first_status(order) is OrderStatus.CLOSED_EXTERNAL


def test_split_order_names_the_one_before() -> None:
    told = node(parentOrderId="1", directParentOrderId="2")
    assert read(told).parent_channel_no == "2"


def test_free_line_is_a_gift_and_a_missing_code_is_no_fault() -> None:
    gift = item(skuId="10000009", jdPrice="0.00", itemTotal="2")
    del gift["outerSkuId"]
    sold, free = read(node(itemInfoList=[item(), gift])).lines
    assert (free.kind, free.merchant_code, free.quantity) == (LineKind.GIFT, "", 2)
    assert (sold.paid_share, free.paid_share) == (Decimal("199.00"), Decimal(0))


def test_receiver_stays_ciphertext() -> None:
    receiver = read(node()).receiver
    assert isinstance(receiver, CipherReceiver)
    assert receiver.name_cipher == "AQDemoCipherName=="
    assert (receiver.name_mask, receiver.phone_mask) == ("张**", "138****0000")
    assert (receiver.province, receiver.city, receiver.district) == ("北京", "海淀区", "中关村街道")


def test_orders_of_one_buyer_in_one_town_are_not_taken_for_one_address() -> None:
    assert reference(node(1)) != reference(node(2))


def test_reference_follows_the_address_and_not_the_cipher() -> None:
    same = reference(node(consigneeInfo=place(encrypt_fullname="another encryption")))
    assert same == reference(node())
    assert reference(node(consigneeInfo=place(townId="9"))) != same
    assert reference(node(consigneeInfo=place(fullAddress="北京朝阳区****"))) != same


@pytest.mark.parametrize("told", [None, {}, {"fullname": "张**"}])
def test_receiver_without_ciphertext_is_none(told: Any) -> None:
    assert read(node(consigneeInfo=told)).receiver is None


@given(
    prices=st.lists(
        st.tuples(st.integers(min_value=0, max_value=10**7), st.integers(1, 20)),
        min_size=1,
        max_size=5,
    ),
    freight=st.integers(min_value=0, max_value=5000),
    seller=st.integers(min_value=0, max_value=10**5),
    platform=st.integers(min_value=0, max_value=10**5),
)
def test_shares_sum_to_what_was_paid_for_goods(
    prices: list[tuple[int, int]], freight: int, seller: int, platform: int
) -> None:
    goods = sum(price * count for price, count in prices)
    off = min(goods, seller)
    paid = goods - off - min(goods - off, platform) + freight
    rows = [
        item(skuId=str(at + 1), jdPrice=str(Decimal(price) / 100), itemTotal=str(count))
        for at, (price, count) in enumerate(prices)
    ]
    coupon = [{"skuId": "1", "couponPrice": str(Decimal(off) / 100)}]
    order = read(
        node(
            itemInfoList=rows,
            couponDetailList=coupon,
            orderTotalPrice=str(Decimal(goods) / 100),
            sellerDiscount=str(Decimal(off) / 100),
            freightPrice=str(Decimal(freight) / 100),
            actualPay=str(Decimal(paid) / 100),
        )
    )
    shares = [line.paid_share or Decimal(0) for line in order.lines]
    assert sum(shares) == order.paid_amount - order.freight
    if paid:
        assert order.paid_amount == due_amount(order)


@pytest.mark.parametrize(
    ("told", "problem", "where"),
    [
        ({"orderId": ""}, Problem.MISSING, "orderId"),
        ({"modified": "0001-01-01 00:00:00"}, Problem.MISSING, "modified"),
        ({"actualPay": "1.234"}, Problem.TOO_FINE, "actualPay"),
        ({"itemInfoList": None}, Problem.MISSING, "itemInfoList"),
        (
            {"itemInfoList": [item(itemTotal="0")]},
            Problem.NOT_A_NUMBER,
            "itemInfoList[0].itemTotal",
        ),
        ({"itemInfoList": [item(skuId="")]}, Problem.MISSING, "itemInfoList[0].skuId"),
        ({"consigneeInfo": "x"}, Problem.NOT_AN_OBJECT, "consigneeInfo"),
        ({"paymentConfirmTime": "soon"}, Problem.NOT_A_TIME, "paymentConfirmTime"),
    ],
)
def test_first_field_that_cannot_be_read_is_named(
    told: dict[str, Any], problem: Problem, where: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        read(node(**told))
    assert (caught.value.problem, caught.value.where) == (problem, where)
