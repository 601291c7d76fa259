"""Bad weather: what goes wrong between the shops and us, by a seed."""

import random
from collections import Counter

from channels_sync.simulator.faults import FaultKind
from tests.channels_sync.simulator.bench import Bench
from tests.channels_sync.simulator.chaos.stalls import Stall

ANSWERS = (
    FaultKind.SERVER_ERROR,
    FaultKind.THROTTLE,
    FaultKind.DROP_BEFORE,
    FaultKind.DROP_AFTER,
    FaultKind.MALFORMED,
)
MESSAGES = (
    FaultKind.DUPLICATE,
    FaultKind.REPLAYED,
    FaultKind.LATE,
    FaultKind.OUT_OF_ORDER,
    FaultKind.WRONG_KEY,
    FaultKind.CHANGED_BODY,
)
_LATE = 90.0
_LOST = 0.1


class Weather:
    """Spoils answers and messages, and loses messages of shops that can be asked."""

    def __init__(self, bench: Bench, chance: random.Random) -> None:
        self._bench = bench
        self._chance = chance
        self.seen: Counter[str] = Counter()

    def spoil(self, *, answers: int, messages: int) -> None:
        """Plan trouble for the minute to come."""
        for kind in self._chance.choices(ANSWERS, k=answers):
            self._bench.plan(kind, seconds=5 if kind is FaultKind.THROTTLE else 0)
            self.seen[kind] += 1
        for kind in self._chance.choices(MESSAGES, k=messages):
            self._bench.plan(kind, seconds=_LATE if kind is FaultKind.LATE else 0)
            self.seen[kind] += 1

    def lose(self, stall: Stall) -> None:
        """Let a tenth of what the shop is about to tell never leave it."""
        if not stall.is_asked:
            return
        for message in stall.outbox.due(now=self._bench.now, limit=1000):
            if self._chance.random() < _LOST:
                stall.outbox.change(message.id, state="delivered")
                self.seen["lost"] += 1

    def clear(self) -> None:
        self._bench.simulator.faults.clear()
