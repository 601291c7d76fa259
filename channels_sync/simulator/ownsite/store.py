"""What the shop remembers: orders, what it was told about them, and what is to happen later."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels_sync.simulator.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS shop_orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id TEXT NOT NULL UNIQUE,
    buyer INTEGER NOT NULL,
    document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS shop_news (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    place TEXT NOT NULL,
    number TEXT NOT NULL,
    order_id TEXT NOT NULL,
    document TEXT NOT NULL,
    answer TEXT NOT NULL,
    UNIQUE (place, number)
);
CREATE TABLE IF NOT EXISTS shop_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    refund_id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS shop_stock (
    sku_code TEXT PRIMARY KEY,
    quantity INTEGER NOT NULL,
    version INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS shop_nonces (nonce TEXT PRIMARY KEY, seen_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS shop_plans (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    due_at REAL NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL
);
"""
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Units:
    """How many of a code the shop may sell, by the version it was told last."""

    sku_code: str
    quantity: int
    version: int


@dataclass(frozen=True, slots=True)
class News:
    """Something that the other side told us, once, and what we answered."""

    place: str
    number: str
    order_id: str
    document: Document
    answer: Document


class ShopStore:
    """Reads and writes the shop's tables. Times are Unix seconds."""

    def __init__(self, database: Database) -> None:
        self._open = database.open
        self.next_number = database.next_number

    # --- orders -------------------------------------------------------------------------------

    def save_order(self, order: Document, *, buyer: int) -> None:
        with self._open() as db:
            query = (
                "INSERT INTO shop_orders (order_id, buyer, document) VALUES (?, ?, ?)"
                " ON CONFLICT (order_id) DO UPDATE SET document = excluded.document"
            )
            db.execute(query, [order["order_id"], buyer, _dump(order)])

    def order(self, order_id: str) -> Document | None:
        with self._open() as db:
            query = "SELECT document FROM shop_orders WHERE order_id = ?"
            row = db.execute(query, [order_id]).fetchone()
        return json.loads(row["document"]) if row else None

    def buyer_of(self, order_id: str) -> int:
        with self._open() as db:
            query = "SELECT buyer FROM shop_orders WHERE order_id = ?"
            row = db.execute(query, [order_id]).fetchone()
        return int(row["buyer"])

    def orders(self, *, limit: int = 50) -> list[Document]:
        """List the newest orders first."""
        with self._open() as db:
            query = "SELECT document FROM shop_orders ORDER BY id DESC LIMIT ?"
            rows = db.execute(query, [limit]).fetchall()
        return [json.loads(row["document"]) for row in rows]

    # --- what buyers want back ----------------------------------------------------------------

    def save_request(self, asked: Document) -> None:
        with self._open() as db:
            query = (
                "INSERT INTO shop_requests (refund_id, document) VALUES (?, ?)"
                " ON CONFLICT (refund_id) DO UPDATE SET document = excluded.document"
            )
            db.execute(query, [asked["refund_id"], _dump(asked)])

    def request(self, refund_id: str) -> Document | None:
        with self._open() as db:
            query = "SELECT document FROM shop_requests WHERE refund_id = ?"
            row = db.execute(query, [refund_id]).fetchone()
        return json.loads(row["document"]) if row else None

    def requests(self, *, limit: int = 200) -> list[Document]:
        """List the newest first."""
        with self._open() as db:
            query = "SELECT document FROM shop_requests ORDER BY id DESC LIMIT ?"
            rows = db.execute(query, [limit]).fetchall()
        return [json.loads(row["document"]) for row in rows]

    # --- what we are told ---------------------------------------------------------------------

    def keep_news(self, news: News) -> None:
        """Keep something told; told again under the same number, the first answer stays."""
        with self._open() as db:
            query = (
                "INSERT OR IGNORE INTO shop_news (place, number, order_id, document, answer)"
                " VALUES (?, ?, ?, ?, ?)"
            )
            values = [news.place, news.number, news.order_id]
            db.execute(query, [*values, _dump(news.document), _dump(news.answer)])

    def find_news(self, place: str, number: str) -> News | None:
        found = self._news("WHERE place = ? AND number = ?", [place, number])
        return found[0] if found else None

    def news(self, *, limit: int = 30) -> list[News]:
        """List the newest first."""
        return self._news("ORDER BY id DESC LIMIT ?", [limit])

    def news_of(self, order_id: str) -> list[News]:
        return self._news("WHERE order_id = ? ORDER BY id", [order_id])

    def _news(self, condition: str, values: Sequence[object]) -> list[News]:
        query = f"SELECT place, number, order_id, document, answer FROM shop_news {condition}"  # noqa: S608
        with self._open() as db:
            rows = db.execute(query, list(values)).fetchall()
        return [
            News(
                row["place"],
                row["number"],
                row["order_id"],
                json.loads(row["document"]),
                json.loads(row["answer"]),
            )
            for row in rows
        ]

    # --- how many may be sold -----------------------------------------------------------------

    def keep_units(self, told: Units) -> bool:
        """Keep a number unless its version is known or was passed; return whether it was kept."""
        with self._open() as db:
            query = (
                "INSERT INTO shop_stock (sku_code, quantity, version) VALUES (?, ?, ?)"
                " ON CONFLICT (sku_code) DO UPDATE SET quantity = excluded.quantity,"
                " version = excluded.version WHERE excluded.version > shop_stock.version"
            )
            done = db.execute(query, [told.sku_code, told.quantity, told.version])
        return done.rowcount == 1

    def units(self, sku_code: str) -> Units | None:
        with self._open() as db:
            query = "SELECT sku_code, quantity, version FROM shop_stock WHERE sku_code = ?"
            row = db.execute(query, [sku_code]).fetchone()
        return Units(*row) if row else None

    def all_units(self) -> list[Units]:
        with self._open() as db:
            query = "SELECT sku_code, quantity, version FROM shop_stock ORDER BY sku_code"
            rows = db.execute(query).fetchall()
        return [Units(*row) for row in rows]

    def use_nonce(self, nonce: str, *, now: float, keep_for: float) -> bool:
        """Note a nonce; return False if it was used before."""
        with self._open() as db:
            db.execute("DELETE FROM shop_nonces WHERE seen_at < ?", [now - keep_for])
            try:
                db.execute("INSERT INTO shop_nonces VALUES (?, ?)", [nonce, now])
            except sqlite3.IntegrityError:
                return False
        return True

    # --- what is to happen later ----------------------------------------------------------------

    def plan(self, act: str, subject: str, *, at: datetime) -> None:
        with self._open() as db:
            query = "INSERT INTO shop_plans (due_at, act, subject) VALUES (?, ?, ?)"
            db.execute(query, [at.timestamp(), act, subject])

    def take_due_plans(self, *, now: datetime) -> list[tuple[str, str]]:
        """Return what is due, (act, subject), and forget it."""
        with self._open() as db:
            query = "DELETE FROM shop_plans WHERE due_at <= ? RETURNING id, act, subject"
            rows = db.execute(query, [now.timestamp()]).fetchall()
        return [(row["act"], row["subject"]) for row in sorted(rows, key=lambda row: row["id"])]


def _dump(value: Document) -> str:
    return json.dumps(value, ensure_ascii=False)
