"""Write rows at once: many new ones by COPY, a few of several tables by one statement, changes by
one UPDATE.

The ORM prepares every value of every row through three calls; for the orders of a festival that is
most of the time. COPY takes plain values as they are, and an UPDATE takes whole columns. All this
is PostgreSQL's; elsewhere it is the ORM's way, which leaves the same rows.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models, transaction

from oms.statements import rows as run

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


def append(rows: Sequence[models.Model]) -> None:
    """Write rows of one table that nobody names afterwards (a history): they stay without ids here.

    :raises IntegrityError: if a row breaks a constraint; nothing is written then
    """
    if rows and connection.vendor == "postgresql" and len(rows) >= _FEW:
        _pour(rows, [field for field in _stored_fields(rows[0]) if not field[0].primary_key])
    elif rows:
        type(rows[0])._base_manager.bulk_create(rows, batch_size=BATCH)


def insert_together(rows: Sequence[models.Model]) -> None:
    """Write rows of different tables, all or none, in one round trip, and give them their ids.

    None may point at another of them: they are written at once, in no order.

    :raises IntegrityError: if one exists already or breaks a constraint; nothing is written then
    """
    with transaction.atomic() if _is_inside() else nullcontext():
        if connection.vendor == "postgresql":
            _state_together(rows)
        else:
            for row in rows:
                row.save(force_insert=True)


def insert_one(row: models.Model) -> None:
    """Write one row by a plan that is kept, and give it its id; a clash ends the caller's
    transaction.

    :raises IntegrityError: if it exists already or breaks a constraint
    """
    if connection.vendor == "postgresql":
        _state_together([row])
    else:
        row.save(force_insert=True)


def update_columns(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows of one table that exist. Never the status: that has its mover.

    :raises IntegrityError: if a value breaks a constraint
    """
    if not rows:
        return
    table = type(rows[0])
    if connection.vendor != "postgresql":
        table._base_manager.bulk_update(rows, names, batch_size=BATCH)
        return
    fields: list[Any] = [table._meta.pk, *map(table._meta.get_field, names)]
    columns: list[list[Any]] = [
        [field.get_db_prep_save(row.__dict__[field.attname], connection) for row in rows]
        for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(_change(table, tuple(fields)), columns)


@cache
def _change(table: type[models.Model], fields: tuple[Any, ...]) -> str:
    quote = connection.ops.quote_name
    pk, *names = [quote(str(field.column)) for field in fields]
    # Without the length: a cast cuts a text that is too long, and the column itself refuses it.
    kinds = [field.rel_db_type(connection).partition("(")[0] for field in fields]
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    given = f"unnest({arrays}) AS given({', '.join([pk, *names])})"
    changes = ", ".join(f"{name} = given.{name}" for name in names)
    held = f"UPDATE {quote(table._meta.db_table)} AS held SET {changes}"  # noqa: S608
    return f"{held} FROM {given} WHERE held.{pk} = given.{pk}"


def _is_inside() -> bool:
    """A statement that stands alone is a transaction of its own: to say so costs two more."""
    return connection.vendor != "postgresql" or connection.in_atomic_block


def _state_together(rows: Sequence[models.Model]) -> None:
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for row in rows
        for field in _written(type(row))
    ]
    statement = _together(tuple(type(row) for row in rows))
    [ids] = run(statement, values)
    for row, pk in zip(rows, ids, strict=True):
        row.pk = pk
        row._state.adding, row._state.db = False, connection.alias


def _written(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.local_concrete_fields if not field.primary_key]


@cache
def _together(tables: tuple[type[models.Model], ...]) -> str:
    parts = [f"r{place} AS ({_insertion(table)})" for place, table in enumerate(tables)]
    ids = ", ".join(f"(SELECT id FROM r{place})" for place in range(len(tables)))  # noqa: S608
    return f"WITH {', '.join(parts)} SELECT {ids}"


def _insertion(table: type[models.Model]) -> str:
    meta, quote = table._meta, connection.ops.quote_name
    columns = [quote(str(field.column)) for field in _written(table)]
    places = ", ".join(["%s"] * len(columns))
    into = f"INSERT INTO {quote(meta.db_table)} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
    return f"{into} RETURNING {quote(str(meta.pk.column))} AS id"


def _copy(rows: Sequence[M]) -> None:
    with connection.wrap_database_errors, connection.cursor() as cursor:
        ids = _new_ids(cursor, rows[0]._meta, len(rows))
    for row, pk in zip(rows, ids, strict=True):
        row.pk = pk
    _pour(rows, _stored_fields(rows[0]))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _stored_fields(row: models.Model) -> list[tuple[Any, str, bool]]:
    return [
        (field, field.attname, field.get_internal_type() not in _SEALED)
        for field in row._meta.local_concrete_fields
    ]


def _pour(rows: Sequence[models.Model], fields: Sequence[tuple[Any, str, bool]]) -> None:
    quote = connection.ops.quote_name
    table = quote(rows[0]._meta.db_table)
    columns = ", ".join(quote(str(field.column)) for field, _name, _plain in fields)
    statement = f"COPY {table} ({columns}) FROM STDIN"
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row([_stored(row, *field) for field in fields])


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
