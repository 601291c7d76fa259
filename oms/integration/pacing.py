"""How fast we call, and how long we wait before calling again. Values and clocks only."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from oms.integration.errors import ErrorKind, IntegrationError


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most ``per_second`` calls a second in the long run, ``burst`` of them at once."""

    per_second: float
    burst: int = 1


class TokenBucket:
    """Hands out places in the queue of one account; safe to share between threads."""

    def __init__(self, limit: RateLimit, *, clock: Callable[[], float]) -> None:
        self._interval = 1 / limit.per_second
        self._slack = (limit.burst - 1) * self._interval
        self._clock = clock
        self._next_due = float("-inf")
        self._lock = threading.Lock()

    def reserve(self, *, longest: float) -> float:
        """Take the next place and return the seconds to wait for it.

        :raises IntegrationError: throttle, with the wait as hint and no place taken, if the wait
            is longer than ``longest`` seconds
        """
        with self._lock:
            now = self._clock()
            due = max(self._next_due, now)
            wait = max(0.0, due - self._slack - now)
            if wait <= longest:
                self._next_due = due + self._interval
                return wait
        raise IntegrationError(
            "调用过于频繁，已在本地限流",
            kind=ErrorKind.THROTTLE,
            code="local:rate",
            retry_after=timedelta(seconds=wait),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often an idempotent call is repeated; all durations in seconds.

    A throttled call uses up no try, because nothing was done; the other side's hint is the least
    that is waited. ``patience`` bounds all the waiting together, so that a hint of an hour goes
    back to the caller at once.
    """

    tries: int = 5
    first_pause: float = 1.0
    longest_pause: float = 16.0
    patience: float = 60.0

    def pause(self, repeats: int, jitter: float) -> float:
        """Return the back-off before repeat number ``repeats`` + 1; ``jitter`` is in [0, 1)."""
        return float(min(self.longest_pause, self.first_pause * 2**repeats)) * (1 + jitter / 2)


ONCE = RetryPolicy(tries=1, patience=0)


class Patience:
    """Decides after each failure of one call whether to wait and go on; keeps the tally."""

    def __init__(self, policy: RetryPolicy, *, jitter: Callable[[], float]) -> None:
        self._policy = policy
        self._jitter = jitter
        self._failures = 0
        self._repeats = 0
        self._waited = 0.0

    def pause_after(self, error: IntegrationError) -> float | None:
        """Return the seconds to wait before the next try, or None to give up."""
        if not error.retryable:
            return None
        if error.kind is not ErrorKind.THROTTLE:
            self._failures += 1
        pause = self._policy.pause(self._repeats, self._jitter())
        if error.retry_after is not None:
            pause = max(error.retry_after.total_seconds(), pause)
        self._repeats += 1
        self._waited += pause
        enough = self._failures >= self._policy.tries or self._waited > self._policy.patience
        return None if enough else pause
