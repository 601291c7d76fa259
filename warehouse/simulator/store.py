"""What the simulated carriers remember: one SQLite file, no person's data in it."""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    filter_result INTEGER NOT NULL,
    remark TEXT NOT NULL,
    origin TEXT NOT NULL,
    dest TEXT NOT NULL,
    dest_city TEXT NOT NULL,
    sort_code TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS waybills (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    waybill_no TEXT UNIQUE,
    order_id TEXT NOT NULL REFERENCES orders (order_id),
    kind INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS routes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    waybill_no TEXT NOT NULL,
    order_id TEXT NOT NULL,
    at TEXT NOT NULL,
    op_code TEXT NOT NULL,
    place TEXT NOT NULL,
    remark TEXT NOT NULL,
    reason TEXT NOT NULL,
    pushed INTEGER NOT NULL DEFAULT 0
);
"""
MOTHER, CHILD = 1, 2


class OrderExists(Exception):
    """The client order id was used before, whatever became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as the carrier keeps it. ``sort_code`` is printed big on the label."""

    order_id: str
    state: str
    filter_result: int
    remark: str
    origin: str
    dest: str
    dest_city: str
    sort_code: str
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One event of a parcel; ``at`` is Beijing time as the carrier writes it."""

    id: int
    waybill_no: str
    order_id: str
    at: str
    op_code: str
    place: str
    remark: str
    reason: str
    pushed: int


class Store:
    """Opens the file anew for each act, so that every thread may use one store."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(_SCHEMA)
            # A new file must not repeat the numbers of the last one: others remember them.
            start = str(secrets.randbelow(10**8))
            db.execute("INSERT OR IGNORE INTO meta VALUES ('first_number', ?)", [start])

    def add_order(self, order: Order, *, parcels: int) -> None:
        """Keep a new order and give it one number per parcel.

        :raises OrderExists: and nothing is kept
        """
        with self._open() as db:
            values = [getattr(order, name) for name in Order.__slots__]
            marks = ", ".join("?" * len(values))
            try:
                db.execute(
                    f"INSERT INTO orders ({', '.join(Order.__slots__)}) VALUES ({marks})",  # noqa: S608
                    values,
                )
            except sqlite3.IntegrityError as error:
                raise OrderExists(order.order_id) from error
            for position in range(parcels):
                _add_waybill(db, order.order_id, MOTHER if position == 0 else CHILD)

    def order(self, order_id: str) -> Order | None:
        """Find an order by the client's id."""
        with self._open() as db:
            row = db.execute("SELECT * FROM orders WHERE order_id = ?", [order_id]).fetchone()
        return _order(row) if row else None

    def order_of(self, waybill_no: str) -> Order | None:
        """Find the order that a number belongs to."""
        with self._open() as db:
            query = "SELECT o.* FROM orders o JOIN waybills w USING (order_id) WHERE waybill_no = ?"
            row = db.execute(query, [waybill_no]).fetchone()
        return _order(row) if row else None

    def orders(self, *, limit: int = 200) -> list[Order]:
        """List the newest orders first."""
        with self._open() as db:
            rows = db.execute("SELECT * FROM orders ORDER BY id DESC LIMIT ?", [limit]).fetchall()
        return [_order(row) for row in rows]

    def numbers(self, order_id: str) -> list[tuple[int, str]]:
        """List (kind, number) of an order's parcels, the mother first."""
        with self._open() as db:
            query = "SELECT kind, waybill_no FROM waybills WHERE order_id = ? ORDER BY id"
            return [(row["kind"], row["waybill_no"]) for row in db.execute(query, [order_id])]

    def set_state(self, order_id: str, state: str) -> None:
        """Move an order on."""
        with self._open() as db:
            db.execute("UPDATE orders SET state = ? WHERE order_id = ?", [state, order_id])

    def add_route(self, order_id: str, waybill_no: str, event: Sequence[str]) -> None:
        """Keep an event: time, operation code, place, remark, reason."""
        with self._open() as db:
            query = (
                "INSERT INTO routes (order_id, waybill_no, at, op_code, place, remark, reason)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)"
            )
            db.execute(query, [order_id, waybill_no, *event])

    def routes(self, waybill_no: str) -> list[Route]:
        """List the events of a parcel, oldest first."""
        return self._routes("WHERE waybill_no = ? ORDER BY id", [waybill_no])

    def unpushed(self, *, limit: int) -> list[Route]:
        """List events that nobody has acknowledged, oldest first."""
        return self._routes("WHERE pushed = 0 ORDER BY id LIMIT ?", [limit])

    def mark_pushed(self, routes: Sequence[Route]) -> None:
        """Note that the other side took these events."""
        with self._open() as db:
            ids = [(route.id,) for route in routes]
            db.executemany("UPDATE routes SET pushed = 1 WHERE id = ?", ids)

    def _routes(self, condition: str, values: Sequence[object]) -> list[Route]:
        with self._open() as db:
            rows = db.execute(f"SELECT * FROM routes {condition}", values).fetchall()  # noqa: S608
        return [Route(**dict(row)) for row in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=20)) as db, db:
            # A power cut may cost it what is invented anyway; the end of a program does not.
            db.execute("PRAGMA synchronous=OFF")
            db.row_factory = sqlite3.Row
            yield db


def check_digit(eight: str) -> str:
    """Compute the last digit of a number that starts with SF7444, as seen on sandbox numbers."""
    products = (int(digit) * (15 - 2 * place) for place, digit in enumerate(eight))
    folded = sum(product // 10 + product % 10 for product in products)
    return str((6 - folded) % 10)


def _add_waybill(db: sqlite3.Connection, order_id: str, kind: int) -> None:
    cursor = db.execute("INSERT INTO waybills (order_id, kind) VALUES (?, ?)", [order_id, kind])
    first = db.execute("SELECT value FROM meta WHERE key = 'first_number'").fetchone()["value"]
    eight = f"{(int(first) + (cursor.lastrowid or 0)) % 10**8:08d}"
    number = f"SF7444{eight}{check_digit(eight)}"
    db.execute("UPDATE waybills SET waybill_no = ? WHERE id = ?", [number, cursor.lastrowid])


def _order(row: sqlite3.Row) -> Order:
    return Order(**{name: row[name] for name in Order.__slots__})
