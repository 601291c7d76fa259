"""Walk a list that is sorted by the moment of change, the latest first: from its last page back.

A row that changes while we read leaves the window, and every row behind it moves one place towards
the first page, where we have not been yet. No row can come in meanwhile, because a window ends
before now (``Puller.lag``); so no row is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels_sync.connectors.taobao.envelope import Node, wrapped
from channels_sync.connectors.written import BEIJING

SIZE = 50
Ask = Callable[[Mapping[str, str]], Node]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a page, the longest unchanged first; ``cursor`` leads to the next one."""

    rows: tuple[Node, ...]
    cursor: str | None


def fetch(ask: Ask, cursor: str | None, *, outer: str, inner: str) -> Rows:
    """Fetch the page of a cursor, or the last page of the list; ``ask`` adds the paging to the
    window and calls.

    :raises IntegrationError: in TOP's words
    """
    page = int(cursor) if cursor else _pages(ask)
    if page == 0:
        return Rows((), None)
    answer = ask(_paging(page, has_next=True))
    found = wrapped(answer, outer, inner)
    return Rows(tuple(reversed(found)), str(page - 1) if page > 1 else None)


def count(ask: Ask) -> int:
    """Return how many rows a window has.

    :raises IntegrationError: in TOP's words
    """
    return int(ask({"page_no": "1", "page_size": "1", "use_has_next": "false"})["total_results"])


def window(since: datetime, until: datetime) -> dict[str, str]:
    """Write [since, until) as TOP does: Beijing's clock, whole seconds, both ends included."""
    last = until - timedelta(microseconds=1)
    return {"start_modified": _text(since), "end_modified": _text(max(last, since))}


def _pages(ask: Ask) -> int:
    return -(-count(ask) // SIZE)


def _paging(page: int, *, has_next: bool) -> dict[str, str]:
    return {
        "page_no": str(page),
        "page_size": str(SIZE),
        "use_has_next": "true" if has_next else "false",
    }


def _text(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
