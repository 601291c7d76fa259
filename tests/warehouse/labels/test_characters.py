import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.labels.characters import GETA, is_printable, missing_characters, printable

ANY_TEXT = st.text(st.characters(), max_size=80)


@pytest.mark.parametrize("text", ["", "张三", "买买提·阿卜杜拉", "B座1203室", "¥1,234.50 ×2", "𬴊"])
def test_text_of_the_font_stays_as_it_is(text: str) -> None:
    assert printable(text) == text
    assert missing_characters([text]) == ()


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("𠮷田", f"{GETA}田"),
        ("𠮷𠮷", f"{GETA}{GETA}"),
        ("要🔴不要🔵", f"要{GETA}不要{GETA}"),
        ("👨‍👩‍👧‍👦一家", f"{GETA}一家"),
        ("👍🏽好", f"{GETA}好"),
        ("🇨🇳", GETA),
        ("1️⃣楼", "1楼"),
        ("\U0001d400\U0001d401", "AB"),
        ("e\u0301", "é"),
        ("1\n2\t3\u30004\u00a05", "1 2 3 4 5"),
        ("张\u200b三\u202e\x00", "张三"),
        ("\ud800", GETA),
    ],
)
def test_other_characters_become_what_the_font_has(text: str, drawn: str) -> None:
    assert printable(text) == drawn


def test_missing_characters_are_listed_once_in_order() -> None:
    assert missing_characters(["🌸𠮷", "张三", "𠮷田𠀀"]) == ("🌸", "𠮷", "𠀀")


def test_a_written_geta_mark_is_not_missing() -> None:
    assert missing_characters([f"{GETA}𠮷"]) == ("𠮷",)


@given(ANY_TEXT)
def test_everything_becomes_printable_and_stays_so(text: str) -> None:
    drawn = printable(text)
    assert is_printable(drawn)
    assert printable(drawn) == drawn


@given(ANY_TEXT)
def test_text_with_a_missing_character_shows_a_mark(text: str) -> None:
    assert (GETA in printable(text)) == bool(missing_characters([text]) or GETA in text)
