"""Run a fixed statement that is needed so often that building and planning it would be the cost."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection

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
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement.encode(), values).fetchall()
