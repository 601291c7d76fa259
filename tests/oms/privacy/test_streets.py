import re
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oms.privacy.streets import normalize_street

WRITTEN = st.text("0123abtpun -.,#/'()号號栋室單元路st", max_size=30)
UNITS = st.from_regex(r"[0-9]{1,4}[a-z]?|[0-9]{1,2}-[0-9]{1,4}", fullmatch=True)
UNIT_FORMS = (
    "123 Fun St., Apt {}",
    "123 Fun Street #{}",
    "123 fun st Unit {}",
    "123 Fun St, Apartment {}",
    "Unit {}, 123 Fun St.",
    "科技园路1号3栋{}",
    "科技园路1号3栋{}室",
    "科技园路{}号",
    "科技园路1号 {}",
    "科技园路1号{}#",
)


@pytest.mark.parametrize(
    "written",
    [
        "123 Fun Street",
        "123 FUN ST",
        "123  fun str.",
        "１２３ Ｆｕｎ Ｓｔ．",
    ],
)
def test_street_word_has_one_form(written: str) -> None:
    assert normalize_street(written) == normalize_street("123 Fun St.")


@pytest.mark.parametrize("unit", ["Apt 5", "Apt. 5", "apt5", "#5", "# 5", "Apt #5", "Unit 5"])
def test_sign_of_a_unit_has_one_form(unit: str) -> None:
    assert normalize_street(f"123 Fun St., {unit}") == "123 fun street unit 5"


@pytest.mark.parametrize(
    "written",
    [
        "科技园路 １ 号 3 栋 2 单元 201 室",
        "科技园路1號3棟2單元201室",
        "科技园路一号三栋二单元二〇一室",
        "科技园路1号，3栋，2单元，201室。",
    ],
)
def test_chinese_street_has_one_form(written: str) -> None:
    assert normalize_street(written) == "科技园路1号3栋2单元201室"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3#201", "3栋201"),
        ("3#楼", "3楼"),
        ("1号", "1"),
        ("科技路1号", "科技街1号"),
        ("12 B St", "12B St"),
        ("Suite 5", "Apt 5"),
        ("1 Fun St", "1 Fun Rd"),
        ("Unit Ct", "Unit Court"),
    ],
)
def test_doubtful_streets_differ(one: str, other: str) -> None:
    assert normalize_street(one) != normalize_street(other)


@given(st.sampled_from(UNIT_FORMS), st.sampled_from(UNIT_FORMS), UNITS, UNITS)
def test_different_units_never_equal(form: str, other_form: str, one: str, other: str) -> None:
    assume(one != other)
    assert normalize_street(form.format(one)) != normalize_street(other_form.format(other))


@given(WRITTEN)
def test_digit_groups_keep_their_row(text: str) -> None:
    assert re.findall("[0-9]+", normalize_street(text)) == re.findall("[0-9]+", text)


@given(st.text() | WRITTEN)
def test_normalizing_twice_changes_nothing(text: str) -> None:
    assert normalize_street(normalize_street(text)) == normalize_street(text)


@given(WRITTEN, st.sampled_from([str.upper, str.title, lambda text: f"  {text} "]))
def test_case_and_outer_space_mean_nothing(text: str, change: Callable[[str], str]) -> None:
    assert normalize_street(change(text)) == normalize_street(text)
