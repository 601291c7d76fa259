"""What the shop remembers: orders, the messages about them, and what it was told."""

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
CREATE TABLE IF NOT EXISTS shop_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    order_id TEXT NOT NULL,
    body TEXT NOT NULL,
    due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting',
    waits_for INTEGER NOT NULL DEFAULT 0,
    fault TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS shop_messages_due ON shop_messages (state, due_at);
CREATE TABLE IF NOT EXISTS shop_news (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    place TEXT NOT NULL,
    number TEXT NOT NULL,
    order_id TEXT NOT NULL,
    document TEXT NOT NULL,
    answer TEXT NOT NULL,
    UNIQUE (place, number)
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
class Message:
    """A message on its way; ``state`` is waiting, delivered or refused."""

    id: int
    event_id: str
    event: str
    order_id: str
    body: str
    due_at: float
    attempts: int
    state: str
    waits_for: int
    fault: str
    answer: str


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

    # --- messages -----------------------------------------------------------------------------

    def add_message(self, event: str, event_id: str, order_id: str, body: str, due: float) -> None:
        with self._open() as db:
            query = (
                "INSERT INTO shop_messages (event, event_id, order_id, body, due_at)"
                " VALUES (?, ?, ?, ?, ?)"
            )
            db.execute(query, [event, event_id, order_id, body, due])

    def due_messages(self, *, now: float, limit: int = 50) -> list[Message]:
        query = "WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT ?"
        return self._messages(query, [now, limit])

    def messages(self, *, limit: int = 30) -> list[Message]:
        """List the newest messages first."""
        return self._messages("ORDER BY id DESC LIMIT ?", [limit])

    def message(self, message_id: int) -> Message:
        return self._messages("WHERE id = ?", [message_id])[0]

    def change_message(self, message_id: int, **changes: object) -> None:
        """Write some columns of a message."""
        names = ", ".join(f"{name} = ?" for name in changes)
        with self._open() as db:
            query = f"UPDATE shop_messages SET {names} WHERE id = ?"  # noqa: S608 - our own names
            db.execute(query, [*changes.values(), message_id])

    def let_overtaken_go(self, message: Message, *, now: float) -> None:
        """A later message about the order is through: what waited for it may follow."""
        with self._open() as db:
            query = (
                "UPDATE shop_messages SET due_at = ?, waits_for = 0"
                " WHERE state = 'waiting' AND waits_for = 1 AND order_id = ? AND id < ?"
            )
            db.execute(query, [now, message.order_id, message.id])

    def _messages(self, condition: str, values: Sequence[object]) -> list[Message]:
        with self._open() as db:
            query = f"SELECT * FROM shop_messages {condition}"  # noqa: S608 - our own conditions
            return [Message(**dict(row)) for row in db.execute(query, list(values))]

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
