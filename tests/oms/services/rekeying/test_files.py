"""Sealed files come under the newest key and keep their names."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings

from oms.models import Job
from oms.privacy.sealed import PIECE
from oms.privacy.storage import SealedStorage
from oms.services.rekeying.files import drawers, reseal_files
from tests.factories.basics import NOW
from tests.oms.privacy.keys import NEW

pytestmark = pytest.mark.django_db
CONTENT = "张三,13800000000\n".encode() * 10_000
(DRAWER,) = drawers()


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.OMS_FIELD_KEYS = dict(settings.OMS_FIELD_KEYS)


@pytest.fixture
def job(settings: Settings) -> Job:
    """A job with a file under key 1, and one that shares it; key 2 is the newest now."""
    assert len(CONTENT) > PIECE
    job = Job(kind="sheet", label="x", created_at=NOW)
    job.input_file.save("list", ContentFile(CONTENT), save=False)
    job.save()
    Job.objects.create(kind="sheet", label="y", created_at=NOW, input_file=job.input_file.name)
    settings.OMS_FIELD_KEYS |= {2: NEW}
    return job


def test_file_is_read_without_the_old_key(job: Job, settings: Any) -> None:
    with job.input_file.open("rb") as before:
        assert before.read(3) == CONTENT[:3]
        tally = reseal_files(DRAWER, dry_run=False)
        # Who reads it at the moment reads on.
        assert before.read() == CONTENT[3:]
    assert (tally.done, tally.unreadable, dict(tally.versions)) == (1, 0, {2: 1})
    settings.OMS_FIELD_KEYS = {2: NEW}
    for one in Job.objects.all():
        with one.input_file.open("rb") as file:
            assert file.read() == CONTENT
    assert [path.name for path in Path(job.input_file.path).parent.iterdir()] == [
        Path(job.input_file.path).name
    ]


def test_second_run_finds_nothing_to_do(job: Job) -> None:
    reseal_files(DRAWER, dry_run=False)
    before = Path(job.input_file.path).read_bytes()
    assert reseal_files(DRAWER, dry_run=False).done == 0
    assert Path(job.input_file.path).read_bytes() == before


def test_trial_counts_and_changes_nothing(job: Job) -> None:
    before = Path(job.input_file.path).read_bytes()
    tally = reseal_files(DRAWER, dry_run=True)
    assert (tally.done, dict(tally.versions)) == (1, {1: 1})
    assert Path(job.input_file.path).read_bytes() == before


def test_file_from_before_files_were_sealed_is_sealed(job: Job) -> None:
    path = Path(job.input_file.path)
    path.write_bytes(CONTENT)
    assert dict(reseal_files(DRAWER, dry_run=False).versions) == {2: 1}
    assert CONTENT[:16] not in path.read_bytes()
    with job.input_file.open("rb") as file:
        assert file.read() == CONTENT


def test_damaged_file_is_named_and_stays(job: Job) -> None:
    path = Path(job.input_file.path)
    damaged = path.read_bytes()[:-1] + b"\x00\x00"
    path.write_bytes(damaged)
    tally = reseal_files(DRAWER, dry_run=False)
    assert (tally.done, tally.rows, dict(tally.versions)) == (0, [job.input_file.name], {1: 1})
    assert path.read_bytes() == damaged
    assert len(list(path.parent.iterdir())) == 1


def test_file_that_is_gone_is_passed_over(job: Job) -> None:
    Path(job.input_file.path).unlink()
    assert reseal_files(DRAWER, dry_run=False).versions == {}


def test_file_thrown_away_meanwhile_does_not_come_back(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = SealedStorage.key_version

    def throw_away(storage: SealedStorage, name: str) -> int:
        found = version(storage, name)
        Job.objects.update(input_file="")
        storage.delete(name)
        return found

    monkeypatch.setattr(SealedStorage, "key_version", throw_away)
    assert reseal_files(DRAWER, dry_run=False).versions == {}
    assert not Path(job.input_file.path).exists()
