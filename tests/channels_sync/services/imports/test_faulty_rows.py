"""The faulty rows as a CSV: mended and uploaded again, and harmless in a spreadsheet."""

import csv
import io

import pytest

from channels_sync.services.imports.faulty_rows import faulty_rows
from oms.models import Job, TimelineEntry
from oms.services.uploads import FileGone, throw_files_away
from oms.tables.cells import escape_formula
from tests.channels_sync.services.imports.conftest import Run
from tests.channels_sync.services.imports.test_jobs import WEEK
from tests.factories.channels_sync import HEADER, row
from tests.factories.oms import NOW, UserFactory

pytestmark = pytest.mark.django_db


def read(job: Job) -> list[list[str]]:
    text = b"".join(faulty_rows(job, actor=UserFactory.create(), now=NOW)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_rows_come_with_number_reason_and_every_cell(run: Run) -> None:
    job = run(row("F-1"), row("F-2", quantity=0), row("F-2", "CUP"), row("F-3", price="x"))
    head, *found = read(job)
    assert head[2:] == HEADER
    assert [line[0] for line in found] == ["3", "4", "5"]
    assert found[1][2:] == row("F-2", "CUP")
    assert "Price" in found[2][1]


def test_trial_has_its_faulty_rows_too(run: Run) -> None:
    assert len(read(run(row(quantity=0), dry_run=True))) == 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cell_that_a_spreadsheet_would_run_is_escaped(start: str) -> None:
    assert escape_formula(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("cell", ["", "F-1", "12.50", "a=b"])
def test_harmless_cell_stays_as_it_is(cell: str) -> None:
    assert escape_formula(cell) == cell


def test_formula_in_a_file_comes_out_escaped(run: Run) -> None:
    job = run(row("=HYPERLINK(0)", quantity=0, title="@SUM(1)"))
    assert read(job)[1][2] == "'=HYPERLINK(0)"
    assert "'@SUM(1)" in read(job)[1]


def test_after_a_week_there_is_nothing_to_download(run: Run) -> None:
    job = run(row(quantity=0))
    throw_files_away(now=NOW + WEEK)
    job.refresh_from_db()
    with pytest.raises(FileGone):
        faulty_rows(job, actor=UserFactory.create(), now=NOW)


def test_who_takes_them_away_is_on_the_timeline(run: Run) -> None:
    job = run(row(quantity=0))
    read(job)
    entry = TimelineEntry.objects.get(subject="job", subject_id=job.pk)
    assert (entry.action, entry.actor is None) == ("download_faulty_rows", False)
