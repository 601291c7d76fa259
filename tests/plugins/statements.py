"""What a piece of work says to PostgreSQL, to be said again to another empty database."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

Statement = tuple[str, Any, bool]
"""SQL, its parameters, and whether these are of many rows."""

# Questions, and steps of transactions: here every statement stands for itself.
_NOT_KEPT = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def noted() -> Iterator[list[Statement]]:
    """Give the list of all that changes something in the block, in its order."""
    said: list[Statement] = []

    def note(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        done = execute(sql, params, many, context)
        if not sql.lstrip().upper().startswith(_NOT_KEPT):
            said.append((sql, params, many))
        return done

    with connection.execute_wrapper(note):
        yield said


def say(statements: list[Statement]) -> None:
    """Say all of it to the database that is connected."""
    with connection.cursor() as cursor:
        for sql, params, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, params)


def write(statements: list[Statement], place: Path) -> None:
    place.write_bytes(pickle.dumps(statements))


def read(place: Path) -> list[Statement]:
    """Read what ``write`` wrote: our own file, in a directory of ours."""
    statements: list[Statement] = pickle.loads(place.read_bytes())  # noqa: S301
    return statements
