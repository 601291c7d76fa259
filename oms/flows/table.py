"""The shape of a flow: which statuses there are and which action leads from where to where."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Step:
    """One action: every row in one of ``sources`` may move to ``target``."""

    sources: frozenset[str]
    target: str


@dataclass(frozen=True)
class Flow:
    """A whole table. ``initial`` are the statuses a row may be created in, ``terminal`` the named
    dead ends: a test walks every table and refuses any other dead end or unreachable status."""

    initial: frozenset[str]
    terminal: frozenset[str]
    steps: Mapping[str, Step]

    @cached_property
    def states(self) -> frozenset[str]:
        moved = {s for step in self.steps.values() for s in (*step.sources, step.target)}
        return self.initial | self.terminal | moved

    def step(self, action: str) -> Step:
        """:raises UnknownAction: if the table has no such action"""
        try:
            return self.steps[action]
        except KeyError:
            raise UnknownAction(action) from None

    def actions_from(self, status: str) -> list[str]:
        return [name for name, step in self.steps.items() if status in step.sources]


class UnknownAction(LookupError):
    """An action that no table names: a programming error, never a user's."""


def flow(
    *,
    initial: Collection[str],
    terminal: Collection[str],
    **steps: tuple[Collection[str], str],
) -> Flow:
    """Write a table: ``approve=({PENDING_REVIEW}, APPROVED)``."""
    return Flow(
        initial=frozenset(map(str, initial)),
        terminal=frozenset(map(str, terminal)),
        steps={
            name: Step(frozenset(map(str, sources)), str(target))
            for name, (sources, target) in steps.items()
        },
    )
