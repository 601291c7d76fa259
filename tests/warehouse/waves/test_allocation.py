from hypothesis import given
from hypothesis import strategies as st

from warehouse.waves.allocation import Shelf, Take, Want, allocate, restore

MILK, TEA = 1, 2


def shelf(key: int, free: int, *, sku: int = MILK, zone: str = "A") -> Shelf:
    return Shelf(key, sku, zone, free)


def test_oldest_bin_that_has_everything_is_chosen() -> None:
    shelves = [shelf(1, 2), shelf(2, 5), shelf(3, 9)]
    takes, missing = allocate([Want(10, MILK, 4)], shelves)
    assert takes == [Take(10, 2, 4, "A")]
    assert missing == {}


def test_several_bins_are_taken_from_only_where_none_has_everything() -> None:
    takes, missing = allocate([Want(10, MILK, 6)], [shelf(1, 2), shelf(2, 5)])
    assert [(take.shelf, take.quantity) for take in takes] == [(1, 2), (2, 4)]
    assert missing == {}


def test_what_no_bin_has_is_named() -> None:
    takes, missing = allocate([Want(10, MILK, 6), Want(11, TEA, 1)], [shelf(1, 2)])
    assert sum(take.quantity for take in takes) == 2
    assert missing == {10: 4, 11: 1}


def test_units_are_promised_once() -> None:
    shelves = [shelf(1, 5)]
    allocate([Want(10, MILK, 3)], shelves)
    _takes, missing = allocate([Want(11, MILK, 3)], shelves)
    assert missing == {11: 1}


def test_given_back_units_can_be_promised_again() -> None:
    shelves = [shelf(1, 5)]
    takes, _missing = allocate([Want(10, MILK, 5)], shelves)
    restore(takes, shelves)
    assert shelves[0].free == 5


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.lists(st.integers(0, 9), max_size=6))
def test_every_unit_is_taken_or_missing(wanted: list[int], free: list[int]) -> None:
    shelves = [shelf(key, units) for key, units in enumerate(free)]
    wants = [Want(key, MILK, units) for key, units in enumerate(wanted)]
    takes, missing = allocate(wants, shelves)
    for want in wants:
        got = sum(take.quantity for take in takes if take.want == want.key)
        assert got + missing.get(want.key, 0) == want.quantity
    assert all(row.free >= 0 for row in shelves)
    assert sum(row.free for row in shelves) + sum(take.quantity for take in takes) == sum(free)
    assert not missing or all(row.free == 0 for row in shelves)
