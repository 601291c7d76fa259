"""Orders of a WooCommerce shop: amounts, statuses, guests, what was taken back."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.woocommerce.connector import WooCommerceConnector
from channels_sync.dto import Problem, Unreadable
from oms.dto import ChannelStatus, IncomingOrder, PaymentTerms, PlainReceiver

from .wire import recorded

ORDER = recorded("orders")["response"][0]
REFUND = recorded("refunds")[0]


def read(**changes: Any) -> IncomingOrder:
    return WooCommerceConnector.read_order(json.dumps(deepcopy(ORDER) | changes))


def problem(**changes: Any) -> tuple[Problem, str]:
    with pytest.raises(Unreadable) as trouble:
        read(**changes)
    return trouble.value.problem, trouble.value.where


def line(number: int, **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = ORDER["line_items"][0] | {"id": number} | changes
    return told


def test_recorded_order_is_read() -> None:
    order = read()
    assert order.channel_order_no == "727"
    assert order.channel_status is ChannelStatus.PAID
    assert [order.goods_amount, order.freight, order.paid_amount] == [199, 10, 209]
    assert order.ordered_at == datetime(2026, 3, 1, 7, 41, tzinfo=UTC)
    assert order.channel_modified_at == datetime(2026, 3, 1, 7, 41, 30, tzinfo=UTC)
    (only,) = order.lines
    assert (only.channel_line_no, only.channel_product_id, only.channel_sku_id) == (
        "315",
        "93",
        "94",
    )
    assert only.merchant_code == "HOODIE-BLK-M"
    assert [only.unit_price, only.paid_share] == [199, 199]
    assert order.buyer is not None
    assert order.buyer.channel_buyer_id == "12"


def test_receiver_is_the_shipping_address_with_the_billing_email() -> None:
    receiver = read().receiver
    assert isinstance(receiver, PlainReceiver)
    assert (receiver.name, receiver.phone) == ("买家演示", "13800000000")
    assert (receiver.province, receiver.city, receiver.street) == ("江苏省", "杭州市", "演示路1号")
    assert receiver.email == "buyer@example.com"


def test_without_a_shipping_address_the_billing_address_counts() -> None:
    receiver = read(shipping={"address_1": "", "first_name": ""}).receiver
    assert isinstance(receiver, PlainReceiver)
    assert receiver.street == "演示路1号"


def test_old_shop_tells_the_phone_beside_the_bill_only() -> None:
    place = {key: value for key, value in ORDER["shipping"].items() if key != "phone"}
    receiver = read(shipping=place).receiver
    assert isinstance(receiver, PlainReceiver)
    assert receiver.phone == "13800000000"


def test_western_name_keeps_its_order() -> None:
    place = ORDER["shipping"] | {"first_name": "Ada", "last_name": "Demo", "state": "BE"}
    receiver = read(shipping=place | {"country": "DE"}).receiver
    assert isinstance(receiver, PlainReceiver)
    assert (receiver.name, receiver.country, receiver.province) == ("Ada Demo", "DE", "BE")


def test_guest_is_no_known_buyer() -> None:
    assert read(customer_id=0).buyer is None


@pytest.mark.parametrize(
    ("word", "status", "paid"),
    [
        ("checkout-draft", ChannelStatus.UNPAID, 0),
        ("pending", ChannelStatus.UNPAID, 0),
        ("on-hold", ChannelStatus.UNPAID, 0),
        ("processing", ChannelStatus.PAID, 209),
        ("completed", ChannelStatus.SHIPPED, 209),
        ("cancelled", ChannelStatus.CANCELLED, 0),
        ("failed", ChannelStatus.CANCELLED, 0),
        ("refunded", ChannelStatus.CANCELLED, 0),
        ("trash", ChannelStatus.CANCELLED, 0),
    ],
)
def test_every_status_has_its_meaning(word: str, status: ChannelStatus, paid: int) -> None:
    order = read(status=word, date_paid_gmt=None)
    assert (order.channel_status, order.raw_status) == (status, word)
    assert order.paid_amount == paid


@pytest.mark.parametrize("word", ["wc-at-the-tailor", "partial-shipped", "PROCESSING"])
def test_status_of_a_plugin_waits_for_a_person(word: str) -> None:
    assert problem(status=word) == (Problem.UNKNOWN_STATUS, "status")


def test_money_back_after_shipping_does_not_unship() -> None:
    order = read(status="refunded", date_completed_gmt="2026-03-02T07:00:00")
    assert order.channel_status is ChannelStatus.COMPLETED


def test_cash_on_delivery_is_not_paid_before_the_shop_says_so() -> None:
    order = read(payment_method="cod", date_paid_gmt=None)
    assert order.payment_terms is PaymentTerms.COD
    assert order.paid_amount == 0
    assert order.channel_status is ChannelStatus.PAID
    assert read(payment_method="cod").paid_amount == 209


def test_price_written_as_a_number_passes_through_no_float() -> None:
    rows = [line(315, price=66.333333333333333333, quantity=3)]
    order = read(line_items=rows)
    assert order.lines[0].unit_price == Decimal("66.33")
    assert order.goods_amount == 199


def test_taxes_and_coupons_are_in_the_sums() -> None:
    rows = [line(1, subtotal="100.00", subtotal_tax="13.00", total="90.00", total_tax="11.70")]
    order = read(
        line_items=rows,
        shipping_total="10.00",
        shipping_tax="1.30",
        discount_total="10.00",
        discount_tax="1.30",
        total="113.00",
    )
    assert [order.goods_amount, order.freight] == [113, Decimal("11.30")]
    assert order.seller_discount == Decimal("11.30")
    assert order.lines[0].paid_share == Decimal("101.70")


def test_units_refunded_before_shipping_are_cancelled() -> None:
    rows = [line(315, quantity=2)]
    order = read(line_items=rows, refund_details=[REFUND])
    assert order.lines[0].cancelled_quantity == 1


@pytest.mark.parametrize(("completed", "gone"), [("2026-03-01T08:07:10", 0), ("2026-03-02", 1)])
def test_units_refunded_after_shipping_went_to_the_buyer(completed: str, gone: int) -> None:
    rows = [line(315, quantity=2)]
    order = read(
        line_items=rows,
        status="completed",
        date_completed_gmt=completed,
        refund_details=[REFUND],
    )
    assert order.lines[0].cancelled_quantity == gone


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"total": "12.345"}, (Problem.TOO_FINE, "total")),
        ({"total": "much"}, (Problem.NOT_A_NUMBER, "total")),
        ({"date_created_gmt": "yesterday"}, (Problem.NOT_A_TIME, "date_created_gmt")),
        ({"date_modified_gmt": None}, (Problem.MISSING, "date_modified_gmt")),
        ({"line_items": "x"}, (Problem.NOT_A_LIST, "line_items")),
        ({"currency": ""}, (Problem.MISSING, "currency")),
        ({"shipping": []} | {"shipping": "x"}, (Problem.NOT_AN_OBJECT, "shipping")),
    ],
)
def test_what_cannot_be_read_is_named(changes: dict[str, Any], expected: Any) -> None:
    assert problem(**changes) == expected


@pytest.mark.parametrize("payload", ["", "[]", '{"id": 727}', "{"])
def test_what_is_no_order_is_refused(payload: str) -> None:
    with pytest.raises(Unreadable):
        WooCommerceConnector.read_order(payload)


AMOUNT = st.decimals(min_value=0, max_value=9999, places=2)


@given(rows=st.lists(AMOUNT, min_size=1, max_size=6), freight=AMOUNT, fee=AMOUNT)
def test_paid_shares_add_up_to_the_payment_less_freight(
    rows: list[Decimal], freight: Decimal, fee: Decimal
) -> None:
    lines = [
        line(at, total=f"{amount}", subtotal=f"{amount}") for at, amount in enumerate(rows, start=1)
    ]
    paid = sum(rows, freight + fee)
    order = read(line_items=lines, shipping_total=f"{freight}", total=f"{paid}")
    shares = [each.paid_share or Decimal(0) for each in order.lines]
    assert sum(shares) == order.paid_amount - order.freight
