"""What makes an incoming order impossible to take in."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from oms.dto import IncomingLine, IncomingOrder

MAX_QUANTITY = 100_000
MAX_AMOUNT = Decimal(1_000_000_000)
MAX_LINES = 5_000
MAX_NUMBER_LENGTH = 64
_CURRENCY = re.compile("[A-Z]{3}")


class Fault(StrEnum):
    """One kind of nonsense; the words for people stand in ``oms.services.orders.faults``."""

    NO_NUMBER = "no_number"
    NUMBER_TOO_LONG = "number_too_long"
    NO_LINES = "no_lines"
    TOO_MANY_LINES = "too_many_lines"
    LINE_TWICE = "line_twice"
    QUANTITY = "quantity"
    CANCELLED_QUANTITY = "cancelled_quantity"
    PRICE = "price"
    AMOUNT = "amount"
    CURRENCY = "currency"


def faults_of(order: IncomingOrder) -> list[Fault]:
    """Return every kind of fault once, in a stable order; an empty list means it can be taken."""
    found = set(_order_faults(order))
    for line in order.lines:
        found.update(_line_faults(line))
    return [fault for fault in Fault if fault in found]


def _order_faults(order: IncomingOrder) -> Iterator[Fault]:
    if not order.channel_order_no.strip():
        yield Fault.NO_NUMBER
    if len(order.channel_order_no) > MAX_NUMBER_LENGTH:
        yield Fault.NUMBER_TOO_LONG
    if not order.lines:
        yield Fault.NO_LINES
    if len(order.lines) > MAX_LINES:
        yield Fault.TOO_MANY_LINES
    numbers = Counter(line.channel_line_no for line in order.lines)
    if any(count > 1 for number, count in numbers.items() if number is not None):
        yield Fault.LINE_TWICE
    amounts = (
        order.goods_amount,
        order.freight,
        order.seller_discount,
        order.platform_discount,
        order.paid_amount,
        *(payment.amount for payment in order.payments),
    )
    if not all(_is_sane(amount) for amount in amounts):
        yield Fault.AMOUNT
    if not _CURRENCY.fullmatch(order.currency):
        yield Fault.CURRENCY


def _line_faults(line: IncomingLine) -> Iterator[Fault]:
    if not 0 < line.quantity <= MAX_QUANTITY:
        yield Fault.QUANTITY
    if not 0 <= line.cancelled_quantity <= max(line.quantity, 0):
        yield Fault.CANCELLED_QUANTITY
    if not _is_sane(line.unit_price):
        yield Fault.PRICE
    if line.paid_share is not None and not _is_sane(line.paid_share):
        yield Fault.AMOUNT


def _is_sane(amount: Decimal) -> bool:
    return amount.is_finite() and 0 <= amount <= MAX_AMOUNT
