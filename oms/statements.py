"""Run a fixed statement that is needed so often that building and planning it would be the cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Values = Sequence[Any] | Mapping[str, Any]


def rows(statement: str, values: Values) -> list[Any]:
    """Return what it selects, as tuples of what the driver gives.

    On PostgreSQL the server binds the values and keeps the plan: Django's own cursor writes them
    into the text, and a text that is new every time is planned every time.
    """
    if connection.vendor != "postgresql":
        with connection.cursor() as plain:
            return list(plain.execute(statement, values).fetchall())
    connection.ensure_connection()
    if connection.queries_logged:  # whoever counts the queries counts these too
        connection.queries_log.append({"sql": statement, "time": "0"})
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement.encode(), values).fetchall()


@dataclass(frozen=True, slots=True)
class Template:
    """A query of the ORM that was built once, with stand-ins where its values come.

    A stand-in is a value that no constant of the query equals. Rows are tuples of what the driver
    gives: for a query of ``values_list``.
    """

    text: str
    params: Sequence[Any]

    @classmethod
    def of(cls, query: QuerySet[Any, Any]) -> "Template":
        try:
            text, params = query.query.sql_with_params()
        except EmptyResultSet:
            return cls("", ())
        return cls(text, tuple(params))

    def rows(self, values: Mapping[Any, Any]) -> list[Any]:
        """Run it with the value of each stand-in."""
        if not self.text:
            return []
        return rows(self.text, [values.get(param, param) for param in self.params])
