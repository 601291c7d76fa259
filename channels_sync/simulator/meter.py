"""Counts calls in a window that slides, as platforms do that limit them."""

from collections import defaultdict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta


class Meter:
    """``limits``: {operation: (calls, seconds)}; what is not named is not limited."""

    def __init__(self, limits: Mapping[str, tuple[int, int]]) -> None:
        self._limits = limits
        self._calls: dict[str, deque[datetime]] = defaultdict(deque)

    def is_over(self, operation: str, *, now: datetime) -> bool:
        """Count a call; tell whether it is one too many. A refused one does not count."""
        if operation not in self._limits:
            return False
        most, seconds = self._limits[operation]
        calls = self._calls[operation]
        while calls and now - calls[0] >= timedelta(seconds=seconds):
            calls.popleft()
        if len(calls) >= most:
            return True
        calls.append(now)
        return False
