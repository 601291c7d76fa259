"""What a change of keys came to, column by column."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """One column. ``done`` values were written anew (of a trial: would be); ``unreadable`` ones are
    left as they are, ``rows`` names the first of them. ``versions`` counts what is stored now by
    the version of its key."""

    column: str
    done: int = 0
    unreadable: int = 0
    rows: list[int | str] = field(default_factory=list)
    versions: Counter[int] = field(default_factory=Counter)

    def refuse(self, row: int | str) -> None:
        self.unreadable += 1
        if len(self.rows) < MOST_NAMED:
            self.rows.append(row)

    def left(self, current: int) -> int:
        """Count what is not under the current key."""
        return sum(count for version, count in self.versions.items() if version != current)

    def to_json(self) -> dict[str, Any]:
        return {
            "column": self.column,
            "done": self.done,
            "unreadable": self.unreadable,
            "rows": self.rows,
            "versions": {str(version): self.versions[version] for version in sorted(self.versions)},
        }


MOST_NAMED = 20
Progress = Callable[[str], None]
"""Told after each batch of which column it was."""


def quiet(_column: str) -> None:
    """Tell nobody."""
