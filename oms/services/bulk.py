"""Write many new rows: on PostgreSQL by COPY, elsewhere the ORM's way. Both leave the same rows.

The ORM prepares every value of every row through three calls; for the orders of a festival that is
most of the time. COPY takes plain values as they are.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)

BATCH = 500
_FEW = 20
"""For fewer rows than this, one INSERT is the shorter way."""
_AS_THEY_ARE = frozenset({int, bool, str, Decimal, datetime, date, type(None)})
_SEALED = ("BinaryField", "JSONField")
"""Columns whose clear value is of a plain type too, but is stored as something else."""


def insert(rows: Sequence[M]) -> None:
    """Write rows of one table and give them their ids. Their parents have been written before.

    :raises IntegrityError: if a row exists already or breaks a constraint; nothing is written then
    """
    if not rows:
        return
    if connection.vendor == "postgresql" and len(rows) >= _FEW:
        _copy(rows)
    else:
        type(rows[0])._base_manager.bulk_create(rows, batch_size=BATCH)


def _copy(rows: Sequence[M]) -> None:
    meta = rows[0]._meta
    fields = [
        (field, field.attname, field.get_internal_type() not in _SEALED)
        for field in meta.local_concrete_fields
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field, _name, _plain in fields)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        ids = _new_ids(cursor, meta, len(rows))
        with cursor.copy(f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN") as copy:
            for row, pk in zip(rows, ids, strict=True):
                row.pk = pk
                copy.write_row([_stored(row, *field) for field in fields])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _new_ids(cursor: Any, meta: Any, count: int) -> list[int]:
    """Draw ids from the table's own sequence, so that they never meet an INSERT's."""
    sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
    table = connection.ops.quote_name(meta.db_table)
    cursor.execute(sequence, [table, meta.pk.column, count])
    return [pk for (pk,) in cursor.fetchall()]


def _stored(row: models.Model, field: Any, name: str, is_plain: bool) -> Any:
    value = row.__dict__[name]
    if is_plain and type(value) in _AS_THEY_ARE:
        return value
    return field.get_db_prep_save(value, connection)
