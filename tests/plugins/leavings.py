"""After a test that commits, take away what it left: only that, and in no more time than it needs.

Django would empty every table and write all content types and permissions anew, which takes longer
than most of these tests.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Origin:
    """What stands in a database before its first test: rows by table, none of an empty one."""

    tables: dict[str, list[Row]]

    @classmethod
    def now(cls) -> "Origin":
        """Remember the database as it is."""
        return cls({table: _rows(table) for table in _filled()})

    def differs(self, other: "Origin") -> list[str]:
        """List the tables whose rows are not the same, in whatever order."""
        names = sorted({*self.tables, *other.tables})
        return [name for name in names if self._summed(name) != other._summed(name)]

    def _summed(self, table: str) -> Counter[str]:
        return Counter(map(repr, self.tables.get(table, [])))

    def restore(self) -> None:
        """Make the database what it was.

        :raises IntegrityError: if rows are left that point to what is gone
        """
        new = [table for table in _filled() if table not in self.tables]
        here = {table: _rows(table) for table in self.tables}
        changed = self.differs(Origin(here))
        # Foreign keys are checked when the transaction ends, so the order does not matter.
        with transaction.atomic():
            for table in [*new, *changed]:
                _execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for table in changed:
                _insert(table, self.tables[table])


@pytest.fixture(autouse=True, scope="session")
def _leavings() -> Iterator[None]:
    """Have every test that commits clean up in this way."""
    origins: list[Origin] = []
    set_up = TransactionTestCase._fixture_setup.__func__  # type: ignore[attr-defined]

    def fixture_setup(case: type[TransactionTestCase]) -> None:
        if not origins:
            origins.append(Origin.now())
        set_up(case)

    def fixture_teardown(_case: TransactionTestCase) -> None:
        origins[0].restore()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(fixture_setup))
        patch.setattr(TransactionTestCase, "_fixture_teardown", fixture_teardown)
        yield


def _filled() -> list[str]:
    """List the tables that have rows, with one query."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    parts = [
        f"SELECT {index} WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})"  # noqa: S608
        for index, name in enumerate(names)
    ]
    return [names[index] for (index,) in _execute(" UNION ALL ".join(parts))]


def _rows(table: str) -> list[Row]:
    return _execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608


def _insert(table: str, rows: Sequence[Row]) -> None:
    places = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {connection.ops.quote_name(table)} VALUES ({places})",  # noqa: S608
            rows,
        )


def _execute(statement: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []
