"""An order of Pinduoduo becomes the value that the core takes in."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.base import Decryption, MergeIdentity
from channels_sync.connectors.installed import connectors
from channels_sync.connectors.pinduoduo.connector import PinduoduoConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import ChannelStatus, CipherReceiver, IncomingOrder, LineKind, PaymentPhase
from oms.rules.arrival import due_amount
from oms.rules.incoming import faults_of

from .wire import node

PRESALE = {"step_trade_status": 1, "advanced_paid_fee": "20.00", "step_paid_fee": "20.00"}


def read(told: dict[str, Any]) -> IncomingOrder:
    return PinduoduoConnector.read_order(json.dumps(told))


def item(**changes: Any) -> dict[str, Any]:
    return {**node()["item_list"][0], **changes}


def test_connector_is_registered_with_what_the_platform_offers() -> None:
    assert connectors.get("pinduoduo") is PinduoduoConnector
    offers = PinduoduoConnector.capabilities
    assert (offers.merge_identity, offers.checks_refunds_live) == (MergeIdentity.OPEN_ADDRESS, True)
    assert (offers.decryption, offers.decryptions_a_day) == (Decryption.BY_US, 100)
    assert (offers.waybill_channel, offers.cash_on_delivery) == ("pinduoduo", False)


def test_waiting_order_is_read() -> None:
    order = read(node())
    assert (order.channel_order_no, order.currency) == ("260301-000000000000001", "CNY")
    assert (order.channel_status, order.raw_status) == (ChannelStatus.PAID, "1/1/1/0")
    assert order.ordered_at == datetime(2026, 2, 28, 23, 41, tzinfo=UTC)
    assert order.paid_at == datetime(2026, 2, 28, 23, 41, 30, tzinfo=UTC)
    assert order.channel_modified_at == datetime(2026, 2, 28, 23, 42, 5, tzinfo=UTC)
    assert order.ship_by == datetime(2026, 3, 2, 23, 42, 3, tzinfo=UTC)
    assert (order.goods_amount, order.platform_discount, order.seller_discount) == (
        Decimal("199.00"),
        Decimal("10.00"),
        Decimal(0),
    )
    assert order.paid_amount == due_amount(order) == Decimal("189.00")
    assert (order.platform_hold, order.buyer, order.presale) == ("", None, False)
    (line,) = order.lines
    assert (line.channel_line_no, line.channel_product_id) == ("600000001", "500000001")
    assert (line.merchant_code, line.quantity, line.unit_price) == (
        "HOODIE-BLK-M",
        1,
        Decimal("199.00"),
    )
    assert line.paid_share == Decimal("189.00")
    assert faults_of(order) == []


def test_receiver_stays_ciphertext() -> None:
    receiver = read(node(open_address_id="oa-1")).receiver
    assert isinstance(receiver, CipherReceiver)
    assert receiver.name_cipher == "~AgAAAADemoName==~0~"
    assert (receiver.name_mask, receiver.street_mask) == ("李*", "演示路**号")
    assert (receiver.province, receiver.city, receiver.district) == ("江苏省", "苏州市", "姑苏区")
    assert receiver.platform_ref == "oa-1"


def test_without_an_address_id_no_two_receivers_are_the_same() -> None:
    receiver = read(node()).receiver
    assert isinstance(receiver, CipherReceiver)
    assert receiver.platform_ref == ""


@pytest.mark.parametrize("number", [3, 4])
def test_blanked_receiver_is_no_receiver(number: int) -> None:
    assert read(node(number, open_address_id="oa-1")).receiver is None


def test_masks_and_the_phone_of_its_own_field_are_a_receiver() -> None:
    blank: dict[str, Any] = {
        "receiver_name": "",
        "receiver_phone": "",
        "receiver_address": "",
        "address": "",
    }
    receiver = read(node(**blank, contact_mobile="~phone~")).receiver
    assert isinstance(receiver, CipherReceiver)
    assert (receiver.phone_cipher, receiver.name_mask) == ("~phone~", "李*")


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, ChannelStatus.PAID),
        ({"refund_status": 2}, ChannelStatus.PAID),
        ({"refund_status": 3}, ChannelStatus.PAID),
        ({"refund_status": 4}, ChannelStatus.CANCELLED),
        ({"confirm_status": 2}, ChannelStatus.CANCELLED),
        ({"confirm_status": 0}, ChannelStatus.PAID),
        ({"confirm_status": 0, "pay_time": "", "confirm_time": ""}, ChannelStatus.UNPAID),
        ({"order_status": 2}, ChannelStatus.SHIPPED),
        ({"order_status": 2, "refund_status": 4}, ChannelStatus.SHIPPED),
        ({"order_status": 3}, ChannelStatus.COMPLETED),
        ({"order_status": "3"}, ChannelStatus.COMPLETED),
    ],
)
def test_status_follows_from_four_fields(told: dict[str, Any], status: ChannelStatus) -> None:
    assert read(node(**told)).channel_status is status


@pytest.mark.parametrize(
    ("key", "value"),
    [("order_status", 0), ("order_status", 7), ("confirm_status", 9), ("refund_status", 0)],
)
def test_status_that_we_do_not_know_is_never_guessed(key: str, value: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read(node(**{key: value}))
    assert (caught.value.problem, caught.value.where) == (Problem.UNKNOWN_STATUS, key)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"risk_control_status": 1}, "风控"),
        ({"refund_status": 2}, "售后"),
        ({"confirm_status": 0}, "未确认成交"),
        ({"order_tag_list": [{"name": "ship_hold", "value": 1}]}, "暂缓发货"),
        ({"self_contained": 1}, "自提"),
    ],
)
def test_what_the_platform_forbids_is_held(told: dict[str, Any], words: str) -> None:
    assert words in read(node(**told)).platform_hold


def test_several_reasons_are_all_told() -> None:
    hold = read(node(risk_control_status=1, refund_status=2)).platform_hold
    assert hold.split("; ") == ["平台风控审核中", "有进行中的售后"]


def test_shipped_order_is_not_held() -> None:
    assert read(node(3, refund_status=2)).platform_hold == ""


def test_free_sf_names_the_carrier_and_remarks_come_along() -> None:
    order = read(node(free_sf=1, remark="易碎", remark_tag=2, buyer_memo="放门口"))
    assert (order.promised_carrier, order.seller_memo) == ("sf", "易碎")
    assert (order.seller_flag, order.buyer_memo) == ("yellow", "放门口")


def test_deposit_alone_is_not_paid() -> None:
    order = read(node(trade_type=1, step_order_info=PRESALE))
    assert (order.channel_status, order.presale) == (ChannelStatus.UNPAID, True)
    assert order.paid_amount == Decimal("20.00")
    (deposit,) = order.payments
    assert (deposit.phase, deposit.amount) == (PaymentPhase.DEPOSIT, Decimal("20.00"))


def test_presale_paid_in_full_has_two_payments() -> None:
    order = read(node(trade_type=1, step_order_info=PRESALE | {"step_trade_status": 2}))
    assert order.channel_status is ChannelStatus.PAID
    assert [each.phase for each in order.payments] == [PaymentPhase.DEPOSIT, PaymentPhase.FINAL]
    assert sum(each.amount for each in order.payments) == order.paid_amount == Decimal("189.00")


def test_fees_of_delivery_go_the_way_of_the_postage() -> None:
    order = read(node(postage="5.00", home_install_value="30.00", pay_amount="224.00"))
    assert order.freight == Decimal("35.00")
    assert order.paid_amount == due_amount(order)
    assert order.lines[0].paid_share == Decimal("189.00")


def test_what_duoduo_pay_takes_off_explains_the_payment() -> None:
    order = read(node(duo_duo_pay_reduction="3.00", pay_amount="186.00"))
    assert order.platform_discount == Decimal("13.00")
    assert order.paid_amount == due_amount(order)


def test_unexplained_payment_is_left_for_the_review() -> None:
    order = read(node(pay_amount="150.00"))
    assert order.paid_amount < due_amount(order)


def test_gift_is_a_line_without_a_price() -> None:
    gift = item(sku_id=600000009, outer_id="SOCKS", goods_count="2", goods_price="9.90")
    sold, present = read(node(gift_list=[gift])).lines
    assert (present.kind, present.unit_price, present.paid_share) == (
        LineKind.GIFT,
        Decimal(0),
        Decimal(0),
    )
    assert (present.channel_line_no, present.quantity) == ("gift600000009", 2)
    assert sold.paid_share == Decimal("189.00")


def test_cards_are_not_shipped() -> None:
    card = [{"card_no": "1", "mask_password": "*"}]
    assert read(node(card_info_list=card)).lines[0].kind is LineKind.VIRTUAL


def test_two_lines_of_one_sku_keep_their_numbers() -> None:
    told = node(item_list=[item(), item(sku_id=600000002), item()])
    numbers = [line.channel_line_no for line in read(told).lines]
    assert numbers == ["600000001", "600000002", "600000001-2"]
    assert numbers == [line.channel_line_no for line in read(told | {"remark": "x"}).lines]


@given(
    prices=st.lists(
        st.tuples(st.integers(min_value=0, max_value=10**7), st.integers(1, 20)),
        min_size=1,
        max_size=5,
    ),
    postage=st.integers(min_value=0, max_value=5000),
    discount=st.integers(min_value=0, max_value=10**6),
)
def test_shares_sum_to_what_was_paid_for_goods(
    prices: list[tuple[int, int]], postage: int, discount: int
) -> None:
    goods = sum(price * count for price, count in prices)
    paid = goods - min(goods, discount) + postage
    rows = [
        item(sku_id=at + 1, goods_price=str(Decimal(price) / 100), goods_count=count)
        for at, (price, count) in enumerate(prices)
    ]
    order = read(
        node(
            item_list=rows,
            goods_amount=str(Decimal(goods) / 100),
            discount_amount=str(Decimal(min(goods, discount)) / 100),
            postage=str(Decimal(postage) / 100),
            pay_amount=str(Decimal(paid) / 100),
        )
    )
    shares = [line.paid_share or Decimal(0) for line in order.lines]
    assert sum(shares) == order.paid_amount - order.freight
    assert order.paid_amount == due_amount(order)


@pytest.mark.parametrize(
    ("told", "problem", "where"),
    [
        ({"order_sn": ""}, Problem.MISSING, "order_sn"),
        ({"updated_at": ""}, Problem.MISSING, "updated_at"),
        ({"pay_amount": "1.234"}, Problem.TOO_FINE, "pay_amount"),
        ({"item_list": []}, Problem.MISSING, "item_list"),
        ({"item_list": "x"}, Problem.NOT_A_LIST, "item_list"),
        ({"item_list": [item(goods_count=0)]}, Problem.NOT_A_NUMBER, "item_list[0].goods_count"),
        ({"buyer_memo": "x" * 2001}, Problem.TOO_LONG, "buyer_memo"),
        ({"created_time": "yesterday"}, Problem.NOT_A_TIME, "created_time"),
    ],
)
def test_first_field_that_cannot_be_read_is_named(
    told: dict[str, Any], problem: Problem, where: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        read(node(**told))
    assert (caught.value.problem, caught.value.where) == (problem, where)


@pytest.mark.parametrize("payload", ["", "[]", "{}", "null", "{" * 5000])
def test_garbage_is_unreadable(payload: str) -> None:
    with pytest.raises(Unreadable):
        PinduoduoConnector.read_order(payload)
