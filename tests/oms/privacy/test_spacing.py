import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.privacy.spacing import tighten

WRITTEN = st.text("0123ABab -–—.,，、:：#/()（）'_·号栋路座一二十１２")


@given(st.text() | WRITTEN)
def test_tightening_twice_changes_nothing(text: str) -> None:
    assert tighten(tighten(text)) == tighten(text)


@given(WRITTEN)
def test_digits_are_never_joined_cut_or_lost(text: str) -> None:
    plain = text.translate(str.maketrans("１２", "12"))
    assert re.findall("[0-9]+", tighten(text)) == re.findall("[0-9]+", plain)


@pytest.mark.parametrize(
    ("written", "tight"),
    [
        (" 科技 路，１号 ", "科技路1号"),
        ("阳光小区（北区）3栋", "阳光小区北区3栋"),
        ("买买提·艾力", "买买提艾力"),
        ("Ann  O'Brien", "ann o brien"),
        ("B座-1层", "b座-1层"),
        ("B座 - 东", "b座东"),
        ("3 - 201", "3-201"),
        ("1、3号", "1,3号"),
        ("", ""),
        (" .,-", ""),
    ],
)
def test_what_means_nothing_falls(written: str, tight: str) -> None:
    assert tighten(written) == tight


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 201", "3201"),
        ("3-201", "3 201"),
        ("1.5", "1 5"),
        ("12 B", "12B"),
        ("B座-1层", "B座1层"),
        ("二 三号", "二三号"),
        ("3#楼", "3楼"),
        ("1-3号", "1,3号"),
    ],
)
def test_what_separates_stays(one: str, other: str) -> None:
    assert tighten(one) != tighten(other)
