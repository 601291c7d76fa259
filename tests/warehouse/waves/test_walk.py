from hypothesis import given
from hypothesis import strategies as st

from warehouse.waves.walk import Spot, s_shape


def spot(aisle: int, bay: int, *, level: int = 1, zone: str = "A") -> Spot:
    return Spot(zone, aisle, bay, level, f"{zone}-{aisle}-{bay}-{level}")


def test_every_second_aisle_is_walked_backwards() -> None:
    spots = {1: spot(1, 2), 2: spot(1, 9), 3: spot(2, 1), 4: spot(2, 8), 5: spot(4, 3)}
    assert s_shape(spots) == [1, 2, 4, 3, 5]


def test_empty_aisles_do_not_turn_the_walk() -> None:
    assert s_shape({1: spot(1, 5), 2: spot(7, 1), 3: spot(7, 6)}) == [1, 3, 2]


def test_lower_level_comes_first_in_one_bay() -> None:
    assert s_shape({1: spot(1, 1, level=3), 2: spot(1, 1, level=1)}) == [2, 1]


def test_zones_are_walked_one_after_another() -> None:
    assert s_shape({1: spot(1, 1, zone="B"), 2: spot(9, 1, zone="A")}) == [2, 1]


def test_nowhere_to_go_is_no_walk() -> None:
    assert s_shape({}) == []


@given(st.dictionaries(st.integers(), st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=15))
def test_every_bin_is_visited_once_and_no_aisle_twice(places: dict[int, tuple[int, int]]) -> None:
    spots = {key: spot(aisle, bay) for key, (aisle, bay) in places.items()}
    walk = s_shape(spots)
    assert sorted(walk) == sorted(spots)
    aisles = [spots[key].aisle for key in walk]
    entered = [aisle for i, aisle in enumerate(aisles) if i == 0 or aisles[i - 1] != aisle]
    assert len(entered) == len(set(entered))
