"""Sealed files: each is written anew beside the old one and takes its place and name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import FileField, Model, QuerySet

from oms.models.locking import atomic_service
from oms.privacy.cipher import UndecryptableValue
from oms.privacy.keys import keyring
from oms.privacy.storage import SealedStorage
from oms.services.rekeying.tally import Progress, Tally, quiet


@dataclass(frozen=True, slots=True)
class Drawer:
    """A column that names sealed files."""

    model: type[Model]
    field: FileField

    @property
    def storage(self) -> SealedStorage:
        storage = self.field.storage
        assert isinstance(storage, SealedStorage)  # noqa: S101  # that is how it was found
        return storage

    def rows(self, **wanted: Any) -> "QuerySet[Any]":
        return self.model._base_manager.filter(**wanted)


def drawers() -> list[Drawer]:
    """Return every column of files that are sealed."""
    return [
        Drawer(model, field)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, FileField) and isinstance(field.storage, SealedStorage)
    ]


def reseal_files(drawer: Drawer, *, dry_run: bool, progress: Progress = quiet) -> Tally:
    """Seal the files that are under older keys anew, or count them."""
    tally = Tally(f"{drawer.model._meta.label}.{drawer.field.name}")
    current = keyring().current
    for name in _names(drawer):
        version = _version(drawer, name)
        if version is not None and version != current:
            version = version if dry_run else _replace(drawer, name, tally=tally)
            tally.done += dry_run or version == current
            progress(tally.column)
        if version is not None:
            tally.versions[version] += 1
    return tally


def _names(drawer: Drawer) -> Iterator[str]:
    name = drawer.field.name
    rows = drawer.rows().exclude(**{name: ""}).order_by().values_list(name, flat=True)
    return iter(list(rows.distinct()))


def _version(drawer: Drawer, name: str) -> int | None:
    try:
        return drawer.storage.key_version(name)
    except FileNotFoundError:
        return None


@atomic_service
def _replace(drawer: Drawer, name: str, *, tally: Tally) -> int | None:
    """Return the version of the key under which the file lies now, None if it is gone."""
    # Whoever throws a file away takes its name from the row first: then it is not written anew.
    if not list(drawer.rows(**{drawer.field.name: name}).order_by("pk").select_for_update()):
        return None
    try:
        drawer.storage.rekey(name)
    except UndecryptableValue:
        tally.refuse(name)
    except FileNotFoundError:
        return None
    return drawer.storage.key_version(name)
