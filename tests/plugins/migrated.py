"""Keep what migrating comes to, so that the next run need not migrate an empty database again.

To build the models of every migration takes far longer than most selections of tests. Of SQLite the
database itself is kept, for PostgreSQL what was said to it. Both are valid for exactly these
migrations and these libraries; whoever changes one of them migrates.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management.commands.migrate import Command
from django.db import connection

from tests.plugins import statements
from tests.plugins.statements import Statement

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = _ROOT / "build" / "migrated"


@pytest.fixture(autouse=True, scope="session")
def _migrated() -> Iterator[None]:
    """Have `migrate` find its work done where it was done before."""
    migrate = Command.handle

    def handle(self: Command, *args: Any, **options: Any) -> Any:
        if _tables():
            return migrate(self, *args, **options)
        kept = _KEPT / f"{_key()}.{connection.vendor}"
        if kept.is_file():
            _load(kept)
            return migrate(self, *args, **options)
        with statements.noted() as said:
            done = migrate(self, *args, **options)
        _keep(kept, said)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Command, "handle", handle)
        yield


def _tables() -> list[str]:
    return connection.introspection.table_names()


def _key() -> str:
    """Sum up whatever the tables and their first rows come from."""
    told = hashlib.sha256()
    places = [Path(app.path) / "migrations" for app in apps.get_app_configs()]
    files = [file for place in places for file in sorted(place.glob("*.py"))]
    for file in [*files, *sorted(_ROOT.glob("requirements*.txt"))]:
        told.update(f"{file.parent.parent.name}/{file.name}\n".encode())
        told.update(file.read_bytes())
    return told.hexdigest()[:32]


def _load(kept: Path) -> None:
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        statements.say(statements.read(kept))
        return
    with closing(sqlite3.connect(kept)) as source:
        source.backup(connection.connection)


def _keep(kept: Path, said: list[Statement]) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.glob(f"*.{connection.vendor}"):
        old.unlink(missing_ok=True)
    # Another worker may be writing it too: whoever is last puts the same in the same place.
    part = kept.with_suffix(f".{os.getpid()}")
    if connection.vendor == "postgresql":
        statements.write(said, part)
    else:
        with closing(sqlite3.connect(part)) as target:
            connection.connection.backup(target)
    part.replace(kept)
