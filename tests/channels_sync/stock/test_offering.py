"""The number a shop shows: never more than there is, never less than nothing."""

from hypothesis import given
from hypothesis import strategies as st

from channels_sync.services.stock.offering import (
    Need,
    Share,
    Supply,
    is_sudden_zero,
    offered,
    units_for,
)

units = st.integers(0, 10_000)
shares = st.builds(
    Share,
    percent=st.integers(0, 100),
    keep_back=st.integers(0, 50),
    ceiling=st.none() | st.integers(0, 500),
)
supplies = st.builds(
    Supply,
    sku=st.just("A"),
    on_hand=units,
    reserved=units,
    demand=units,
    safety=units,
    exclusive=units,
    own=units,
)
needs = st.lists(st.builds(Need, supply=supplies, units=st.integers(1, 5)), max_size=4)


def supply(on_hand: int, **more: int) -> Supply:
    parts = {"reserved": 0, "demand": 0, "safety": 0, "exclusive": 0} | more
    return Supply(sku="A", on_hand=on_hand, **parts)


@given(needs, shares)
def test_number_never_promises_what_is_not_there(wanted: list[Need], share: Share) -> None:
    number, _told = offered(wanted, share=share)
    assert number >= 0
    for need in wanted:
        assert number * need.units <= need.supply.common + need.supply.own
    assert share.ceiling is None or number <= share.ceiling


@given(supplies, shares)
def test_more_orders_never_raise_the_number(lot: Supply, share: Share) -> None:
    fewer = Supply(
        sku=lot.sku,
        on_hand=lot.on_hand,
        reserved=lot.reserved,
        demand=lot.demand + 1,
        safety=lot.safety,
        exclusive=lot.exclusive,
        own=lot.own,
    )
    assert units_for(fewer, share=share) <= units_for(lot, share=share)


def test_every_part_of_the_sum_counts() -> None:
    lot = supply(100, reserved=10, demand=20, safety=5, exclusive=15)
    assert units_for(lot, share=Share(percent=50)) == 25
    assert units_for(lot, share=Share(percent=50, keep_back=3)) == 22


def test_stock_kept_for_the_shop_comes_on_top() -> None:
    lot = supply(100, exclusive=30, own=30)
    assert units_for(lot, share=Share(percent=10)) == 7 + 30


def test_shortage_of_others_does_not_eat_what_is_kept_for_the_shop() -> None:
    assert units_for(supply(10, demand=50, own=4), share=Share()) == 4


def test_bundle_has_as_many_pieces_as_its_scarcest_part_allows() -> None:
    wanted = [Need(supply=supply(10), units=2), Need(supply=supply(9), units=3)]
    assert offered(wanted, share=Share())[0] == 3


def test_empty_bundle_is_sold_out() -> None:
    assert offered([], share=Share())[0] == 0


def test_few_zeros_are_sales_and_many_are_a_fault() -> None:
    assert not is_sudden_zero(falling=19, showing=19)
    assert is_sudden_zero(falling=20, showing=60)
    assert not is_sudden_zero(falling=20, showing=100)
