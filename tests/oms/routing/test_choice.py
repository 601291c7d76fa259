from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.routing.choice import Candidate, Needs, Place, Verdict, choose

HANGZHOU = Place("浙江省", "杭州市")
V = Verdict


def candidate(number: int, **told: Any) -> Candidate:
    plain: dict[str, Any] = {"place": Place("四川省", "成都市"), "available": {1: 9, 2: 9}}
    return Candidate(warehouse_id=number, code=f"w{number}", **(plain | told))


def needs(**told: Any) -> Needs:
    plain: dict[str, Any] = {"units": {1: 2}, "destination": HANGZHOU}
    return Needs(**(plain | told))


def chosen(wanted: Needs, *candidates: Candidate) -> tuple[int | None, Verdict | None]:
    decision = choose(wanted, candidates)
    return decision.warehouse_id, decision.verdict


CITY = candidate(1, place=HANGZHOU, priority=900)
PROVINCE = candidate(2, place=Place("浙江", "宁波"), priority=500)
FAR = candidate(3, priority=10)


def test_same_city_before_same_province_before_priority() -> None:
    assert chosen(needs(), FAR, PROVINCE, CITY) == (1, V.SAME_CITY)
    assert chosen(needs(), FAR, PROVINCE) == (2, V.SAME_PROVINCE)
    assert chosen(needs(), FAR, candidate(4, priority=5)) == (4, V.PRIORITY)
    assert chosen(needs(), FAR, candidate(2, priority=10)) == (2, V.PRIORITY)


@pytest.mark.parametrize(
    "there", [Place("浙江", "杭州"), Place("浙江省", "杭州市"), Place("浙江省", "杭州")]
)
def test_region_is_one_with_and_without_its_suffix(there: Place) -> None:
    assert chosen(needs(destination=there), FAR, CITY) == (1, V.SAME_CITY)


def test_city_of_the_same_name_elsewhere_is_another_city() -> None:
    namesake = candidate(5, place=Place("广东省", "杭州市"), priority=999)
    assert chosen(needs(), namesake, FAR) == (3, V.PRIORITY)


def test_unknown_destination_goes_by_priority() -> None:
    nowhere = candidate(6, place=Place("", ""), priority=800)
    assert chosen(needs(destination=Place()), nowhere, CITY, FAR) == (3, V.PRIORITY)


def test_appointed_warehouse_beats_the_nearest() -> None:
    assert chosen(needs(appointed_id=3), CITY, FAR) == (3, V.APPOINTED)
    table = choose(needs(appointed_id=3), [CITY, FAR]).alternatives
    assert [row.verdict for row in table] == [V.NOT_APPOINTED, V.APPOINTED]
    assert chosen(needs(appointed_id=9), CITY, FAR) == (None, None)


@pytest.mark.parametrize(
    ("wanted", "change", "verdict"),
    [
        (needs(units={1: 10}), {}, V.SHORT),
        (needs(units={7: 1}), {}, V.SHORT),
        (needs(cold_chain=True), {}, V.NO_COLD_CHAIN),
        (needs(), {"room_today": 0}, V.FULL_TODAY),
        (needs(), {"room_today": -3}, V.FULL_TODAY),
        (needs(appointed_id=8, cold_chain=True), {"room_today": 0}, V.NOT_APPOINTED),
    ],
)
def test_hard_limits_come_first(wanted: Needs, change: dict[str, Any], verdict: Verdict) -> None:
    decision = choose(wanted, [replace(CITY, **change)])
    assert (decision.warehouse_id, decision.verdict) == (None, None)
    assert [row.verdict for row in decision.alternatives] == [verdict]


def test_table_tells_what_is_missing_where() -> None:
    poor = candidate(4, available={1: 1})
    decision = choose(needs(units={1: 3, 2: 1}), [poor, CITY])
    assert [(row.code, row.missing) for row in decision.alternatives] == [
        ("w4", {1: 2, 2: 1}),
        ("w1", {}),
    ]


def test_cold_goods_and_room_for_one_more() -> None:
    cold = candidate(4, cold_chain=True, room_today=1)
    assert chosen(needs(cold_chain=True), CITY, cold) == (4, V.PRIORITY)


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.integers(1, 50),
        available=st.dictionaries(st.integers(1, 3), st.integers(0, 5)),
        priority=st.integers(0, 3),
        cold_chain=st.booleans(),
        room_today=st.none() | st.integers(-1, 2),
        place=st.sampled_from([HANGZHOU, Place("浙江省", "宁波市"), Place("四川省", "成都市")]),
    ),
    unique_by=lambda row: row.warehouse_id,
    max_size=6,
)
UNITS = st.dictionaries(st.integers(1, 3), st.integers(1, 4), min_size=1)


@given(candidates=CANDIDATES, units=UNITS, cold=st.booleans(), shuffle=st.randoms())
def test_choice_has_everything_and_does_not_depend_on_the_order(
    candidates: list[Candidate], units: dict[int, int], cold: bool, shuffle: Any
) -> None:
    wanted = needs(units=units, cold_chain=cold)
    decision = choose(wanted, candidates)
    shuffled = list(candidates)
    shuffle.shuffle(shuffled)
    assert choose(wanted, shuffled).warehouse_id == decision.warehouse_id
    able = [
        row
        for row in candidates
        if all(row.available.get(sku, 0) >= n for sku, n in units.items())
        and (row.cold_chain or not cold)
        and (row.room_today is None or row.room_today > 0)
    ]
    assert (decision.warehouse_id is None) == (not able)
    assert decision.warehouse_id in {None, *(row.warehouse_id for row in able)}
    assert len(decision.alternatives) == len(candidates)
