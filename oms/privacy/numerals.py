"""Read Chinese numerals in addresses, only where nothing else can be meant. Pure."""

import re
from typing import Final

DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0}
NUMERALS: Final = "".join(DIGITS) + "十百千两廿卅壹贰叁肆伍陆柒捌玖拾"
"""Every character that may be part of a number, also those that are never converted."""

_D: Final = "[一二三四五六七八九]"
_COUNTED: Final = (
    f"(?P<hundreds>{_D})百(?:零(?P<low>{_D})|(?P<tens>{_D})十(?P<units>{_D})?)?"
    f"|(?P<ten>{_D})?十(?P<unit>{_D})?"
    f"|(?P<single>{_D})"
)
# A row of digits names a room ("二〇一室"); before 号 it may be a name ("建设五一 二号") and stays.
_IN_UNIT: Final = re.compile(
    rf"(?<![0-9{NUMERALS}])"
    rf"(?:(?:{_COUNTED})(?=[号栋幢座楼层室户弄]|单元)|(?P<row>[〇零一二三四五六七八九]{{2,}})(?=[室房]))"
)


def arabic_units(text: str) -> str:
    """Return the text with house, building, floor and room numbers in Arabic digits.

    Read are grammatical numbers below 1000 directly before their unit word, and rows of digits
    before a room; anything doubtful stays as it is, and so differs.
    """
    return _IN_UNIT.sub(_read, text)


def _read(found: re.Match[str]) -> str:
    if row := found["row"]:
        return "".join(str(DIGITS[digit]) for digit in row)
    if found["single"]:
        return str(DIGITS[found["single"]])
    if found["hundreds"]:
        return str(100 * _value(found, "hundreds") + _below_hundred(found, "tens", "units", "low"))
    return str(10 * (_value(found, "ten") or 1) + _value(found, "unit"))


def _below_hundred(found: re.Match[str], tens: str, units: str, low: str) -> int:
    return 10 * _value(found, tens) + _value(found, units) + _value(found, low)


def _value(found: re.Match[str], group: str) -> int:
    return DIGITS[found[group]] if found[group] else 0
