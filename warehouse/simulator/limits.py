"""The sandbox's limits: calls per second and per day, for each service apart."""

import threading
from collections import defaultdict, deque
from datetime import datetime, timedelta

_SECOND = timedelta(seconds=1)


class Limits:
    """Counts calls by the simulator's clock."""

    def __init__(self, *, per_second: int, per_day: int) -> None:
        self._per_second = per_second
        self._per_day = per_day
        self._recent: dict[str, deque[datetime]] = defaultdict(deque)
        self._days: dict[tuple[str, str], int] = defaultdict(int)
        self._lock = threading.Lock()

    def admits(self, service: str, *, now: datetime) -> bool:
        """Count a call and say whether it may go on; a refused call is not counted."""
        day = (service, now.date().isoformat())
        with self._lock:
            recent = self._recent[service]
            while recent and recent[0] <= now - _SECOND:
                recent.popleft()
            if len(recent) >= self._per_second or self._days[day] >= self._per_day:
                return False
            recent.append(now)
            self._days[day] += 1
        return True
