"""A store with a mapping, somebody who may import, and files that are thrown away afterwards."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels_sync.models import ImportMapping
from channels_sync.services.imports import jobs, running
from oms.models import Job, User
from tests.factories.channels_sync import ImportMappingFactory, csv_file
from tests.factories.oms import NOW, UserFactory, grant

Run = Callable[..., Job]


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def mapping() -> ImportMapping:
    return ImportMappingFactory.create()


@pytest.fixture
def clerk(mapping: ImportMapping) -> User:
    user = UserFactory.create()
    grant(user, "customer_service", mapping.store)
    return user


@pytest.fixture
def run(mapping: ImportMapping, clerk: User) -> Run:
    """Give a function that imports rows (or tries them out) to the end and returns the job; each
    import is a minute after the one before."""
    minutes = itertools.count()

    def import_rows(*rows: list[str], dry_run: bool = False, **options: Any) -> Job:
        now = NOW + timedelta(minutes=next(minutes))
        mapping.options = mapping.options | options
        mapping.save()
        job = jobs.start(mapping.pk, file=csv_file(*rows), actor=clerk, dry_run=dry_run, now=now)
        running.run_slice(job.pk, now=now)
        job.refresh_from_db()
        return job

    return import_rows
