import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.privacy.numerals import NUMERALS, arabic_units


def spelled(number: int) -> str:
    """Write a number below 1000 as addresses do: 十二, 二十, 一百零八, 三百一十."""
    hundreds, tens, units = number // 100, number // 10 % 10, number % 10
    digit = "零一二三四五六七八九"
    text = f"{digit[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digit[tens]) + "十"
    elif hundreds and units:
        text += "零"
    return text + (digit[units] if units else "")


@given(
    st.integers(1, 999), st.sampled_from(["号", "栋", "幢", "座", "楼", "层", "单元", "室", "户"])
)
def test_grammatical_number_before_its_unit_is_read(number: int, unit: str) -> None:
    assert arabic_units(f"科技路{spelled(number)}{unit}") == f"科技路{number}{unit}"


def test_every_number_of_an_address_is_read() -> None:
    assert arabic_units("科技路十二号三单元二〇一室") == "科技路12号3单元201室"


@pytest.mark.parametrize(
    "text",
    [
        "五一路",
        "建设五一二号",
        "一百一号",
        "3十二号",
        "二〇一号",
        "第三中学",
        "十堰市",
        "零号",
        "",
    ],
)
def test_doubtful_number_stays(text: str) -> None:
    assert arabic_units(text) == text


@given(st.text(f"{NUMERALS}0123号室楼单元路第"))
def test_reading_twice_changes_nothing(text: str) -> None:
    assert arabic_units(arabic_units(text)) == arabic_units(text)


@given(st.text(f"{NUMERALS}号室路"))
def test_only_numerals_change(text: str) -> None:
    rest = [c for c in arabic_units(text) if c not in f"{NUMERALS}0123456789"]
    assert rest == [c for c in text if c not in NUMERALS]
