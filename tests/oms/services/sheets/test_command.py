import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from oms.models import Job, Sku
from tests.factories.oms import StoreFactory, WarehouseFactory
from tests.oms.services.sheets.files import as_csv
from warehouse.models import Bin

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(as_csv([["sku", "name", "weight"], ["A", "a", "1"], ["B", "b", "x"]]).read())
    return path


def run(*arguments: object) -> str:
    said = StringIO()
    call_command("import_sheet", *map(str, arguments), stdout=said, stderr=StringIO())
    return said.getvalue()


def test_dry_run_tells_and_changes_nothing(file: Path) -> None:
    said = run(file, "--kind", "skus", "--dry-run")
    assert said.splitlines() == [
        "new: 1",
        "changed: 0",
        "unchanged: 0",
        "faulty: 1",
        "row 3: Weight (g): “x” is not a whole number",
    ]
    assert not Sku.objects.exists()


def test_json_tells_the_same(file: Path) -> None:
    told = json.loads(run(file, "--kind", "skus", "--json"))
    assert told.pop("job") == Job.objects.get().pk
    assert told == {
        "kind": "skus",
        "dry_run": False,
        "rows": 2,
        "counts": {"new": 1, "changed": 0, "unchanged": 0, "faulty": 1},
        "faulty": [{"row": 3, "reason": "Weight (g): “x” is not a whole number"}],
    }
    assert Sku.objects.get().code == "A"


def test_faulty_rows_are_written_where_asked(file: Path, tmp_path: Path) -> None:
    run(file, "--kind", "skus", "--faulty", tmp_path / "faulty.xlsx")
    assert (tmp_path / "faulty.xlsx").read_bytes().startswith(b"PK")


def test_place_is_named_by_its_code(tmp_path: Path) -> None:
    warehouse = WarehouseFactory.create()
    path = tmp_path / "bins.csv"
    path.write_text("bin\nA-1\n", encoding="utf-8")
    run(path, "--kind", "bins", "--warehouse", warehouse.code)
    assert Bin.objects.get().warehouse == warehouse


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--kind", "listings"), "needs --store"),
        (("--kind", "bins", "--warehouse", "nowhere"), "no warehouse with the code nowhere"),
        (("--kind", "skus", "--store", "s"), "takes no --store"),
        (("--kind", "barcodes"), "These columns are missing"),
    ],
)
def test_what_cannot_be_imported_is_said(
    file: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    StoreFactory.create(code="s")
    with pytest.raises(CommandError, match=complaint):
        run(file, *arguments)
    assert not Job.objects.exists()


def test_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "gone.csv", "--kind", "skus")
