"""Bring the rows of one order together without holding the file: two walks over it.

The first walk notes where each order number is seen last and adds everything up, the second hands
out a group as soon as its last row has come. In memory are the numbers and the groups that are
still open, which for a file sorted by order is one.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from channels_sync.connectors.file.kept import dump_cells, load_cells
from channels_sync.connectors.file.sums import add_row
from channels_sync.dto import ImportField, ImportOptions, RowGroup, Sums
from oms.rules.incoming import MAX_LINES
from oms.tables.cells import Row, text_of
from oms.tables.table import Table


@dataclass(frozen=True, slots=True)
class Survey:
    """``last_rows`` maps every order number to its last row; ``sums`` add up the whole file."""

    last_rows: dict[str, int]
    sums: Sums


def survey(table: Table, options: ImportOptions) -> Survey:
    """Walk the file once.

    :raises UnusableTable: if a mapped column is missing, or the file breaks off
    """
    table.require(options.columns.values())
    column = options.columns[ImportField.ORDER_NO]
    last_rows: dict[str, int] = {}
    sums = Sums()
    for row in table.rows():
        last_rows[text_of(row.cells.get(column))] = row.number
        add_row(sums, row, options)
    return Survey(last_rows, sums)


def groups(table: Table, options: ImportOptions, plan: Survey) -> Iterator[RowGroup]:
    """Walk the file again and yield every order's rows, in the order in which they are complete.

    Rows without an order number are groups of their own.
    """
    column = options.columns[ImportField.ORDER_NO]
    still_open: dict[str, RowGroup] = {}
    for row in table.rows():
        number = text_of(row.cells.get(column))
        group = still_open.setdefault(number, RowGroup(number))
        _add(group, row, options)
        if not number or plan.last_rows[number] == row.number:
            yield still_open.pop(number)


def _add(group: RowGroup, row: Row, options: ImportOptions) -> None:
    add_row(group.sums, row, options)
    if len(group.rows) <= MAX_LINES:
        group.rows.append(row)


def group_of_rows(number: str, rows: Iterable[Row], options: ImportOptions) -> RowGroup:
    """Return rows that are known to belong together as a group."""
    group = RowGroup(number)
    for row in rows:
        _add(group, row, options)
    return group


def dump_group(group: RowGroup) -> str:
    """Return the rows as the payload that is kept of them."""
    rows = [[row.number, dump_cells(row.cells)] for row in group.rows]
    payload = {"rows": rows, "row_count": group.sums.rows}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def digest_of(group: RowGroup) -> str:
    """Return the SHA-256 of what the rows say, wherever in a file they stand."""
    cells = [dump_cells(row.cells) for row in group.rows]
    text = json.dumps(cells, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def load_group(payload: str, options: ImportOptions) -> RowGroup:
    """Return the rows of a kept payload, read by the options as they are now."""
    data = json.loads(payload)
    column = options.columns[ImportField.ORDER_NO]
    rows = (Row(number, load_cells(cells)) for number, cells in data["rows"])
    group = group_of_rows("", rows, options)
    group.sums.rows = data["row_count"]
    if group.rows:
        group.number = text_of(group.rows[0].cells.get(column))
    return group
