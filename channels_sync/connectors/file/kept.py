"""Cells as JSON, so that kept rows can be read again exactly as they stood in the file. Pure."""

import math
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from oms.tables.cells import Cell

_DECIMAL, _MOMENT = "$decimal", "$at"


def dump_cells(cells: Mapping[str, Cell]) -> dict[str, Any]:
    """Return the cells as JSON values that ``load_cells`` turns back into the very same cells."""
    return {name: _dump(cell) for name, cell in cells.items()}


def load_cells(data: Mapping[str, Any]) -> dict[str, Cell]:
    return {name: _load(value) for name, value in data.items()}


def _dump(cell: Cell) -> Any:
    match cell:
        case Decimal():
            return {_DECIMAL: str(cell)}
        case datetime():
            return {_MOMENT: cell.isoformat()}
        case float() if not math.isfinite(cell):
            return str(cell)
    return cell


def _load(value: Any) -> Cell:
    match value:
        case {"$decimal": text}:
            return Decimal(text)
        case {"$at": text}:
            return datetime.fromisoformat(text)
    loaded: Cell = value
    return loaded
