from decimal import Decimal
from typing import Any

import pytest

from oms.dto import IncomingPayment
from oms.rules.incoming import MAX_AMOUNT, MAX_LINES, MAX_QUANTITY, Fault, faults_of
from tests.factories.oms import NOW
from tests.oms.rules.incoming_orders import incoming_line, incoming_order

CENT = Decimal("0.01")
ABSURD = [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), -CENT, MAX_AMOUNT + CENT]
F = Fault


def test_ordinary_order_has_no_fault() -> None:
    assert faults_of(incoming_order()) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"channel_order_no": ""}, F.NO_NUMBER),
        ({"channel_order_no": "  "}, F.NO_NUMBER),
        ({"channel_order_no": "1" * 65}, F.NUMBER_TOO_LONG),
        ({"lines": ()}, F.NO_LINES),
        ({"currency": ""}, F.CURRENCY),
        ({"currency": "cny"}, F.CURRENCY),
        ({"currency": "RMB¥"}, F.CURRENCY),
        ({"currency": "C1Y"}, F.CURRENCY),
        ({"currency": "C Y"}, F.CURRENCY),
        ({"currency": "人民币"}, F.CURRENCY),
    ],
)
def test_fault_of_the_order(changes: dict[str, Any], fault: Fault) -> None:
    assert faults_of(incoming_order(**changes)) == [fault]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"quantity": 0}, F.QUANTITY),
        ({"quantity": -1}, F.QUANTITY),
        ({"quantity": MAX_QUANTITY + 1}, F.QUANTITY),
        ({"quantity": 2, "cancelled_quantity": 3}, F.CANCELLED_QUANTITY),
        ({"cancelled_quantity": -1}, F.CANCELLED_QUANTITY),
        *(({"unit_price": amount}, F.PRICE) for amount in ABSURD),
        *(({"paid_share": amount}, F.AMOUNT) for amount in ABSURD),
    ],
)
def test_fault_of_a_line(changes: dict[str, Any], fault: Fault) -> None:
    good, bad = incoming_line(channel_line_no="0"), incoming_line(**changes)
    assert faults_of(incoming_order(lines=(good, bad))) == [fault]


@pytest.mark.parametrize("amount", ABSURD)
@pytest.mark.parametrize(
    "column", ["goods_amount", "freight", "seller_discount", "platform_discount", "paid_amount"]
)
def test_absurd_amount_is_a_fault(column: str, amount: Decimal) -> None:
    assert faults_of(incoming_order(**{column: amount})) == [F.AMOUNT]


@pytest.mark.parametrize("amount", ABSURD)
def test_absurd_payment_is_a_fault(amount: Decimal) -> None:
    payment = IncomingPayment(payment_no="1", amount=amount, paid_at=NOW)
    assert faults_of(incoming_order(payments=(payment,))) == [F.AMOUNT]


def test_line_number_twice_is_a_fault_but_lines_may_have_none() -> None:
    twice = (incoming_line(channel_line_no="7"), incoming_line(channel_line_no="7"))
    without = (incoming_line(channel_line_no=None), incoming_line(channel_line_no=None))
    assert faults_of(incoming_order(lines=twice)) == [F.LINE_TWICE]
    assert faults_of(incoming_order(lines=without)) == []


def test_largest_order_can_still_be_taken() -> None:
    line = incoming_line(
        quantity=MAX_QUANTITY,
        unit_price=MAX_AMOUNT,
        cancelled_quantity=MAX_QUANTITY,
        channel_line_no=None,
    )
    order = incoming_order(
        channel_order_no="1" * 64, goods_amount=MAX_AMOUNT, lines=(line,) * MAX_LINES
    )
    assert faults_of(order) == []
    assert faults_of(incoming_order(lines=(line,) * (MAX_LINES + 1))) == [F.TOO_MANY_LINES]


def test_every_kind_of_fault_is_named_once_in_a_stable_order() -> None:
    bad = incoming_line(quantity=0, unit_price=-CENT, cancelled_quantity=-1)
    order = incoming_order(
        channel_order_no="", currency="", freight=-CENT, goods_amount=-CENT, lines=(bad, bad)
    )
    expected = [
        F.NO_NUMBER,
        F.LINE_TWICE,
        F.QUANTITY,
        F.CANCELLED_QUANTITY,
        F.PRICE,
        F.AMOUNT,
        F.CURRENCY,
    ]
    assert faults_of(order) == expected
