"""From the texts of a row to values, and from rows to groups that stand or fall together."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.services.sheets import codes
from oms.services.sheets.cells import BadCell
from oms.services.sheets.columns import find_columns
from oms.services.sheets.kinds import Row, SheetKind
from oms.tables.problems import UnusableTable
from oms.tables.table import Table

LARGEST_GROUP = 500
"""A group is taken over in one transaction, and SQLite locks the whole database meanwhile."""


class NoRows(UnusableTable):
    message = gettext_lazy(
        "There is no row to import below the header (the example row does not count)."
    )


@dataclass(slots=True)
class Survey:
    """What the first walk over a file counted: its rows, and the size of every group."""

    rows: int = 0
    sizes: Counter[Hashable] = field(default_factory=Counter)


def survey(sheet: Table, *, kind: SheetKind) -> Survey:
    """Walk the file once.

    :raises UnusableTable: if its columns are not the kind's, it has no rows, or it cannot be read
    """
    found = Survey()
    for row in read_rows(sheet, kind=kind):
        found.rows += 1
        key = kind.group_key(row)
        if key is not None:
            found.sizes[key] += 1
    if not found.rows:
        raise NoRows
    return found


def groups(sheet: Table, *, kind: SheetKind, plan: Survey) -> Iterator[list[Row]]:
    """Yield the groups, each when its last row has come, always in the same order.

    A group that is too large for one transaction comes in single rows, all of them refused.
    """
    waiting: dict[Hashable, list[Row]] = defaultdict(list)
    for row in read_rows(sheet, kind=kind):
        key = kind.group_key(row)
        size = plan.sizes[key] if key is not None else 1
        if size > LARGEST_GROUP:
            text = _("More than %(limit)d rows belong together here; take the rest over by hand.")
            row.refuse(text % {"limit": LARGEST_GROUP})
        if size == 1 or size > LARGEST_GROUP:
            yield [row]
            continue
        waiting[key].append(row)
        if len(waiting[key]) == size:
            yield waiting.pop(key)


def read_rows(sheet: Table, *, kind: SheetKind) -> Iterator[Row]:
    """Yield every row but the blank's example; a bad cell makes its row faulty."""
    places = find_columns(sheet.header, columns=kind.columns)
    example = places[next(column.key for column in kind.columns if column.required)]
    for number, texts in sheet.texts():
        if example < len(texts) and texts[example].startswith(codes.EXAMPLE):
            continue
        yield _read_row(number, texts, sheet=sheet, kind=kind, places=places)


def _read_row(
    number: int, texts: list[str], *, sheet: Table, kind: SheetKind, places: Mapping[str, int]
) -> Row:
    row = Row(number, texts, {})
    for column in kind.columns:
        place = places.get(column.key, len(texts))
        text = texts[place] if place < len(texts) else ""
        if text:
            try:
                row.values[column.key] = column.read(text)
            except BadCell as bad:
                row.refuse(f"{column.title}: {bad}")
        elif column.required:
            row.refuse(_("%(column)s is empty") % {"column": column.title})
        elif column.default is not None:
            row.values[column.key] = column.default
    if any(_beyond(texts, sheet.header)):
        row.refuse(_("a cell stands in a column without a name: the row may be shifted"))
    return row


def _beyond(texts: Sequence[str], header: Sequence[str]) -> Iterator[str]:
    """Yield the texts that stand below no column name."""
    for place, text in enumerate(texts):
        if text and (place >= len(header) or not header[place]):
            yield text
