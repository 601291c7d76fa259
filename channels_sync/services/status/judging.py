"""What is wrong with a store's line, and how bad that is. Values in, values out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from channels_sync.services.breaking.judging import Standing

FAR_BEHIND = timedelta(minutes=30)
_SOON = timedelta(days=3)
_OVERDUE = timedelta(hours=2)


class Level(IntEnum):
    """The worst first."""

    TROUBLE = 0
    ATTENTION = 1
    PAUSED = 2
    FINE = 3


class Sign(StrEnum):
    ACCESS_OVER = "access_over"
    NOT_AUTHORIZED = "not_authorized"
    OPEN = "open"
    FAR_BEHIND = "far_behind"
    PUSHES_STUCK = "pushes_stuck"
    PUSHES_LATE = "pushes_late"
    PROBING = "probing"
    FAILING = "failing"
    BACKLOG = "backlog"
    ACCESS_SOON = "access_soon"
    STOCK_BLOCKED = "stock_blocked"
    NOT_TAKEN_IN = "not_taken_in"
    PAUSED = "paused"
    OFF = "off"


_LEVELS = {
    Sign.ACCESS_OVER: Level.TROUBLE,
    Sign.NOT_AUTHORIZED: Level.TROUBLE,
    Sign.OPEN: Level.TROUBLE,
    Sign.FAR_BEHIND: Level.TROUBLE,
    Sign.PUSHES_STUCK: Level.TROUBLE,
    Sign.PUSHES_LATE: Level.TROUBLE,
    Sign.PAUSED: Level.PAUSED,
    Sign.OFF: Level.PAUSED,
}


@dataclass(frozen=True, slots=True)
class LaneNow:
    """One mark of a lane. ``lag`` is how far behind now it is complete, ``left`` how many orders of
    a backlog are still to come, None where the platform cannot count."""

    lane: str
    is_backlog: bool
    complete_until: datetime
    succeeded_at: datetime | None
    next_at: datetime
    failures: int
    lag: timedelta
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages or numbers that are to go out: ``stuck`` ones wait for a person."""

    waiting: int = 0
    failed: int = 0
    stuck: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class TokenNow:
    """``needed`` where the platform knows tokens at all."""

    is_needed: bool = False
    is_there: bool = False
    is_dead: bool = False
    access_until: datetime | None = None
    renewable_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one store, before anything is said about it."""

    is_on: bool = True
    is_paused: bool = False
    standing: Standing = Standing.CLOSED
    failures: int = 0
    lanes: tuple[LaneNow, ...] = ()
    pushes: Waiting = field(default_factory=Waiting)
    stock: Waiting = field(default_factory=Waiting)
    exceptions: int = 0
    token: TokenNow = field(default_factory=TokenNow)

    @property
    def lag(self) -> timedelta:
        """The longest lag of what happens now; a backlog is told apart."""
        return max((lane.lag for lane in self.lanes if not lane.is_backlog), default=timedelta(0))


def signs(facts: Facts, *, now: datetime) -> list[Sign]:
    """Return what there is to say about a store, the worst first; nothing means fine."""
    if not facts.is_on:
        return [Sign.OFF]
    found = [*_of_line(facts), *_of_token(facts.token, now=now), *_of_work(facts, now=now)]
    return sorted(found, key=lambda sign: _LEVELS.get(sign, Level.ATTENTION))


def level(found: list[Sign]) -> Level:
    """Return how bad the worst of it is. Whoever paused a store knows why it stands still."""
    if Sign.PAUSED in found or Sign.OFF in found:
        return Level.PAUSED
    return min((_LEVELS.get(sign, Level.ATTENTION) for sign in found), default=Level.FINE)


def _of_line(facts: Facts) -> Iterator[Sign]:
    if facts.is_paused:
        yield Sign.PAUSED
    if facts.standing is Standing.OPEN:
        yield Sign.OPEN
    elif facts.standing is Standing.HALF_OPEN:
        yield Sign.PROBING
    elif facts.failures or any(lane.failures for lane in facts.lanes):
        yield Sign.FAILING
    if facts.lag > FAR_BEHIND and not facts.is_paused:
        yield Sign.FAR_BEHIND
    if any(lane.is_backlog for lane in facts.lanes):
        yield Sign.BACKLOG


def _of_token(token: TokenNow, *, now: datetime) -> Iterator[Sign]:
    if token.is_dead:
        yield Sign.ACCESS_OVER
    elif token.is_needed and not token.is_there:
        yield Sign.NOT_AUTHORIZED
    elif token.renewable_until is not None and token.renewable_until - now < _SOON:
        yield Sign.ACCESS_SOON


def _of_work(facts: Facts, *, now: datetime) -> Iterator[Sign]:
    if facts.pushes.stuck:
        yield Sign.PUSHES_STUCK
    if facts.pushes.oldest is not None and now - facts.pushes.oldest > _OVERDUE:
        yield Sign.PUSHES_LATE
    if facts.stock.stuck:
        yield Sign.STOCK_BLOCKED
    if facts.exceptions:
        yield Sign.NOT_TAKEN_IN
