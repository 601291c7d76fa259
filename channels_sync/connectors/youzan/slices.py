"""Walk a list of which only so many rows can be seen, of whose order nothing is promised. Pure.

A row that changes while we read leaves the window, and every row behind it moves one place forward.
Read from the last page to the first, such a row moves onto a page that is still to be read: none is
lost, some come twice. A window with more rows than can be seen is halved.
"""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Slice:
    """Seconds since 1970; ``page`` 0: how many pages there are is not known yet."""

    start: int
    end: int
    page: int = 0

    @classmethod
    def of(cls, cursor: str | None, *, since: int, until: int) -> Self:
        """Read what ``cursor`` wrote, or begin."""
        if cursor is None:
            return cls(since, until)
        start, end, page = (int(part) for part in cursor.split("-"))
        return cls(start, end, page)

    @property
    def cursor(self) -> str:
        return f"{self.start}-{self.end}-{self.page}"

    @property
    def is_new(self) -> bool:
        return self.page == 0

    def half(self) -> "Slice | None":
        """Return the first half of it; None if it cannot be parted."""
        middle = (self.start + self.end) // 2
        return replace(self, end=middle) if middle > self.start else None

    def after(self, *, until: int) -> str | None:
        """Return where to go on after this page; None at the end of the window."""
        if self.page > 1:
            return replace(self, page=self.page - 1).cursor
        return Slice(self.end, until).cursor if self.end < until else None

    def opened(self, total: int, *, size: int, most_pages: int, until: int) -> str | None:
        """Return where to go on after the first look, which showed page 1."""
        pages = min(-(-total // size), most_pages)
        if pages <= 1:
            return replace(self, page=1).after(until=until)
        return replace(self, page=pages).cursor
