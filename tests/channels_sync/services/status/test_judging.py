"""What is said of a line, and how bad it is."""

from datetime import timedelta

import pytest

from channels_sync.services.breaking.judging import Standing
from channels_sync.services.status.judging import (
    Facts,
    LaneNow,
    Level,
    Sign,
    TokenNow,
    Waiting,
    level,
    signs,
)
from tests.factories.oms import NOW

HOUR = timedelta(hours=1)


def lane(*, behind: timedelta, failures: int = 0, is_backlog: bool = False) -> LaneNow:
    return LaneNow("orders", is_backlog, NOW - behind, NOW, NOW, failures, behind)


CASES: list[tuple[Facts, list[Sign], Level]] = [
    (Facts(), [], Level.FINE),
    (Facts(lanes=(lane(behind=HOUR / 4),)), [], Level.FINE),
    (Facts(is_on=False, exceptions=3), [Sign.OFF], Level.PAUSED),
    (Facts(lanes=(lane(behind=HOUR),)), [Sign.FAR_BEHIND], Level.TROUBLE),
    (Facts(is_paused=True, lanes=(lane(behind=HOUR),)), [Sign.PAUSED], Level.PAUSED),
    (Facts(lanes=(lane(behind=HOUR, is_backlog=True),)), [Sign.BACKLOG], Level.ATTENTION),
    (Facts(lanes=(lane(behind=HOUR / 9, failures=2),)), [Sign.FAILING], Level.ATTENTION),
    (Facts(standing=Standing.OPEN, failures=5), [Sign.OPEN], Level.TROUBLE),
    (Facts(standing=Standing.HALF_OPEN, failures=5), [Sign.PROBING], Level.ATTENTION),
    (Facts(failures=2), [Sign.FAILING], Level.ATTENTION),
    (Facts(pushes=Waiting(stuck=1)), [Sign.PUSHES_STUCK], Level.TROUBLE),
    (Facts(pushes=Waiting(waiting=1, oldest=NOW - HOUR)), [], Level.FINE),
    (Facts(pushes=Waiting(waiting=1, oldest=NOW - 3 * HOUR)), [Sign.PUSHES_LATE], Level.TROUBLE),
    (Facts(stock=Waiting(stuck=1)), [Sign.STOCK_BLOCKED], Level.ATTENTION),
    (Facts(exceptions=1), [Sign.NOT_TAKEN_IN], Level.ATTENTION),
    (Facts(token=TokenNow(is_needed=True)), [Sign.NOT_AUTHORIZED], Level.TROUBLE),
    (Facts(token=TokenNow(is_there=True, is_dead=True)), [Sign.ACCESS_OVER], Level.TROUBLE),
    (
        Facts(token=TokenNow(is_there=True, renewable_until=NOW + 24 * HOUR)),
        [Sign.ACCESS_SOON],
        Level.ATTENTION,
    ),
    (Facts(token=TokenNow(is_there=True, renewable_until=NOW + 96 * HOUR)), [], Level.FINE),
    (
        Facts(exceptions=1, pushes=Waiting(stuck=1)),
        [Sign.PUSHES_STUCK, Sign.NOT_TAKEN_IN],
        Level.TROUBLE,
    ),
]


@pytest.mark.parametrize(("facts", "expected", "how_bad"), CASES)
def test_every_trouble_has_its_sign(facts: Facts, expected: list[Sign], how_bad: Level) -> None:
    found = signs(facts, now=NOW)
    assert found == expected
    assert level(found) is how_bad
