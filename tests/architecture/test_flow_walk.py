"""The walk over flow tables finds what it is there to find."""

from oms.flows.table import flow
from tests.architecture.flow_walk import dead_ends, declared_flows, trapped, unreachable

SOUND = flow(
    initial={"new"},
    terminal={"done", "gone"},
    start=({"new"}, "busy"),
    retry=({"busy"}, "busy"),
    finish=({"busy"}, "done"),
    cancel=({"new", "busy"}, "gone"),
)


def test_sound_table_has_no_faults() -> None:
    assert unreachable(SOUND) == frozenset()
    assert dead_ends(SOUND) == SOUND.terminal
    assert trapped(SOUND) == frozenset()


def test_island_is_unreachable() -> None:
    table = flow(initial={"new"}, terminal={"done"}, end=({"new", "lost"}, "done"))
    assert unreachable(table) == {"lost"}


def test_forgotten_exit_is_a_dead_end() -> None:
    table = flow(initial={"new"}, terminal={"done"}, park=({"new"}, "held"), end=({"new"}, "done"))
    assert dead_ends(table) == {"held", "done"}


def test_step_to_itself_is_no_exit() -> None:
    table = flow(initial={"new"}, terminal=set(), poke=({"new"}, "new"))
    assert dead_ends(table) == {"new"}


def test_reopened_end_is_no_dead_end() -> None:
    table = flow(
        initial={"new"}, terminal={"done"}, end=({"new"}, "done"), reopen=({"done"}, "new")
    )
    assert dead_ends(table) == frozenset()


def test_circle_without_exit_is_a_trap() -> None:
    table = flow(
        initial={"new"},
        terminal={"done"},
        end=({"new"}, "done"),
        turn=({"new", "back"}, "forth"),
        turn_again=({"forth"}, "back"),
    )
    assert trapped(table) == {"forth", "back"}


def test_tables_are_found_by_name() -> None:
    assert "oms.flows.order.ORDER_FLOW" in declared_flows()
