"""The file of the simulated platforms. Whoever is named in it is invented."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_META = "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL);"


class Database:
    """Opens the file anew for each act, so that every thread may use it."""

    def __init__(self, path: Path, *schemas: str) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            for schema in (_META, *schemas):
                db.executescript(schema)
            # A new file must not repeat the numbers of the last one: others remember them.
            start = secrets.randbelow(10**7)
            db.execute("INSERT OR IGNORE INTO meta VALUES ('last_number', ?)", [start])

    def next_number(self) -> int:
        """Return a number that was never given before."""
        with self.open() as db:
            query = "UPDATE meta SET value = value + 1 WHERE key = 'last_number' RETURNING value"
            (number,) = db.execute(query).fetchone()
        return int(number)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """Open a connection; what is done in it is kept at the end, or nothing of it."""
        with closing(sqlite3.connect(self._path, timeout=20)) as db, db:
            # A power cut may cost it what is invented anyway; the end of a program does not.
            db.execute("PRAGMA synchronous=OFF")
            db.row_factory = sqlite3.Row
            yield db
