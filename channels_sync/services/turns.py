"""Who is next: every store gets its turn, however much another one has waiting.

A turn comes due, and it has some patience. The one whose patience ends first goes first, does a
bounded piece of work, and waits anew if there is more: earliest deadline first (Liu and Layland,
1973). A store that works off a backlog waits behind all that came due before it, so a large one
takes what the others leave, and even that turn comes, because its own patience ends too.
"""

import heapq
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

LIVE = timedelta(minutes=1)
"""The patience of what happens now."""
BACKLOG = timedelta(minutes=10)
"""The patience of what waited for long already: after a silence of ours or of the platform."""


@dataclass(frozen=True, slots=True)
class Turn(Generic[Key]):
    """``key`` says who waits since ``due_at``. A heavier one is patient for a shorter time."""

    key: Key
    due_at: datetime
    patience: timedelta = LIVE
    weight: int = 1

    @property
    def deadline(self) -> datetime:
        return self.due_at + self.patience / self.weight


def in_turn(turns: Iterable[Turn[Key]]) -> list[Turn[Key]]:
    """Return the turns in their order; of two that are as urgent the one named first."""
    return sorted(turns, key=lambda turn: turn.deadline)


def serve(
    turns: Iterable[Turn[Key]],
    *,
    do: Callable[[Key], Iterable[Turn[Key]]],
    has_time: Callable[[], bool],
) -> int:
    """Give one after another its turn while there is time; return how many had one.

    ``do`` works off a bounded piece for a key and returns what waits anew (the same key with what
    is left of it, another that came up); a key that waits already is not lined up twice.
    """
    arrivals = count()
    line = [(turn.deadline, next(arrivals), turn) for turn in turns]
    heapq.heapify(line)
    waiting = {turn.key for _deadline, _place, turn in line}
    served = 0
    while line and has_time():
        _deadline, _place, turn = heapq.heappop(line)
        waiting.discard(turn.key)
        served += 1
        for again in do(turn.key):
            if again.key not in waiting:
                waiting.add(again.key)
                heapq.heappush(line, (again.deadline, next(arrivals), again))
    return served
