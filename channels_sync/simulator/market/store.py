"""What the markets remember, each under its platform's key."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Any

from channels_sync.simulator.database import Database
from channels_sync.simulator.market.documents import dump, load
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import Refund

SCHEMA = """
CREATE TABLE IF NOT EXISTS market_orders (
    platform TEXT NOT NULL, number TEXT NOT NULL, created_at REAL NOT NULL,
    modified_at REAL NOT NULL, document TEXT NOT NULL, PRIMARY KEY (platform, number)
);
CREATE INDEX IF NOT EXISTS market_orders_modified ON market_orders (platform, modified_at);
CREATE TABLE IF NOT EXISTS market_refunds (
    platform TEXT NOT NULL, number TEXT NOT NULL, order_no TEXT NOT NULL,
    created_at REAL NOT NULL, modified_at REAL NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (platform, number)
);
CREATE INDEX IF NOT EXISTS market_refunds_modified ON market_refunds (platform, modified_at);
CREATE TABLE IF NOT EXISTS market_stock (
    platform TEXT NOT NULL, product_id TEXT NOT NULL, sku_id TEXT NOT NULL,
    merchant_code TEXT NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (platform, sku_id)
);
CREATE TABLE IF NOT EXISTS market_extras (
    platform TEXT NOT NULL, number TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (platform, number)
);
CREATE TABLE IF NOT EXISTS market_waybills (
    platform TEXT NOT NULL, waybill_no TEXT NOT NULL, object_no TEXT NOT NULL,
    carrier TEXT NOT NULL, order_nos TEXT NOT NULL, issued_at REAL NOT NULL,
    is_void INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (platform, waybill_no), UNIQUE (platform, object_no)
);
"""
_NEWER = (
    " ON CONFLICT (platform, number) DO UPDATE"
    " SET modified_at = excluded.modified_at, document = excluded.document"
)
Span = tuple[datetime, datetime]
"""From and until, both included."""


@dataclass(frozen=True, slots=True)
class Stock:
    product_id: str
    sku_id: str
    merchant_code: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waybill:
    """A number of the waybill service. ``object_no`` is the caller's own, ``carrier`` our code."""

    waybill_no: str
    object_no: str
    carrier: str
    order_nos: str
    issued_at: float
    is_void: int = 0

    @property
    def orders(self) -> list[str]:
        return self.order_nos.split(",")


class MarketStore:
    """Reads and writes one platform's rows."""

    def __init__(self, database: Database, platform: str) -> None:
        self._open = database.open
        self._platform = platform
        self.next_number: Callable[[], int] = database.next_number

    def save(self, order: Order) -> None:
        with self._open() as db:
            query = "INSERT INTO market_orders VALUES (?,?,?,?,?)" + _NEWER  # noqa: S608 - our own words
            times = (order.created_at.timestamp(), order.modified_at.timestamp())
            db.execute(query, [self._platform, order.number, *times, dump(order)])

    def save_refund(self, refund: Refund) -> None:
        with self._open() as db:
            query = "INSERT INTO market_refunds VALUES (?,?,?,?,?,?)" + _NEWER  # noqa: S608 - our own words
            times = (refund.created_at.timestamp(), refund.modified_at.timestamp())
            values = [self._platform, refund.number, refund.order_no, *times, dump(refund)]
            db.execute(query, values)

    def order(self, number: str) -> Order | None:
        return next(iter(self._orders("number = ?", [number])), None)

    def orders(self, *, limit: int = 30) -> list[Order]:
        """List the newest first."""
        return self._orders("1 ORDER BY created_at DESC, rowid DESC LIMIT ?", [limit])

    def created(self, span: Span) -> list[Order]:
        """List what was ordered in the span, the oldest first."""
        query = "created_at BETWEEN ? AND ? ORDER BY created_at, number"
        return self._orders(query, _seconds(span))

    def changed(self, span: Span) -> list[Order]:
        """List what changed in the span, the longest unchanged first."""
        query = "modified_at BETWEEN ? AND ? ORDER BY modified_at, number"
        return self._orders(query, _seconds(span))

    def refund(self, number: str) -> Refund | None:
        return next(iter(self._refunds("number = ?", [number])), None)

    def refunds(self, *, limit: int = 30) -> list[Refund]:
        """List the newest first."""
        return self._refunds("1 ORDER BY created_at DESC, rowid DESC LIMIT ?", [limit])

    def refunds_of(self, order_no: str) -> list[Refund]:
        """List an order's refunds, the oldest first."""
        return self._refunds("order_no = ? ORDER BY created_at, rowid", [order_no])

    def refunds_changed(self, span: Span) -> list[Refund]:
        """List what changed in the span, the longest unchanged first."""
        query = "modified_at BETWEEN ? AND ? ORDER BY modified_at, number"
        return self._refunds(query, _seconds(span))

    def remembered(self, number: str) -> dict[str, Any]:
        """Return what only this platform keeps of an order; an empty object for nothing."""
        with self._open() as db:
            query = "SELECT document FROM market_extras WHERE platform = ? AND number = ?"
            row = db.execute(query, [self._platform, number]).fetchone()
        return dict(json.loads(row["document"])) if row else {}

    def remember(self, number: str, document: Mapping[str, Any]) -> None:
        with self._open() as db:
            values = [self._platform, number, json.dumps(document, ensure_ascii=False)]
            db.execute("INSERT OR REPLACE INTO market_extras VALUES (?,?,?)", values)

    def stock(self) -> list[Stock]:
        with self._open() as db:
            query = (
                "SELECT product_id, sku_id, merchant_code, quantity FROM market_stock"
                " WHERE platform = ? ORDER BY sku_id"
            )
            return [Stock(**dict(row)) for row in db.execute(query, [self._platform])]

    def list_stock(self, stocks: Sequence[Stock]) -> None:
        """Offer skus for the first time; what is offered keeps its number."""
        rows = [
            (self._platform, s.product_id, s.sku_id, s.merchant_code, s.quantity) for s in stocks
        ]
        with self._open() as db:
            db.executemany("INSERT OR IGNORE INTO market_stock VALUES (?,?,?,?,?)", rows)

    def set_stock(self, sku_id: str, quantity: int) -> bool:
        """Return whether there is such a sku."""
        query = "UPDATE market_stock SET quantity = ? WHERE platform = ? AND sku_id = ?"
        with self._open() as db:
            return db.execute(query, [quantity, self._platform, sku_id]).rowcount == 1

    def save_waybill(self, waybill: Waybill) -> None:
        with self._open() as db:
            db.execute(
                "INSERT INTO market_waybills VALUES (?,?,?,?,?,?,?)",
                [self._platform, *astuple(waybill)],
            )

    def waybill(self, waybill_no: str) -> Waybill | None:
        return next(iter(self._waybills("waybill_no = ?", [waybill_no])), None)

    def waybill_for(self, object_no: str) -> Waybill | None:
        return next(iter(self._waybills("object_no = ?", [object_no])), None)

    def waybills(self, *, limit: int = 30) -> list[Waybill]:
        """List the newest first."""
        return self._waybills("1 ORDER BY issued_at DESC, rowid DESC LIMIT ?", [limit])

    def count_waybills(self, carrier: str) -> int:
        """Count what was used of a carrier's; what was given back does not count."""
        return len(self._waybills("carrier = ? AND is_void = 0", [carrier]))

    def void_waybill(self, waybill_no: str) -> None:
        query = "UPDATE market_waybills SET is_void = 1 WHERE platform = ? AND waybill_no = ?"
        with self._open() as db:
            db.execute(query, [self._platform, waybill_no])

    def _waybills(self, condition: str, values: Sequence[object]) -> list[Waybill]:
        columns = ", ".join(each.name for each in fields(Waybill))
        query = f"SELECT {columns} FROM market_waybills WHERE platform = ? AND {condition}"  # noqa: S608 - our own words
        with self._open() as db:
            return [Waybill(**dict(row)) for row in db.execute(query, [self._platform, *values])]

    def _orders(self, condition: str, values: Sequence[object]) -> list[Order]:
        return [load(Order, text) for text in self._documents("market_orders", condition, values)]

    def _refunds(self, condition: str, values: Sequence[object]) -> list[Refund]:
        return [load(Refund, text) for text in self._documents("market_refunds", condition, values)]

    def _documents(self, table: str, condition: str, values: Sequence[object]) -> list[str]:
        query = f"SELECT document FROM {table} WHERE platform = ? AND {condition}"  # noqa: S608 - our own words
        with self._open() as db:
            return [row["document"] for row in db.execute(query, [self._platform, *values])]


def _seconds(span: Span) -> list[float]:
    return [moment.timestamp() for moment in span]
