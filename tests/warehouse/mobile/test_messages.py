"""Nothing that a station answers is without words."""

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

from warehouse import services
from warehouse.flows import WaybillStatus
from warehouse.mobile import messages
from warehouse.mobile.screens.catalogue import STATIONS as SCREENS
from warehouse.services.code_kinds import OURS
from warehouse.services.scanning.scan import STATIONS

SERVICES = Path(services.__file__).parent


def outcomes() -> set[str]:
    """Find the code of every Outcome that a service makes."""
    found = set()
    for path in SERVICES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Outcome":
                found |= {
                    leaf.value
                    for leaf in ast.walk(node.args[0])
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                }
    return found


def test_every_outcome_has_words_and_no_words_are_left_over() -> None:
    # Two are chosen before the call: a whole document, or one box of it.
    assert outcomes() | {"document_packed", "box_sealed"} == set(messages.OUTCOMES)


def test_every_station_has_a_screen_and_a_title() -> None:
    assert set(STATIONS) == set(SCREENS) == set(messages.TITLES)


def test_every_kind_of_code_has_a_name() -> None:
    assert {kind.key for kind in OURS} == set(messages.KINDS)


def test_every_waybill_that_a_parcel_may_have_has_words() -> None:
    live = set(WaybillStatus.values) - {"voiding", "void_refused", "voided"}
    assert live | {"none", "by_hand", "typed", "gone"} == set(messages.WAYBILL_STATES)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_outcome_can_be_filled_in(language: str) -> None:
    names = ("tote", "package", "waybill", "waybills", "bin", "kind", "text", "items")
    facts = dict.fromkeys(names, "x")
    with override(language):
        for text in messages.OUTCOMES.values():
            assert "%" not in str(text) % {**facts, "n": 1}
