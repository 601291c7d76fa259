"""The shape of the code: flow tables, schedules, sizes, words."""

import re

import pytest
from django.apps import apps

from deploy.house_rules.shape import file_size, function_size
from oms import scheduling
from oms.flows.table import Flow
from tests.architecture.flow_walk import (
    dead_ends,
    declared_flows,
    declared_statuses,
    trapped,
    unreachable,
)
from tests.architecture.schedules import faults
from tests.architecture.sizes import measure
from tests.architecture.tree import APPS, ROOT, app_modules, python_sources

GLOSSARY = ROOT / "docs" / "glossary.md"
every_flow = pytest.mark.parametrize("table", declared_flows().values(), ids=declared_flows())
# One worker parses it for all of them.
whole_tree = pytest.mark.xdist_group("whole-tree")


@every_flow
def test_every_status_can_be_reached(table: Flow) -> None:
    assert unreachable(table) == frozenset()


@every_flow
def test_dead_ends_are_the_named_ones(table: Flow) -> None:
    assert dead_ends(table) == table.terminal


@every_flow
def test_every_status_leads_to_an_end(table: Flow) -> None:
    assert trapped(table) == frozenset()


@every_flow
def test_table_names_each_status_of_its_kind(table: Flow) -> None:
    assert table.states in declared_statuses()


def test_schedules_are_unique_importable_and_short() -> None:
    app_modules("tasks")  # declaring happens at import
    assert faults(scheduling.registered()) == []


@whole_tree
@pytest.mark.parametrize("directories", [(*APPS, "deploy"), ("tests",)], ids=["code", "tests"])
def test_typical_file_and_function_are_short(directories: tuple[str, ...]) -> None:
    assert measure(python_sources(*directories)).faults() == []


@whole_tree
def test_no_file_or_function_is_long() -> None:
    long = [
        f"{source.path}:{line}: {message}"
        for source in python_sources(*APPS, "deploy", "tests")
        for check in (file_size, function_size)
        for line, message in check(source)
    ]
    assert long == []


def test_every_model_is_in_the_glossary() -> None:
    text = GLOSSARY.read_text(encoding="utf-8") if GLOSSARY.exists() else ""
    words = set(re.findall(r"\w+", text))
    models = {model.__name__ for app in APPS for model in apps.get_app_config(app).get_models()}
    missing = sorted(models - words)
    assert not missing, f"not in docs/glossary.md: {', '.join(missing)}"
