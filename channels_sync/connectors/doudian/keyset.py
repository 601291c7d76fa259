"""Walk a list that is sorted by the moment of change, the longest unchanged first. Pure.

A row that changes while we read moves to the end, and every row behind it one place forward: by
page numbers one would be skipped. So the next question begins at the moment of the last row, and
only rows of one and the same second are counted in pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Place:
    """``start``: seconds since 1970 from which on to ask; ``page``: counted from 0."""

    start: int
    page: int = 0

    @classmethod
    def of(cls, cursor: str | None, *, since: int) -> Self:
        """Read what ``cursor_after`` wrote, or begin."""
        if cursor is None:
            return cls(since)
        start, _colon, page = cursor.partition(":")
        return cls(int(start), int(page))

    def cursor_after(self, moments: Sequence[int | None], *, has_more: bool) -> str | None:
        """Return where to go on after a page of rows changed at these moments; None at the end."""
        if not has_more or not moments:
            return None
        last = moments[-1]
        if last is None or last <= self.start:
            return f"{self.start}:{self.page + 1}"
        return f"{last}:0"
