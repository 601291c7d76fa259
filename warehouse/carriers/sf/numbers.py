"""SF waybill numbers: their two forms, and the check digit of the older one. Pure."""

import re

WAYBILL_NO = re.compile(r"SF\d{13}|\d{12}", re.ASCII)
_WEIGHTS = (15, 13, 11, 9, 7, 5, 3, 1)


def is_waybill_no(text: str) -> bool:
    """Say whether a text has the form of an SF number ("SF" and 13 digits, or 12 digits)."""
    return WAYBILL_NO.fullmatch(text) is not None


def check_digit(twelve: str) -> int:
    """Compute the last digit of a 12-digit number from digits 4 to 11.

    Found by observation, not published, and made-up samples fail it: warn on a mismatch, never
    refuse.
    """
    products = (int(digit) * weight for digit, weight in zip(twelve[3:11], _WEIGHTS, strict=True))
    return -sum(product // 10 + product % 10 for product in products) % 10
