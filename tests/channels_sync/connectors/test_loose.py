"""Numbers as texts, texts as numbers, and nothing in many spellings."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.loose import Loose, beijing, dump, load
from channels_sync.connectors.numbering import number_lines
from channels_sync.dto import Problem, Unreadable


def problem_of(call: Any) -> tuple[Problem, str]:
    with pytest.raises(Unreadable) as caught:
        call()
    return caught.value.problem, caught.value.where


@pytest.mark.parametrize("told", ["12.30", "12.3", 12.3])
def test_yuan_is_exact_however_it_is_written(told: Any) -> None:
    node = Loose.of(load(json.dumps({"a": told})))
    assert node.yuan("a") == Decimal("12.30")


@given(st.integers(min_value=0, max_value=10**13))
def test_fen_is_never_rounded(fen: int) -> None:
    assert Loose({"a": fen}).fen("a") * 100 == fen


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("", Problem.MISSING),
        (None, Problem.MISSING),
        ("12.345", Problem.TOO_FINE),
        ("twelve", Problem.NOT_A_NUMBER),
        ("NaN", Problem.NOT_A_NUMBER),
        ("Infinity", Problem.NOT_A_NUMBER),
        ("9" * 20, Problem.NOT_A_NUMBER),
        ([], Problem.NOT_TEXT),
        (True, Problem.NOT_TEXT),
    ],
)
def test_what_is_no_amount_is_named(told: Any, problem: Problem) -> None:
    assert problem_of(lambda: Loose({"a": told}, "order").yuan("a")) == (problem, "order.a")


@pytest.mark.parametrize("told", ["", None, "0", 0, "0001-01-01 00:00:00"])
def test_no_time_is_none(told: Any) -> None:
    assert Loose({"at": told}).moment("at") is None


def test_beijing_midnight_belongs_to_the_day_before_in_utc() -> None:
    moment = Loose({"at": "2026-03-01 07:41:00"}).moment("at")
    assert moment == datetime(2026, 2, 28, 23, 41, tzinfo=UTC)
    assert moment is not None
    assert beijing(moment) == "2026-03-01 07:41:00"


def test_malformed_time_is_named() -> None:
    assert problem_of(lambda: Loose({"at": "soon"}).moment("at")) == (Problem.NOT_A_TIME, "at")


@pytest.mark.parametrize(("told", "number"), [("3", 3), (3, 3), ("3.00", 3)])
def test_whole_number_may_be_a_text(told: Any, number: int) -> None:
    assert Loose({"n": told}).whole("n") == number


def test_part_of_a_piece_is_no_number() -> None:
    assert problem_of(lambda: Loose({"n": "1.5"}).whole("n")) == (Problem.NOT_A_NUMBER, "n")


def test_long_ids_stay_what_they_are() -> None:
    node = Loose.of(load('{"id": 9007199254740993123}'))
    assert node.text("id", limit=40) == "9007199254740993123"


def test_same_words_make_the_same_text() -> None:
    one, other = load('{"b": 1.10, "a": "雨"}'), load('{"a": "雨", "b": 1.10}')
    assert dump(one) == dump(other)
    assert Loose.of(load(dump(one))).yuan("b") == Decimal("1.1")


def test_nested_faults_are_named_by_their_path() -> None:
    node = Loose({"rows": [{"n": "1"}, {"n": "x"}]})
    *_first, second = node.items("rows")
    assert problem_of(lambda: second.whole("n")) == (Problem.NOT_A_NUMBER, "rows[1].n")


def test_second_line_of_one_sku_has_a_number_of_its_own() -> None:
    assert number_lines(["7", "8", "7", "7"]) == ["7", "8", "7-2", "7-3"]
