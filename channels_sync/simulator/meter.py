"""Counts calls in a window that slides, as platforms do that limit them."""

from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta


class Meter:
    """``limits``: {operation: (calls, seconds)}; what is not named has the limit of ``each``."""

    def __init__(
        self, limits: Mapping[str, tuple[int, int]], *, each: tuple[int, int] | None = None
    ) -> None:
        self._limits = limits
        self._each = each
        self._calls: dict[str, deque[datetime]] = defaultdict(deque)

    def is_over(self, operation: str, *, now: datetime) -> bool:
        """Count a call; tell whether it is one too many. A refused one does not count."""
        limit = self._limits.get(operation, self._each)
        if limit is None:
            return False
        most, seconds = limit
        calls = self._calls[operation]
        while calls and now - calls[0] >= timedelta(seconds=seconds):
            calls.popleft()
        if len(calls) >= most:
            return True
        calls.append(now)
        return False
