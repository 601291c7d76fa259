"""The faulty rows of an import: kept as they come, given back as a file that can be mended."""

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import get_language

from oms.models import Job
from oms.services.sheets import codes
from oms.services.sheets.kinds import Row
from oms.services.sheets.standing import Standing, reason_of
from oms.tables import heavy
from oms.tables.cells import escape_formula

_MOST_IN_WORKBOOK = 20_000
"""A workbook of more rows takes longer to write than anybody waits for a page."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was not taken over; ``texts`` as they stood in the file."""

    number: int
    reason: str
    texts: Sequence[str]


def keep(job: Job, *, rows: Iterable[Row], size: int) -> int:
    """Append the faulty ones to the job's file and return its size, which the caller commits.

    ``size`` is the last committed one: what a page wrote that was then rolled back is cut off.
    """
    lines = [
        json.dumps([row.number, reason_of(row), list(row.texts)], ensure_ascii=False)
        for row in rows
        if row.is_faulty
    ]
    with Path(job.result_file.path).open("r+b") as file:
        file.truncate(size)
        file.seek(size)
        file.write("".join(f"{line}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def faults(job: Job) -> Iterator[Fault]:
    """Yield the faulty rows in the order in which they were found."""
    left = Standing.from_json(job.result).fault_bytes
    if not left or not job.result_file:
        return
    with Path(job.result_file.path).open("rb") as file:
        while left > 0 and (line := file.readline()):
            left -= len(line)
            number, reason, texts = json.loads(line)
            yield Fault(number, reason, texts)


def faulty_file(job: Job) -> tuple[str, IO[bytes]]:
    """Return the name's ending and an open file of the faulty rows, reason first.

    Sent in again, the first two columns are passed over. Nothing in it is a formula: a workbook's
    cells are typed as text, a CSV's begin with an apostrophe where they would be one.
    """
    standing = Standing.from_json(job.result)
    if standing.counts["faulty"] > _MOST_IN_WORKBOOK:
        return "csv", _as_csv(job, _header(standing))
    return "xlsx", _as_workbook(job, _header(standing))


def _header(standing: Standing) -> list[str]:
    """Name the two columns in the reader's language; older ones of the same name are dropped."""
    at = 0 if (get_language() or "").startswith("zh") else 1
    return [codes.ROW[at], codes.REASON[at], *(standing.header[i] for i in _kept(standing.header))]


def _kept(header: Sequence[str]) -> list[int]:
    """Return the places of the columns that are not those of an earlier file of faults."""
    ours = (*codes.ROW, *codes.REASON)
    return [place for place, name in enumerate(header) if name not in ours]


def _lines(job: Job) -> Iterator[list[str]]:
    header = Standing.from_json(job.result).header
    kept = _kept(header)
    for fault in faults(job):
        texts = [fault.texts[at] if at < len(fault.texts) else "" for at in kept]
        yield [str(fault.number), fault.reason, *texts, *fault.texts[len(header) :]]


def _as_csv(job: Job, header: Sequence[str]) -> IO[bytes]:
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  # the caller closes it
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(header)
    for line in _lines(job):
        writer.writerow([escape_formula(cell) for cell in line])
    text.detach()
    file.seek(0)
    return file


def _as_workbook(job: Job, header: Sequence[str]) -> IO[bytes]:
    book = heavy.openpyxl().Workbook(write_only=True)
    sheet = book.create_sheet(codes.SHEET_TITLES[0])
    sheet.freeze_panes = "A2"
    for letter, width in (("A", 8), ("B", 60)):
        sheet.column_dimensions[letter].width = width
    make = heavy.write_only_cell()
    sheet.append([text_cell(make, sheet=sheet, text=name) for name in header])
    for line in _lines(job):
        sheet.append([text_cell(make, sheet=sheet, text=text) for text in line])
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  # the caller closes it
    book.save(file)
    file.seek(0)
    return file


def text_cell(make: Any, *, sheet: Any, text: str) -> Any:
    """Make a cell that is text whatever it says, and stays so when somebody edits it."""
    cell = make(sheet, value=text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    return cell
