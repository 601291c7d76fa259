"""How far an import has come and what it found, kept on its job between the pages."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from oms.services.sheets.kinds import Fate, Row

_SHOWN = {Fate.FAULTY: 200, Fate.CHANGED: 100, Fate.NEW: 50, Fate.UNCHANGED: 20}
_SHOWN_CELLS, _SHOWN_LETTERS, _SHOWN_TEXT = 30, 60, 600


@dataclass(slots=True)
class Standing:
    """``position`` groups are done; ``fault_bytes`` of the file of faults are valid.

    ``samples`` are the first rows of each fate, as a page shows them; ``effects`` is what all rows
    move elsewhere.
    """

    position: int = 0
    fault_bytes: int = 0
    header: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)

    def book(self, rows: Iterable[Row]) -> None:
        """Count the rows of a page and keep some of them to show."""
        for row in rows:
            fate = row.fate or Fate.FAULTY
            self.counts[fate] += 1
            self.effects += row.effects
            shown = self.samples.setdefault(fate, [])
            if len(shown) < _SHOWN[fate]:
                shown.append(_sample(row))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            position=data.get("position", 0),
            fault_bytes=data.get("fault_bytes", 0),
            header=list(data.get("header", ())),
            counts=_counts(data.get("counts", {})),
            samples={fate: list(rows) for fate, rows in data.get("samples", {}).items()},
            effects=Counter(data.get("effects", {})),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "position": self.position,
            "fault_bytes": self.fault_bytes,
            "header": self.header,
            "counts": {fate.value: self.counts[fate] for fate in Fate},
            "samples": self.samples,
            "effects": dict(self.effects),
        }


def _counts(told: Mapping[str, int]) -> Counter[str]:
    """Read counts in the order of the fates: a database keeps JSON in an order of its own."""
    return Counter({fate.value: told.get(fate.value, 0) for fate in Fate})


def reason_of(row: Row) -> str:
    return "; ".join(row.reasons)[:_SHOWN_TEXT]


def _sample(row: Row) -> dict[str, Any]:
    cells = [text[:_SHOWN_LETTERS] for text in row.texts[:_SHOWN_CELLS]]
    note = reason_of(row) if row.is_faulty else "; ".join(row.changes)[:_SHOWN_TEXT]
    return {"row": row.number, "cells": cells, "note": note}
