"""When a store's line is left alone, and when it is tried again. Values in, values out.

The circuit breaker of Nygard's "Release It!" (2007): failures of one kind in a row open it; when it
has rested, one probe goes out (half-open), and its answer closes it or lets it rest for longer.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from oms.integration.errors import ErrorKind, IntegrationError

OPENS_AFTER = 5
"""Failures of one kind in a row, over everything that is asked and told for the store."""
FIRST_REST = timedelta(minutes=5)
LONGEST_REST = timedelta(minutes=30)
PROBE_TAKES = timedelta(minutes=3)
"""How long a probe may be under way until another one goes out: longer than its task can live."""
_AILS_THE_LINE = frozenset({ErrorKind.RETRY, ErrorKind.REFRESH_TOKEN, ErrorKind.REAUTHORIZE})
_OURS = frozenset({"local:fault", "local:token_renewal"})
_MOST = 1000
DEAD_TOKEN = frozenset({"local:token_dead", "local:no_token"})
"""Codes that no repeat changes: the merchant has to authorize again."""


class Standing(StrEnum):
    CLOSED = "closed"
    """All is well: everything goes out."""
    OPEN = "open"
    """The store is left alone until its next probe."""
    HALF_OPEN = "half_open"
    """The next that goes out is the probe."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """``kind`` is what failed ``failures`` times in a row; ``trips`` counts the rests in a row.

    While ``is_probing`` the next answer is taken for the probe's.
    """

    kind: str = ""
    failures: int = 0
    trips: int = 0
    opened_at: datetime | None = None
    probe_at: datetime | None = None
    is_probing: bool = False


def standing(breaker: Breaker, *, now: datetime) -> Standing:
    if breaker.probe_at is None:
        return Standing.CLOSED
    return Standing.HALF_OPEN if breaker.probe_at <= now else Standing.OPEN


def counts(error: IntegrationError) -> bool:
    """Tell whether a failure is the line's own: what was asked, and how fast, is not its fault."""
    return error.kind in _AILS_THE_LINE and error.code not in _OURS


def probing(breaker: Breaker, *, now: datetime) -> Breaker:
    """Send the probe: nobody else goes out until its answer, or until its worker must be dead."""
    return replace(breaker, probe_at=now + PROBE_TAKES, is_probing=True)


def after_failure(breaker: Breaker, *, error: IntegrationError, now: datetime) -> Breaker:
    """Count a failure that ``counts``; open at the fifth of its kind, at once for a dead token.

    What was under way when it opened fails late and changes nothing; a probe that fails lets the
    store rest for twice as long as before.
    """
    if breaker.probe_at is not None and not breaker.is_probing:
        return breaker
    same = breaker.failures if breaker.kind == error.kind.value else 0
    failed = replace(breaker, kind=error.kind.value, failures=min(same + 1, _MOST))
    is_dead = error.code in DEAD_TOKEN
    if not (breaker.is_probing or is_dead or failed.failures >= OPENS_AFTER):
        return failed
    rest = LONGEST_REST if is_dead else min(FIRST_REST * 2 ** min(failed.trips, 10), LONGEST_REST)
    return replace(
        failed,
        trips=min(failed.trips + 1, _MOST),
        opened_at=breaker.opened_at or now,
        probe_at=now + rest,
        is_probing=False,
    )
