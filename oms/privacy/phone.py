"""Write one telephone number in one way. Pure.

Chinese shapes: mobile 1[3-9] and nine digits; fixed line 0, area code of two or three more digits,
then seven or eight digits; 400 and 800 service numbers of ten digits (MIIT numbering plan).
A platform's virtual number is shared by many buyers: its extension is part of whose number it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from oms.privacy.text import fold, squeeze

_PINDUODUO: Final = re.compile(r"\$([^$]+)\$#([0-9]{1,6})#")
_MARKED_EXTENSION: Final = re.compile(
    r"(?P<main>.*?)\s?"
    r"(?:[\[【]\s?(?P<boxed>[0-9]{1,6})\s?[\]】]"
    r"|(?:#|转|轉|分机号?|extension|ext|x)[.:]?\s?(?P<named>[0-9]{1,6}))"
)
_DASHES: Final = re.compile("[‐-―−~_]")
_PLAIN: Final = re.compile(r"[\s(]*(\+?)([0-9*\s().,-]*)")
_GROUP: Final = re.compile(r"[0-9*]+")
_SHAPES: Final = (
    (re.compile(r"1[3-9]"), (11,)),
    (re.compile(r"[48]00"), (10,)),
    (re.compile(r"0(?:10|2[0-9])"), (11,)),
    (re.compile(r"0[3-9][0-9]{2}"), (12, 11)),
)
_LONGEST_EXTENSION: Final = 6


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number in digits ("+" before a foreign one) and its extension; unread text stays text."""

    number: str
    extension: str = ""

    def __str__(self) -> str:
        return f"{self.number}-{self.extension}" if self.extension else self.number


def normalize_phone(text: str) -> str:
    """Return "13800138000", "18412345678-1234", "02112345678-801", "+442071234567".

    What is not understood is only folded, so that it equals nothing but itself.
    """
    return str(parse_phone(text))


def parse_phone(text: str) -> PhoneNumber:
    """Read a number as people and platforms write it; "*" of a masked number counts as a digit."""
    folded = squeeze(_DASHES.sub("-", fold(text)))
    main, extension = _split_marked_extension(folded)
    plain = _PLAIN.fullmatch(main)
    groups: list[str] = _GROUP.findall(plain[2]) if plain else []
    if not plain or not groups:
        return PhoneNumber(folded)
    abroad, digits, cuts = _read_prefix(bool(plain[1]), groups)
    chinese = _read_chinese(abroad, digits, cuts)
    if chinese and not (chinese.extension and extension):
        return PhoneNumber(chinese.number, chinese.extension or extension)
    if extension:
        return PhoneNumber(folded)
    return PhoneNumber(f"+{digits}" if abroad else digits)


def _split_marked_extension(text: str) -> tuple[str, str]:
    marked = _MARKED_EXTENSION.fullmatch(_PINDUODUO.sub(r"\1#\2", text))
    return (marked["main"], marked["boxed"] or marked["named"]) if marked else (text, "")


def _read_prefix(plus: bool, groups: list[str]) -> tuple[bool, str, set[int]]:
    """Return whether an international prefix leads, the digits after it, and where they are cut."""
    digits = "".join(groups)
    cuts = set(accumulate(map(len, groups)))
    if plus or not digits.startswith("00"):
        return plus, digits, cuts
    return True, digits[2:], {cut - 2 for cut in cuts}


def _read_chinese(abroad: bool, digits: str, cuts: set[int]) -> PhoneNumber | None:
    for national, shift in _national_forms(abroad, digits):
        if fitting := _fit(national, {cut + shift for cut in cuts}):
            return fitting
    return None


def _national_forms(abroad: bool, digits: str) -> Iterator[tuple[str, int]]:
    """Yield the digits as dialled inside China, with how far they moved."""
    if not abroad:
        yield digits, 0
        if re.match(r"01[3-9]", digits):
            yield digits[1:], -1
    if digits.startswith("86") and (abroad or re.match(r"861[3-9]", digits)):
        yield digits[2:], -2
    if digits.startswith("86") and abroad:
        yield "0" + digits[2:], -1


def _fit(digits: str, cuts: set[int]) -> PhoneNumber | None:
    """Return the number where a Chinese shape fits; digits cut off behind it are its extension."""
    lengths = next((lengths for shape, lengths in _SHAPES if shape.match(digits)), ())
    for length in lengths:
        if length in cuts and 0 < len(digits) - length <= _LONGEST_EXTENSION:
            return PhoneNumber(digits[:length], digits[length:])
    return PhoneNumber(digits) if len(digits) in lengths else None
