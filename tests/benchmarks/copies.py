"""The baseline of writing orders: the same rows, into the same tables with the same indexes.

By COPY into staging tables and INSERT .. SELECT .. ON CONFLICT: as little as a database can do.
"""

from collections.abc import Sequence
from io import BytesIO

from django.db import connection, transaction

# In the order of their foreign keys; the value tells which rows belong to a set of orders.
TABLES: dict[str, str] = {
    "oms_receiver": "id IN (SELECT receiver_id FROM oms_order WHERE id IN ({ids}))",
    "oms_order": "id IN ({ids})",
    "oms_orderline": "order_id IN ({ids})",
    "oms_orderitem": "order_id IN ({ids})",
    "oms_demand": "order_item_id IN (SELECT id FROM oms_orderitem WHERE order_id IN ({ids}))",
    "oms_payment": "id IN (SELECT payment_id FROM oms_paymentallocation WHERE order_id IN ({ids}))",
    "oms_paymentallocation": "order_id IN ({ids})",
    "oms_timelineentry": "subject = 'order' AND subject_id IN ({ids})",
}
_MOVED = {
    "oms_receiver": ("id",),
    "oms_order": ("id", "receiver_id"),
    "oms_orderline": ("id", "order_id"),
    "oms_orderitem": ("id", "order_id", "line_id"),
    "oms_demand": ("id", "order_item_id"),
    "oms_payment": ("id",),
    "oms_paymentallocation": ("id", "payment_id", "order_id"),
    "oms_timelineentry": ("id", "subject_id"),
}
_NAMED = {
    "oms_order": ("order_no", "channel_order_no"),
    "oms_payment": ("payment_no",),
}
OFFSET = 1_000_000_000
"""Whatever the baseline writes has a greater id."""


class Recording:
    """The rows of some orders, to be written again under other ids and numbers."""

    def __init__(self, order_ids: Sequence[int]) -> None:
        self.orders = len(order_ids)
        self.rows: dict[str, bytes] = {}
        ids = ",".join(map(str, order_ids))
        with connection.cursor() as cursor:
            for table, where in TABLES.items():
                rows = f"(SELECT * FROM {table} WHERE {where.format(ids=ids)} ORDER BY id)"  # noqa: S608
                buffer = BytesIO()
                with cursor.copy(f"COPY {rows} TO STDOUT") as out:
                    for block in out:
                        buffer.write(block)
                self.rows[table] = buffer.getvalue()

    def write(self, number: int) -> None:
        """Write the rows once more, in one transaction; ``number`` keeps them apart.

        :raises AssertionError: if one of them is there already
        """
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in self.rows.items():
                cursor.execute(f"CREATE TEMP TABLE s (LIKE {table}) ON COMMIT DROP")
                with cursor.copy("COPY s FROM STDIN") as into:
                    into.write(rows)
                select = f"SELECT {_shifted(table, number)} FROM s"  # noqa: S608
                cursor.execute(
                    f"INSERT INTO {table} OVERRIDING SYSTEM VALUE {select} ON CONFLICT DO NOTHING"  # noqa: S608
                )
                if cursor.rowcount != rows.count(b"\n"):
                    raise AssertionError(f"{table}: {cursor.rowcount} rows written")
                cursor.execute("DROP TABLE s")


def _shifted(table: str, number: int) -> str:
    offset = OFFSET * (number + 1)
    moved, named = _MOVED[table], _NAMED.get(table, ())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
            [table],
        )
        columns = [str(row[0]) for row in cursor.fetchall()]
    return ", ".join(
        f'"{name}" + {offset}'
        if name in moved
        # With a dot that no number has: a digit in place of the first one may be the first one.
        else f"'{number:02x}.' || substr(\"{name}\", 2)"
        if name in named
        else f'"{name}"'
        for name in columns
    )
