"""Read a day in windows of creation, where a platform shows only so many rows of one. Pure.

Page numbers hold, because a creation does not change; a window with more rows than are shown is
halved until all of it can be seen.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from oms.integration.errors import ErrorKind, IntegrationError


@dataclass(frozen=True, slots=True)
class Window:
    """Seconds since 1970, ``end`` outside; ``page`` is counted from 0."""

    start: int
    end: int
    page: int = 0

    @classmethod
    def of(cls, cursor: str | None, *, since: datetime, until: datetime, longest: int) -> Self:
        """Read what ``after`` wrote, or begin the day."""
        if cursor is None:
            start = int(since.timestamp())
            return cls(start, min(start + longest, int(until.timestamp())))
        start, end, page = (int(part) for part in cursor.split("-"))
        return cls(start, end, page)

    def holds(self, moment: datetime) -> bool:
        """Tell whether an order that was placed then is this window's."""
        return self.start <= moment.timestamp() < self.end

    def half(self) -> Self:
        """Return its first half.

        :raises IntegrationError: fatal, if it is a second already: the list would be short
        """
        middle = (self.start + self.end) // 2
        if middle == self.start:
            raise IntegrationError(
                "同一秒内的订单多于平台能列出的数量，无法对账",
                kind=ErrorKind.FATAL,
                code="local:too_many_rows",
            )
        return replace(self, end=middle)

    def after(self, *, has_more: bool, until: datetime, longest: int) -> str | None:
        """Return where to read on; None at the end of the day."""
        last = int(until.timestamp())
        if has_more:
            return f"{self.start}-{self.end}-{self.page + 1}"
        return f"{self.end}-{min(self.end + longest, last)}-0" if self.end < last else None
