"""Which lines a parcel is told with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.services.push.units import Line, Units, add_up, is_part, lines_in

PLAIN = Line("1", 3, {10: 3})
BUNDLE = Line("2", 2, {20: 4, 21: 2})
"""Two boxes, each of two of one thing and one of another."""


def test_plain_line_is_told_with_its_units() -> None:
    assert lines_in({10: 2}, earlier={}, lines=[PLAIN]) == [("1", 2)]


def test_second_parcel_brings_the_rest() -> None:
    assert lines_in({10: 1}, earlier={10: 2}, lines=[PLAIN]) == [("1", 1)]


@pytest.mark.parametrize(
    ("parcel", "earlier", "told"),
    [
        ({20: 4, 21: 2}, {}, [("2", 2)]),
        ({20: 2, 21: 1}, {}, [("2", 1)]),
        ({20: 4}, {}, [("2", 2)]),
        ({21: 2}, {20: 4}, []),
        ({21: 2}, {20: 2}, [("2", 1)]),
        ({20: 1}, {}, [("2", 1)]),
        ({20: 1}, {20: 1}, []),
    ],
)
def test_bundle_is_told_when_its_first_piece_leaves(
    parcel: Units, earlier: Units, told: list[tuple[str, int]]
) -> None:
    assert lines_in(parcel, earlier=earlier, lines=[BUNDLE]) == told


def test_line_that_is_not_in_the_parcel_is_not_told() -> None:
    assert lines_in({10: 1}, earlier={}, lines=[PLAIN, BUNDLE]) == [("1", 1)]


@pytest.mark.parametrize(("units", "part"), [({10: 3}, False), ({10: 2}, True), ({11: 3}, True)])
def test_parcel_with_less_than_owed_is_a_part(units: Units, part: bool) -> None:
    assert is_part(units, owed={10: 3}) is part


parcels = st.lists(
    st.fixed_dictionaries({20: st.integers(0, 4), 21: st.integers(0, 2)}), max_size=6
).filter(lambda found: all(add_up(found).get(i, 0) <= n for i, n in ((20, 4), (21, 2))))


@given(parcels)
def test_no_unit_is_told_twice_and_all_are_told_once_everything_left(found: list[Units]) -> None:
    told = 0
    for at, one in enumerate(found):
        told += sum(n for _no, n in lines_in(one, earlier=add_up(found[:at]), lines=[BUNDLE]))
    everything = add_up(found)
    assert told <= BUNDLE.quantity
    if everything.get(20) == 4:
        assert told == BUNDLE.quantity
