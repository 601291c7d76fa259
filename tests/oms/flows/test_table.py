from dataclasses import FrozenInstanceError

import pytest

from oms.flows.table import Step, UnknownAction, flow

DOOR = flow(
    initial={"shut"},
    terminal={"bricked_up"},
    open=({"shut"}, "open"),
    shut=({"open"}, "shut"),
    brick_up=(("open", "shut"), "bricked_up"),
)


def test_action_leads_from_its_sources_to_its_target() -> None:
    assert DOOR.step("brick_up") == Step(frozenset({"open", "shut"}), "bricked_up")


@pytest.mark.parametrize("misspelt", ["opn", "OPEN", ""])
def test_unknown_action_is_loud(misspelt: str) -> None:
    with pytest.raises(UnknownAction):
        DOOR.step(misspelt)


@pytest.mark.parametrize(
    ("status", "actions"),
    [("shut", ["open", "brick_up"]), ("open", ["shut", "brick_up"]), ("bricked_up", []), ("?", [])],
)
def test_status_offers_its_own_actions_in_the_order_written(
    status: str, actions: list[str]
) -> None:
    assert DOOR.actions_from(status) == actions


def test_table_knows_every_status_that_it_names() -> None:
    assert DOOR.states == {"shut", "open", "bricked_up"}


def test_table_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        DOOR.initial = frozenset()  # type: ignore[misc]
