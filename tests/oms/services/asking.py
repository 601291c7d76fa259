"""A channel that is asked for open refunds and answers as a test says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from oms.registries import Contributions, NoAnswer, RefundAsker
from oms.services import live_refunds


@dataclass
class Channel:
    """``opened`` are the channel's numbers with an open refund; ``silent`` answers nothing."""

    opened: set[str] = field(default_factory=set)
    silent: bool = False
    asked: list[str] = field(default_factory=list)
    reread: list[str] = field(default_factory=list)

    def ask(self, store_id: int, *, numbers: Sequence[str], seconds: float) -> frozenset[str]:
        assert 0 < seconds <= live_refunds.PATIENCE * 10
        self.asked += numbers
        if self.silent:
            raise NoAnswer
        return frozenset(self.opened.intersection(numbers))

    def read_again(self, store_id: int, *, numbers: Sequence[str], now: datetime) -> None:
        self.reread += numbers


def scripted(monkeypatch: pytest.MonkeyPatch) -> Channel:
    """Put one in the place of the real ones."""
    channel = Channel()
    askers: Contributions[RefundAsker] = Contributions("asker for refunds")
    askers.register(RefundAsker("scripted", channel.ask, channel.read_again))
    monkeypatch.setattr(live_refunds, "refund_askers", askers)
    return channel
