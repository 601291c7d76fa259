"""What a declared schedule must be: the worker can run it, and a reader sees what it does."""

import ast
import inspect
from collections import Counter
from collections.abc import Callable, Iterable
from textwrap import dedent
from typing import Any, Protocol

from django.utils.module_loading import import_string

MAX_BODY_LINES = 10
"""A task takes a lease, reads the clock, makes one service call; more belongs in the service."""


class Scheduled(Protocol):
    """What the tests read of a declared schedule."""

    @property
    def name(self) -> str: ...
    @property
    def minutes(self) -> int: ...
    @property
    def func(self) -> str: ...


def faults(schedules: Iterable[Scheduled]) -> list[str]:
    """Say what is wrong with the declared schedules, one line each."""
    schedules = list(schedules)
    doubles = Counter(schedule.name for schedule in schedules)
    found = [f"{name}: declared {times} times" for name, times in doubles.items() if times > 1]
    return found + [fault for schedule in schedules for fault in _faults_of(schedule)]


def body_lines(task: Callable[..., Any]) -> int:
    """Count the lines below the signature and the docstring."""
    tree = ast.parse(dedent(inspect.getsource(inspect.unwrap(task))))
    [function] = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _faults_of(schedule: Scheduled) -> list[str]:
    if schedule.minutes < 1:
        return [f"{schedule.name}: every {schedule.minutes} minutes"]
    try:
        task = import_string(schedule.func)
    except ImportError:
        return [f"{schedule.name}: {schedule.func} cannot be imported"]
    if (lines := body_lines(task)) > MAX_BODY_LINES:
        return [f"{schedule.name}: {lines} lines in the task, move them into a service"]
    return []
