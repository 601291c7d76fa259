"""How long uploaded files are kept, and that nothing that is needed goes."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings

from oms import registries, tasks
from oms.models import Job, User
from oms.registries import UnusedUploads
from oms.scheduling import registered
from oms.services import uploads
from oms.services.sheets import jobs
from oms.services.uploads import FileGone, drop_files, goes_at, throw_files_away
from tests.factories.oms import NOW, UserFactory

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)
Committing = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Committing) -> Committing:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def job_with_file(**told: Any) -> Job:
    plain = {"kind": "x", "label": "x", "created_at": NOW, "finished_at": NOW, "state": "done"}
    job = Job(**plain | told)
    job.input_file.save("list", ContentFile(b"a,b\n"), save=False)
    job.save()
    return job


def has_file(job: Job) -> tuple[bool, bool]:
    """Return whether the job names a file, and whether the one it named is on the disk."""
    return bool(Job.objects.get(pk=job.pk).input_file), Path(job.input_file.path).exists()


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_file_goes_a_week_after_the_end_and_the_result_stays(
    state: str, committing: Committing
) -> None:
    job = job_with_file(state=state, result={"counts": {"new": 1}})
    assert goes_at(job) == NOW + WEEK
    with committing():
        assert throw_files_away(now=NOW + WEEK) == 0
        assert has_file(job) == (True, True)
        assert throw_files_away(now=NOW + WEEK + SECOND) == 1
    assert has_file(job) == (False, False)
    kept = Job.objects.get(pk=job.pk)
    assert (kept.state, kept.result, goes_at(kept)) == (state, {"counts": {"new": 1}}, None)


def test_how_long_is_a_setting(settings: Settings, committing: Committing) -> None:
    settings.KEEP_FILES = timedelta(days=2)
    job = job_with_file()
    with committing():
        assert throw_files_away(now=NOW + timedelta(days=2) + SECOND) == 1
    assert has_file(job) == (False, False)
    with pytest.raises(FileGone) as refusal:
        raise FileGone
    assert "2" in str(refusal.value)


def test_job_that_has_not_ended_keeps_its_file(committing: Committing) -> None:
    job = job_with_file(state="running", finished_at=None)
    with committing():
        assert throw_files_away(now=NOW + 10 * WEEK) == 0
    assert has_file(job) == (True, True)
    assert goes_at(job) is None


def test_what_a_dead_command_left_goes(committing: Committing) -> None:
    job = job_with_file(state="running", finished_at=None, params={"by_command": True})
    with committing():
        assert throw_files_away(now=NOW + WEEK + SECOND) == 1
    assert has_file(job) == (False, False)


def test_file_that_another_job_needs_stays_for_that_one(committing: Committing) -> None:
    trial = job_with_file()
    later = NOW + WEEK
    job = Job.objects.create(
        kind="x", label="x", created_at=later, input_file=trial.input_file.name, finished_at=later
    )
    with committing():
        assert throw_files_away(now=later + SECOND) == 0
    assert has_file(trial) == (False, True)
    assert has_file(job) == (True, True)
    with committing():
        assert throw_files_away(now=later + WEEK + SECOND) == 1
    assert has_file(job) == (False, False)


def test_nothing_is_deleted_before_the_commit(committing: Committing) -> None:
    job = job_with_file()
    drop_files([job.pk])
    assert Path(job.input_file.path).exists()


def test_file_that_may_not_be_deleted_keeps_no_other_one(
    committing: Committing, monkeypatch: pytest.MonkeyPatch
) -> None:
    strays = [Job(kind="x", label="x", created_at=NOW) for _each in range(2)]
    for stray in strays:
        stray.input_file.save("list", ContentFile(b"a"), save=False)
        os.utime(stray.input_file.path, (NOW.timestamp(), NOW.timestamp()))
    ended = job_with_file()
    locked = str(strays[0].input_file.path)
    delete = os.remove

    def refuse(path: str) -> None:
        if path == locked:
            raise PermissionError(13, "Permission denied")
        delete(path)

    monkeypatch.setattr(os, "remove", refuse)
    with committing():
        assert throw_files_away(now=NOW + WEEK + SECOND) == 2
    assert [Path(stray.input_file.path).exists() for stray in strays] == [True, False]
    assert has_file(ended) == (False, False)


def test_file_of_a_job_that_never_came_to_be_goes_after_a_day() -> None:
    stray = Job(kind="x", label="x", created_at=NOW)
    stray.input_file.save("list", ContentFile(b"a"), save=False)
    named = job_with_file(finished_at=None, state="waiting")
    for path in (Path(stray.input_file.path), Path(named.input_file.path)):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert throw_files_away(now=NOW + timedelta(hours=23)) == 0
    assert throw_files_away(now=NOW + timedelta(hours=25)) == 1
    assert not Path(stray.input_file.path).exists()
    assert has_file(named) == (True, True)


@pytest.fixture
def asked() -> Iterator[list[datetime]]:
    """An app that knows of three unused files; when it was asked."""
    moments: list[datetime] = []

    def throw_away(now: datetime) -> int:
        moments.append(now)
        return 3

    registries.unused_uploads.register(UnusedUploads("test", throw_away))
    yield moments
    registries.unused_uploads.unregister("test")


def test_one_schedule_asks_every_app_for_what_is_unused(asked: list[datetime]) -> None:
    assert throw_files_away(now=NOW) == 3
    assert asked == [NOW]
    tasks.throw_files_away()
    assert len(asked) == 2
    named = [row.name for row in registered() if "throw" in row.name]
    assert named == ["oms.throw_files_away"]


def test_trial_whose_file_is_gone_is_not_taken_over(committing: Committing) -> None:
    root: User = UserFactory.create(superuser=True)
    file = ContentFile("货号,品名\nA,苹果\n".encode(), name="list.csv")
    trial = jobs.try_out("skus", place_id=None, file=file, actor=root, now=NOW, seconds=60)
    with committing():
        uploads.throw_files_away(now=NOW + WEEK + SECOND)
    with pytest.raises(FileGone):
        jobs.take_over(trial.pk, actor=root, now=NOW + WEEK + SECOND)
    assert not Job.objects.exclude(pk=trial.pk).exists()
