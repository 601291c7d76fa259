"""Sums and products of money that are never rounded: rather an error than a lost thousandth. Pure.

Python's default arithmetic keeps 28 digits and rounds beyond them in silence.
"""

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow

_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, Overflow])
LARGEST = Decimal(10) ** 15


def add(one: Decimal, other: Decimal) -> Decimal:
    return _EXACT.add(one, other)


def multiply(one: Decimal, other: Decimal | int) -> Decimal:
    return _EXACT.multiply(one, Decimal(other))


def total(amounts: Iterable[Decimal]) -> Decimal:
    result = Decimal(0)
    for amount in amounts:
        result = add(result, amount)
    return result


def fits(number: Decimal, places: int) -> bool:
    """Tell whether a column with so many decimals keeps the number as it is."""
    exponent = number.normalize(_EXACT).as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -places


def grouped(number: Decimal) -> str:
    """Write the number for people: 9,747,747.934 and 27.50, with every decimal it has."""
    return f"{number:,.2f}" if fits(number, 2) else f"{number.normalize(_EXACT):,f}"


def plain(number: Decimal) -> str:
    """Write the number without zeros behind its last digit, and nothing as "0"."""
    return format(number.normalize(_EXACT), "f") if number else "0"
