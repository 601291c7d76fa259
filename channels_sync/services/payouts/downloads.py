"""The differences of a statement as a file: CSV, or a workbook whose amounts are numbers."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _

from channels_sync.models import PayoutFinding, PayoutStatement
from channels_sync.services.payouts.settling import findings_of
from channels_sync.services.payouts.troubles import reason_text
from oms.audit import timeline
from oms.models import User
from oms.tables import heavy
from oms.tables.cells import escape_formula


def header() -> list[str]:
    """Return the column names in the reader's language."""
    return [
        *(_("channel order number"), _("day"), _("what differs"), _("cause")),
        *(_("here"), _("there"), _("off by"), _("currency"), _("state"), _("note")),
    ]


def as_csv(statement: PayoutStatement, *, actor: User, now: datetime) -> Iterator[bytes]:
    """Return the file line by line, UTF-8 with a mark; who takes it is on the timeline."""
    _note(statement, actor=actor, now=now)
    return _lines(statement)


def _lines(statement: PayoutStatement) -> Iterator[bytes]:
    yield "\ufeff".encode() + _line(header())
    for row in _rows(statement):
        yield _line([escape_formula(str(row[0])), *map(str, row[1:-1]), escape_formula(row[-1])])


def as_workbook(statement: PayoutStatement, *, actor: User, now: datetime) -> IO[bytes]:
    """Return an open workbook, which the caller closes; who takes it is on the timeline."""
    _note(statement, actor=actor, now=now)
    book = heavy.openpyxl().Workbook(write_only=True)
    sheet = book.create_sheet(_("Differences"))
    sheet.freeze_panes = "A2"
    for letter, width in (("A", 26), ("B", 12), ("C", 18), ("D", 40), ("J", 40)):
        sheet.column_dimensions[letter].width = width
    sheet.append(header())
    for row in _rows(statement):
        sheet.append([_cell(sheet, value) for value in row])
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  # the caller closes it
    book.save(file)
    file.seek(0)
    return file


def _note(statement: PayoutStatement, *, actor: User, now: datetime) -> None:
    timeline.record("job", statement.job_id, "download_differences", at=now, actor=actor)


def _cell(sheet: Any, value: Any) -> Any:
    """Make a text a text whatever it says: an order number keeps its digits, nothing is run."""
    if not isinstance(value, str):
        return value
    cell = heavy.write_only_cell()(sheet, value=value)
    cell.data_type, cell.number_format = "s", "@"
    return cell


def _rows(statement: PayoutStatement) -> Iterator[list[Any]]:
    for row in findings_of(statement).order_by("day", "order_no", "kind").iterator(2000):
        yield _row(row)


def _row(row: PayoutFinding) -> list[Any]:
    return [
        *(row.order_no, row.day.isoformat(), row.get_kind_display(), reason_text(row.reason)),
        *(row.ours, row.theirs, row.theirs - row.ours),
        *(row.currency, row.get_state_display(), row.note),
    ]


def _line(values: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(values)
    return text.getvalue().encode()
