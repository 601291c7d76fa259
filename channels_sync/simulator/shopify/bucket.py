"""The bucket of cost points: full at first, emptied by queries, filled by time."""

import threading
from datetime import datetime
from typing import Any

LARGEST_QUERY = 1000


class Bucket:
    """One app's points at one shop."""

    def __init__(self, *, size: float = 2000, speed: float = 100) -> None:
        self._size = size
        self._speed = speed
        self._left = size
        self._seen: datetime | None = None
        self._lock = threading.Lock()

    def pay(self, cost: int, *, now: datetime) -> bool:
        """Take the points of a query; return False, and take none, if there are too few."""
        with self._lock:
            self._fill(now)
            if cost > self._left:
                return False
            self._left -= cost
            return True

    def give_back(self, points: int) -> None:
        """Return what a query was charged for and did not use."""
        with self._lock:
            self._left = min(self._size, self._left + points)

    def drain(self, *, now: datetime) -> None:
        """Let the bucket be empty: another program of the merchant was busy."""
        with self._lock:
            self._left, self._seen = 0.0, now

    def told(self, cost: int, *, actual: int | None, now: datetime) -> dict[str, Any]:
        """Write the block that stands in every answer."""
        with self._lock:
            self._fill(now)
            return {
                "cost": {
                    "requestedQueryCost": cost,
                    "actualQueryCost": actual,
                    "throttleStatus": {
                        "maximumAvailable": self._size,
                        "currentlyAvailable": int(self._left),
                        "restoreRate": self._speed,
                    },
                }
            }

    def _fill(self, now: datetime) -> None:
        if self._seen is not None:
            gone = max((now - self._seen).total_seconds(), 0.0)
            self._left = min(self._size, self._left + gone * self._speed)
        self._seen = now
