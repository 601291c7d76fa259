"""The command: a file in, a proof out."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from channels_sync.models import ImportMapping
from channels_sync.services.imports import booking
from oms.models import Job, Order
from tests.factories.channels_sync import ImportMappingFactory, csv_bytes, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def mapping() -> ImportMapping:
    return ImportMappingFactory.create()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes(csv_bytes(row("F-1"), row("F-2", quantity=-1)))
    return path


def import_orders(mapping: ImportMapping, file: Path, *options: str) -> str:
    out = io.StringIO()
    where = ("--store", mapping.store.code, "--mapping", mapping.name)
    call_command("import_orders", str(file), *where, *options, stdout=out)
    return out.getvalue()


def test_import_ends_with_its_proof(mapping: ImportMapping, file: Path) -> None:
    lines = import_orders(mapping, file).splitlines()
    assert "new: 1" in lines
    assert "faulty, faulty_order: 1" in lines
    assert lines[-2:] == [
        "rows read = orders + cancellations + exceptions: 2 = 1 + 0 + 1",
        "CNY read = orders + cancellations + exceptions: 12.5 = 25 + 0 + -12.5",
    ]
    assert Order.objects.count() == 1


def test_dry_run_writes_nothing(mapping: ImportMapping, file: Path) -> None:
    assert "new: 1" in import_orders(mapping, file, "--dry-run")
    assert not Order.objects.exists()


def test_json_is_for_programs(mapping: ImportMapping, file: Path) -> None:
    result = json.loads(import_orders(mapping, file, "--json"))
    assert result["counts"] == {"new": 1, "faulty": 1}
    assert result["proof"]["holds"] is True
    assert Job.objects.get(pk=result["job"]).state == "done"


def test_unknown_mapping_names_the_known_ones(mapping: ImportMapping, file: Path) -> None:
    with pytest.raises(CommandError, match="it has: shop"):
        call_command("import_orders", str(file), "--store", mapping.store.code, "--mapping", "x")


def test_missing_file_is_said_plainly(mapping: ImportMapping, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        import_orders(mapping, tmp_path / "nothing.csv")
    assert not Job.objects.exists()


def test_file_that_is_no_table_fails(mapping: ImportMapping, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(CommandError):
        import_orders(mapping, path)


def test_proof_that_does_not_hold_fails(
    mapping: ImportMapping, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "book_stored", lambda *_args, **_told: None)
    with pytest.raises(CommandError, match="proof"):
        import_orders(mapping, file)
