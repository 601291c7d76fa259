from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.services.sheets.cells import (
    BadCell,
    Choice,
    ExcelError,
    NoSuchChoice,
    NotWhole,
    OutOfRange,
    Shortened,
    Text,
    TooLong,
    Whole,
    YesNo,
    check_excel_error,
)


def test_code_that_excel_shortened_is_refused() -> None:
    with pytest.raises(Shortened):
        Text(64, is_code=True).read("6.90123E+12")
    assert Text(64).read("6.90123E+12") == "6.90123E+12"


def test_text_that_is_too_long_is_refused() -> None:
    assert Text(3).read("abc") == "abc"
    with pytest.raises(TooLong):
        Text(3).read("abcd")


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("1,200", 1200), ("\uff11\uff12", 12), ("7.0", 7), ("+5", 5)]
)
def test_whole_numbers_are_read_however_they_are_written(text: str, number: int) -> None:
    assert Whole(0, 2000).read(text) == number


@pytest.mark.parametrize("text", ["-1", "2001", "9" * 5000, "-" + "9" * 5000])
def test_absurd_numbers_are_refused(text: str) -> None:
    with pytest.raises(OutOfRange):
        Whole(0, 2000).read(text)


@pytest.mark.parametrize("text", ["1.5", "ten", "1,2", "1e3", "--1", "\u00b2"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(NotWhole):
        Whole(0, 2000).read(text)


@pytest.mark.parametrize(
    ("text", "value"), [("是", True), ("Y", True), ("1", True), ("否", False), ("FALSE", False)]
)
def test_yes_and_no_are_read_in_both_languages(text: str, value: bool) -> None:
    assert YesNo().read(text) is value


def test_choice_takes_values_labels_and_other_words() -> None:
    choice = Choice({"good": "Good one", "bad": "Bad one"}, {"良品": "good"})
    assert [choice.read(word) for word in ("good", "GOOD ONE", "良品", "bad")] == [
        "good",
        "good",
        "good",
        "bad",
    ]
    with pytest.raises(NoSuchChoice):
        choice.read("ugly")


def test_failed_formula_is_named() -> None:
    check_excel_error("#1")
    with pytest.raises(ExcelError):
        check_excel_error("#REF!")


@given(st.text())
def test_any_text_is_a_number_in_range_or_refused(text: str) -> None:
    with suppress(BadCell):
        assert 0 <= Whole(0, 99).read(text) <= 99
