"""Who may start, see and stop an import, and how long its file is kept."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from channels_sync.models import ImportMapping
from channels_sync.services.imports import jobs, running
from channels_sync.services.imports.jobs import AlreadyOver, FileTooLarge
from oms.access.checks import NotAllowed
from oms.models import Job, User
from oms.services.uploads import FileGone, throw_files_away
from oms.tables.problems import UnusableTable
from tests.channels_sync.services.imports.conftest import Run
from tests.factories.channels_sync import csv_file, row
from tests.factories.oms import NOW, StoreFactory, UserFactory, grant

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7, seconds=1)


@pytest.fixture
def stranger() -> User:
    user = UserFactory.create()
    grant(user, "customer_service", StoreFactory.create())
    return user


def test_upload_is_kept_for_its_import(mapping: ImportMapping, clerk: User) -> None:
    uploaded = jobs.upload(mapping.store_id, file=csv_file(row()), actor=clerk, now=NOW)
    assert running.run_next(now=NOW) is False, "an upload alone is no import"
    job = jobs.start(mapping.pk, file_of=uploaded.pk, actor=clerk, dry_run=False, now=NOW)
    running.run_slice(job.pk, now=NOW)
    job.refresh_from_db()
    assert (job.state, job.label) == ("done", "orders.csv")


def test_upload_lies_sealed_on_the_disk(mapping: ImportMapping, clerk: User) -> None:
    uploaded = jobs.upload(mapping.store_id, file=csv_file(row()), actor=clerk, now=NOW)
    number = row()[0]
    assert str(number).encode() not in Path(uploaded.input_file.path).read_bytes()
    with uploaded.input_file.open("rb") as file:
        assert str(number).encode() in file.read()


def test_upload_that_is_no_table_is_refused(mapping: ImportMapping, clerk: User) -> None:
    with pytest.raises(UnusableTable):
        jobs.upload(mapping.store_id, file=ContentFile(b"", "x.csv"), actor=clerk, now=NOW)
    assert not Job.objects.exists()


def test_upload_beyond_the_limit_is_refused(
    mapping: ImportMapping, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LARGEST_FILE", 10)
    with pytest.raises(FileTooLarge):
        jobs.upload(mapping.store_id, file=csv_file(row()), actor=clerk, now=NOW)


def test_name_of_an_upload_is_no_path(mapping: ImportMapping, clerk: User) -> None:
    file = csv_file(row(), name="../../etc/orders.csv")
    assert jobs.upload(mapping.store_id, file=file, actor=clerk, now=NOW).label == "orders.csv"


def test_stranger_can_neither_upload_nor_start(mapping: ImportMapping, stranger: User) -> None:
    with pytest.raises(NotAllowed):
        jobs.upload(mapping.store_id, file=csv_file(row()), actor=stranger, now=NOW)
    with pytest.raises(NotAllowed):
        jobs.start(mapping.pk, file=csv_file(row()), actor=stranger, dry_run=True, now=NOW)
    assert not Job.objects.exists()


def test_stranger_sees_and_stops_no_import(
    run: Run, mapping: ImportMapping, clerk: User, stranger: User
) -> None:
    job = jobs.start(mapping.pk, file=csv_file(row()), actor=clerk, dry_run=False, now=NOW)
    assert list(jobs.imports(clerk)) == [job]
    assert list(jobs.imports(stranger)) == []
    with pytest.raises(Job.DoesNotExist):
        jobs.stop(job.pk, actor=stranger, now=NOW)
    job.refresh_from_db()
    assert job.state == "waiting"


def test_file_of_another_store_cannot_be_used(mapping: ImportMapping, stranger: User) -> None:
    foreign = jobs.upload(
        stranger.role_assignments.get().store_id or 0,
        file=csv_file(row()),
        actor=stranger,
        now=NOW,
    )
    clerk = UserFactory.create()
    grant(clerk, "customer_service", mapping.store)
    with pytest.raises(Job.DoesNotExist):
        jobs.start(mapping.pk, file_of=foreign.pk, actor=clerk, dry_run=True, now=NOW)


def test_import_that_is_over_cannot_be_stopped(run: Run, clerk: User) -> None:
    job = run(row())
    with pytest.raises(AlreadyOver):
        jobs.stop(job.pk, actor=clerk, now=NOW)


def test_file_is_thrown_away_a_week_after_the_import(
    run: Run, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    job = run(row())
    assert throw_files_away(now=NOW + timedelta(days=7)) == 0
    path = job.input_file.path
    with django_capture_on_commit_callbacks(execute=True):
        assert throw_files_away(now=NOW + WEEK) == 1
    job.refresh_from_db()
    assert not job.input_file
    assert not job.input_file.storage.exists(path)


def test_file_that_another_import_needs_is_kept(
    run: Run, mapping: ImportMapping, clerk: User
) -> None:
    trial = run(row(), dry_run=True)
    later = NOW + WEEK
    job = jobs.start(mapping.pk, file_of=trial.pk, actor=clerk, dry_run=False, now=later)
    assert throw_files_away(now=later) == 0
    running.run_slice(job.pk, now=later)
    job.refresh_from_db()
    assert job.state == "done"


def test_thrown_away_file_cannot_be_imported_again(
    run: Run, mapping: ImportMapping, clerk: User
) -> None:
    trial = run(row(), dry_run=True)
    throw_files_away(now=NOW + WEEK)
    with pytest.raises(FileGone):
        jobs.start(mapping.pk, file_of=trial.pk, actor=clerk, dry_run=False, now=NOW)


def test_unused_upload_is_thrown_away_after_a_day(mapping: ImportMapping, clerk: User) -> None:
    jobs.upload(mapping.store_id, file=csv_file(row()), actor=clerk, now=NOW)
    assert throw_files_away(now=NOW + timedelta(hours=23)) == 0
    assert throw_files_away(now=NOW + timedelta(hours=25)) == 1
