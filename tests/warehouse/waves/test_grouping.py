from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from warehouse.waves.grouping import Candidate, Caps, plan

NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)


def candidate(key: int, **changed: Any) -> Candidate:
    fields: dict[str, Any] = {
        "key": key,
        "carrier": "sf",
        "zones": frozenset({"A"}),
        "lines": 2,
        "units": 3,
        "weight_g": 1000,
        "volume_mm3": 0,
        "ship_by": NOON + timedelta(hours=key),
        "is_urgent": False,
    }
    return Candidate(**fields | changed)


def carts(*rows: Candidate, **caps: int) -> list[tuple[int, ...]]:
    return [cart for wave in plan(rows, Caps(**caps)) for cart in wave.carts]


def test_same_kind_shares_a_wave() -> None:
    [wave] = plan([candidate(1), candidate(2)], Caps())
    assert wave.carts == ((1, 2),)
    assert (wave.carrier, wave.zone, wave.is_single, wave.is_urgent) == ("sf", "A", False, False)


def test_urgent_never_shares_a_wave_and_comes_first() -> None:
    waves = plan([candidate(1), candidate(9, is_urgent=True), candidate(2)], Caps())
    assert [(wave.is_urgent, wave.carts) for wave in waves] == [(True, ((9,),)), (False, ((1, 2),))]


def test_carriers_zones_and_single_items_are_kept_apart() -> None:
    rows = [
        candidate(1),
        candidate(2, carrier="zto"),
        candidate(3, zones=frozenset({"B"})),
        candidate(4, lines=1),
    ]
    assert sorted(carts(*rows)) == [(1,), (2,), (3,), (4,)]


def test_documents_of_several_zones_go_together() -> None:
    both = frozenset({"A", "B"})
    [wave] = plan([candidate(1, zones=both), candidate(2, zones=both)], Caps())
    assert wave.zone == ""
    assert wave.carts == ((1, 2),)


def test_nearest_deadline_comes_first_and_none_comes_last() -> None:
    rows = [candidate(3), candidate(5, ship_by=None), candidate(1)]
    assert carts(*rows) == [(1, 3, 5)]


def test_cart_is_full_at_its_slots_lines_weight_or_volume() -> None:
    rows = [candidate(1), candidate(2), candidate(3)]
    assert carts(*rows, cart_slots=2) == [(1, 2), (3,)]
    assert carts(*rows, cart_lines=4) == [(1, 2), (3,)]
    assert carts(*rows, cart_weight_g=2500) == [(1, 2), (3,)]
    full = [candidate(key, volume_mm3=10) for key in (1, 2, 3)]
    assert carts(*full, cart_volume_mm3=25) == [(1, 2), (3,)]


def test_single_items_share_one_tote_whatever_the_slots() -> None:
    rows = [candidate(key, lines=1) for key in range(1, 6)]
    assert carts(*rows, cart_slots=1) == [(1, 2, 3, 4, 5)]


def test_document_beyond_the_caps_gets_a_cart_of_its_own() -> None:
    assert carts(candidate(1, weight_g=9000), candidate(2), cart_weight_g=5000) == [(1,), (2,)]


def test_wave_is_cut_at_its_size() -> None:
    waves = plan([candidate(key) for key in range(1, 6)], Caps(wave_documents=2))
    assert [wave.carts for wave in waves] == [((1, 2),), ((3, 4),), ((5,),)]
    assert waves[0].ship_by == NOON + timedelta(hours=1)


many = st.lists(
    st.builds(
        lambda lines, urgent, carrier, weight: {
            "lines": lines,
            "is_urgent": urgent,
            "carrier": carrier,
            "weight_g": weight,
        },
        st.integers(1, 4),
        st.booleans(),
        st.sampled_from(["sf", "zto"]),
        st.integers(0, 4000),
    ),
    max_size=20,
)


@given(many, st.integers(1, 6), st.integers(1, 4), st.integers(1, 6))
def test_every_document_is_on_exactly_one_cart_within_the_caps(
    rows: list[dict[str, Any]], documents: int, slots: int, lines: int
) -> None:
    caps = Caps(wave_documents=documents, cart_slots=slots, cart_lines=lines, cart_weight_g=5000)
    found = {key: candidate(key, **row) for key, row in enumerate(rows, start=1)}
    waves = plan(found.values(), caps)
    placed = [key for wave in waves for cart in wave.carts for key in cart]
    assert sorted(placed) == sorted(found)
    for wave in waves:
        members = [found[key] for cart in wave.carts for key in cart]
        assert len({(row.is_urgent, row.carrier, row.is_single) for row in members}) == 1
        assert len(members) <= documents
        for cart in (cart for cart in wave.carts if len(cart) > 1):
            on_it = [found[key] for key in cart]
            assert sum(row.lines for row in on_it) <= lines
            assert sum(row.weight_g for row in on_it) <= 5000
            assert wave.is_single or len(on_it) <= slots
