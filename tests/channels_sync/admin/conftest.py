"""A connected store with exceptions and imports, and four people who look at its pages."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from channels_sync.models import ExternalCancellation, ImportMapping
from channels_sync.services import intake
from channels_sync.services.imports import jobs, running
from oms.models import Job, Store, User
from tests.factories.channels_sync import (
    NAME,
    PHONE,
    HookShop,
    ImportMappingFactory,
    csv_file,
    line_json,
    options_json,
    row,
)
from tests.factories.oms import NOW, StoreFactory, UserFactory, grant


@dataclass
class Desk:
    """Everything that a page can show, all of one store."""

    shop: HookShop
    mapping: ImportMapping
    upload: Job
    trial: Job
    raw_id: int

    @property
    def store(self) -> Store:
        return self.shop.store

    @property
    def cancellation(self) -> ExternalCancellation:
        return ExternalCancellation.objects.get()


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk() -> Desk:
    shop = HookShop()
    raw = shop.keep(lines=[line_json("CAP", title="帽子")])
    intake.drain(now=NOW)
    mapping = ImportMappingFactory.create(
        store=shop.store, options=options_json(cancellation_prefix="C")
    )
    owner = member(shop.store, "store_manager")
    upload = jobs.upload(shop.store.pk, file=csv_file(row(phone=PHONE)), actor=owner, now=NOW)
    rows = [row("F-1", buyer=NAME, phone=PHONE), row("F-2", quantity=0), row("C-1", quantity=-1)]
    trial = jobs.start(mapping.pk, file=csv_file(*rows), actor=owner, dry_run=True, now=NOW)
    real = jobs.start(mapping.pk, file_of=trial.pk, actor=owner, dry_run=False, now=NOW)
    running.run_slice(trial.pk, now=NOW)
    running.run_slice(real.pk, now=NOW)
    return Desk(shop, mapping, upload, trial, raw.pk)


def member(store: Store, role: str) -> User:
    user = UserFactory.create(is_staff=True)
    grant(user, role, store)
    return user


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def manager(desk: Desk) -> Client:
    return browser(member(desk.store, "store_manager"))


@pytest.fixture
def clerk(desk: Desk) -> Client:
    return browser(member(desk.store, "customer_service"))


@pytest.fixture
def foreigner(desk: Desk) -> Client:
    """Return the manager of another store."""
    return browser(member(StoreFactory.create(), "store_manager"))
