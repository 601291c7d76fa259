"""Faulty schedules are named."""

from dataclasses import dataclass

from tests.architecture.schedules import MAX_BODY_LINES, body_lines, faults


@dataclass(frozen=True)
class Declared:
    name: str = "oms.good"
    minutes: int = 5
    func: str = f"{__name__}.short_task"


def short_task() -> None:
    """Do nothing, in two lines.

    The docstring is not the body.
    """
    first = 1
    assert first


def long_task() -> None:
    first = 1
    second = 2
    third = 3
    fourth = 4
    fifth = 5
    sixth = 6
    seventh = 7
    eighth = 8
    ninth = 9
    tenth = 10
    assert first + second + third + fourth + fifth + sixth + seventh + eighth + ninth + tenth


def test_sound_schedules_have_no_faults() -> None:
    assert faults([Declared(), Declared(name="oms.other")]) == []


def test_double_name_is_a_fault() -> None:
    assert faults([Declared(), Declared()]) == ["oms.good: declared 2 times"]


def test_missing_function_is_a_fault() -> None:
    assert faults([Declared(func="oms.nowhere.task")]) == [
        "oms.good: oms.nowhere.task cannot be imported"
    ]


def test_period_below_a_minute_is_a_fault() -> None:
    assert faults([Declared(minutes=0)]) == ["oms.good: every 0 minutes"]


def test_long_task_is_a_fault() -> None:
    assert body_lines(long_task) > MAX_BODY_LINES
    [fault] = faults([Declared(func=f"{__name__}.long_task")])
    assert fault.startswith("oms.good: 11 lines")


def test_docstring_is_not_counted() -> None:
    assert body_lines(short_task) == 2
