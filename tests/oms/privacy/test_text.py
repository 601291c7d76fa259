import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.privacy.text import fold, squeeze, utf8

WITH_SURROGATES = st.text(st.characters(exclude_categories=()))


@given(WITH_SURROGATES)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(WITH_SURROGATES)
def test_folded_text_has_no_invisible_character_but_space(text: str) -> None:
    invisible = [c for c in fold(text) if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zs"}]
    assert set(invisible) <= {" "}


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_full_width_reads_as_half_width(text: str) -> None:
    assert fold("".join(chr(ord(character) + 0xFEE0) for character in text)) == text.lower()


def test_digit_inside_a_sign_does_not_join_its_neighbour() -> None:
    assert squeeze(fold("1①2²")) == "1 1 2 2"


def test_copied_direction_marks_vanish() -> None:
    assert fold("\u202d13800138000\u202c") == "13800138000"


@given(st.text())
def test_proper_text_is_encoded_unchanged(text: str) -> None:
    assert utf8(text).decode() == text


@pytest.mark.parametrize(
    ("broken", "repaired"), [("a\ud83d", "a\ufffd"), ("\ude00b", "\ufffdb"), ("\ud83d\ude00", "😀")]
)
def test_half_an_emoji_is_replaced(broken: str, repaired: str) -> None:
    assert utf8(broken).decode() == repaired
