"""Ends a worker at any step: before any statement that writes, before and after any call outside.

Whoever is dead writes nothing any more, not even what stands in a ``finally``: a lease that it held
stays held until it runs out, as when the machine loses its power. What stood in an open transaction
is rolled back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction

from oms.models import locking

_MOST_STEPS = 200
_WRITES = ("INSERT", "UPDATE", "DELETE")
_OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


class Killed(BaseException):
    """The process ends here."""


class Killer:
    """Ends the worker at its step number ``at``; ``step`` counts those that were survived."""

    def __init__(self, at: int) -> None:
        self.at, self.step, self.is_dead = at, 0, False

    def pass_by(self) -> None:
        """:raises Killed: at the chosen step, and at every one after it"""
        if self.is_dead or self.step == self.at:
            self.is_dead = True
            raise Killed
        self.step += 1

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a call outside: it may end before it went out, and after the other side acted."""

        def run(*arguments: Any, **options: Any) -> Any:
            self.pass_by()
            answer = call(*arguments, **options)
            self.pass_by()
            return answer

        return run

    def statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        word = sql.lstrip("( ").partition(" ")[0].upper()
        if word in _WRITES or (self.is_dead and word not in _OF_TRANSACTIONS):
            self.pass_by()
        return execute(sql, params, many, context)

    @contextmanager
    def watching(self) -> Iterator[None]:
        with connection.execute_wrapper(self.statement):
            yield


def ends(work: Callable[[Killer], None], *, at: int) -> bool:
    """Let a worker work until it is ended at a step; tell whether it came so far."""
    killer = Killer(at)
    try:
        with killer.watching():
            work(killer)
    except Killed:
        return True
    return False


def ended_everywhere(work: Callable[[], None], *, then: Callable[[], None]) -> int:
    """End a work at each of its steps in turn, always in the same world; return how many it has.

    The world is put back by the test's own transaction, in which services open savepoints of
    theirs: for them it is as if there were none around.

    :param then: takes the work up after each end and asserts what must hold
    """
    with patch.object(locking, "connection", SimpleNamespace(in_atomic_block=False)):
        for step in range(_MOST_STEPS):
            with transaction.atomic():
                was_ended = ends(lambda _killer: work(), at=step)
                # A write outside a service ends alone; only here it would spoil the world too.
                transaction.set_rollback(False)
                then()
                transaction.set_rollback(True)
            if not was_ended:
                return step
    raise AssertionError("the work never comes to its end")
