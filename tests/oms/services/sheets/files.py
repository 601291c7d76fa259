"""Files of lists, and a whole import of one in a single call."""

import csv
import io
from collections.abc import Sequence

from django.core.files.base import ContentFile
from openpyxl import Workbook  # type: ignore[import-untyped]

from oms.models import Job, User
from oms.services.sheets import jobs
from oms.services.sheets.faults import Fault, faults
from tests.factories.oms import NOW

Rows = Sequence[Sequence[object]]
ENDLESS = float("inf")


def as_csv(
    rows: Rows, *, encoding: str = "utf-8-sig", delimiter: str = ","
) -> "ContentFile[bytes]":
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return ContentFile(text.getvalue().encode(encoding), name="list.csv")


def as_workbook(rows: Rows) -> "ContentFile[bytes]":
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return ContentFile(file.getvalue(), name="list.xlsx")


def tried(
    kind: str, rows: "Rows | ContentFile[bytes]", *, actor: User, place_id: int | None = None
) -> Job:
    file = rows if isinstance(rows, ContentFile) else as_csv(rows)
    return jobs.try_out(kind, place_id=place_id, file=file, actor=actor, now=NOW, seconds=ENDLESS)


def imported(
    kind: str, rows: "Rows | ContentFile[bytes]", *, actor: User, place_id: int | None = None
) -> Job:
    trial = tried(kind, rows, actor=actor, place_id=place_id)
    assert trial.state == Job.State.DONE, trial.error
    return jobs.take_over(trial.pk, actor=actor, now=NOW, seconds=ENDLESS)


def counts(job: Job) -> dict[str, int]:
    """Return the counts that are not zero."""
    return {fate: number for fate, number in job.result["counts"].items() if number}


def complaints(job: Job) -> dict[int, str]:
    return {fault.number: fault.reason for fault in faults(job)}


def faulty(job: Job) -> list[Fault]:
    return list(faults(job))
