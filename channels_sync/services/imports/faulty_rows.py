"""The rows that could not be used, as a CSV that a person mends and uploads again."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from channels_sync.connectors.file.opening import open_orders
from channels_sync.models import ImportFault
from oms.audit import timeline
from oms.models import Job, User
from oms.services.uploads import FileGone
from oms.tables.cells import escape_formula, text_of


def faulty_rows(job: Job, *, actor: User, now: datetime) -> Iterator[bytes]:
    """Yield the CSV piece by piece: row number, reason, and the row's cells as in the file.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front, because the file
    comes from outside and is opened by our people. The pieces are UTF-8 with a mark, for Excel.

    Who takes them away is on the timeline: they hold buyers' data.

    :raises FileGone: if the file was thrown away
    """
    if not job.input_file:
        raise FileGone
    timeline.record("job", job.pk, "download_faulty_rows", at=now, actor=actor)
    return _pieces(job)


def _pieces(job: Job) -> Iterator[bytes]:
    reasons = {
        row: fault.explanation
        for fault in ImportFault.objects.filter(job=job).iterator()
        for row in fault.rows
    }
    with job.input_file.open("rb") as file:
        table = open_orders(file)
        yield "\ufeff".encode() + _line([_("Row"), _("Reason"), *table.names])
        for row in table.rows():
            if row.number in reasons:
                cells = [text_of(row.cells.get(name)) for name in table.names]
                yield _line([str(row.number), reasons[row.number], *cells])


def _line(values: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow([escape_formula(value) for value in values])
    return text.getvalue().encode()
