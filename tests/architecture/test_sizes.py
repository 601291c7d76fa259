"""Medians are judged where there is enough to judge."""

from deploy.house_rules.model import Source
from tests.architecture.sizes import FEW, Sizes, measure


def test_files_and_functions_are_counted_in_lines() -> None:
    text = "import re\n\n\ndef outer() -> None:\n    def inner() -> None:\n        re.purge()\n"
    assert measure([Source("oms/x.py", text)]) == Sizes(files=[6], functions=[3, 2])


def test_short_code_has_no_faults() -> None:
    assert Sizes(files=[100] * FEW, functions=[12] * FEW).faults() == []


def test_long_medians_are_named() -> None:
    faults = Sizes(files=[101] * FEW, functions=[13] * FEW).faults()
    assert [fault.split()[2] for fault in faults] == ["file", "function"]


def test_a_few_long_files_do_not_move_the_median() -> None:
    assert Sizes(files=[50] * FEW + [390] * 9, functions=[5]).faults() == []


def test_few_files_are_not_judged() -> None:
    assert Sizes(files=[300] * (FEW - 1), functions=[40] * FEW).faults() == []
