import csv
import io

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook  # type: ignore[import-untyped]

from oms.models import Job, User
from oms.services.sheets import faults as module
from oms.services.sheets.faults import faulty_file
from tests.oms.services.sheets.files import Rows, complaints, counts, faulty, imported

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.com","x")']
ROWS: Rows = [
    ["货号", "品名", "重量"],
    *([f"0{n}", text, "much"] for n, text in enumerate(DANGEROUS, start=1)),
    ["OK", "fine", "1"],
]


def faulty_content(job: Job) -> tuple[str, bytes]:
    ending, file = faulty_file(job)
    with file:
        return ending, file.read()


def test_faulty_rows_come_back_with_their_reasons_as_text(root: User) -> None:
    ending, content = faulty_content(imported("skus", ROWS, actor=root))
    assert ending == "xlsx"
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == ["Row", "Reason", "货号", "品名", "重量"]
    assert [[cell.value for cell in row] for row in rows[1:]] == [
        [str(number), "Weight (g): “much” is not a whole number", f"0{number - 1}", text, "much"]
        for number, text in enumerate(DANGEROUS, start=2)
    ]
    assert {cell.data_type for row in rows for cell in row} == {"s"}
    assert all(cell.quotePrefix for row in rows for cell in row)


def test_many_faulty_rows_come_back_as_csv_without_formulas(
    monkeypatch: pytest.MonkeyPatch, root: User
) -> None:
    monkeypatch.setattr(module, "_MOST_IN_WORKBOOK", 2)
    ending, content = faulty_content(imported("skus", ROWS, actor=root))
    assert ending == "csv"
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row[3] for row in rows[1:]] == [f"'{text}" for text in DANGEROUS]
    assert rows[1][2] == "01"


@pytest.mark.parametrize("limit", [2, 2000])
def test_mended_file_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch, root: User, limit: int
) -> None:
    monkeypatch.setattr(module, "_MOST_IN_WORKBOOK", limit)
    job = imported("skus", ROWS, actor=root)
    ending, content = faulty_content(job)
    again = imported("skus", ContentFile(content, name=f"mended.{ending}"), actor=root)
    assert set(complaints(again).values()) == set(complaints(job).values())
    assert [fault.texts[2:] for fault in faulty(again)] == [fault.texts for fault in faulty(job)]
    twice = faulty_content(again)[1]
    if ending == "xlsx":
        sheet = load_workbook(io.BytesIO(twice)).worksheets[0]
        assert [cell.value for cell in next(sheet.iter_rows())][:3] == ["Row", "Reason", "货号"]


def test_import_without_faults_has_an_empty_file(root: User) -> None:
    job = imported("skus", [ROWS[0], ROWS[-1]], actor=root)
    assert counts(job) == {"new": 1}
    assert faulty(job) == []
    assert faulty_content(job)[0] == "xlsx"
