"""What the Shopify shop remembers: orders in the shape of its own API, and keys that were used."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from channels_sync.simulator.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS shopify_orders (
    id INTEGER PRIMARY KEY,
    updated_at TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS shopify_orders_updated ON shopify_orders (updated_at, id);
CREATE TABLE IF NOT EXISTS shopify_keys (key TEXT PRIMARY KEY, answer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS shopify_levels (item TEXT PRIMARY KEY, quantity INTEGER NOT NULL);
"""
Document = dict[str, Any]


class ShopifyStore:
    """Reads and writes the shop's tables. Times are ISO 8601 in UTC, to the second."""

    def __init__(self, database: Database) -> None:
        self._open = database.open
        self.next_number: Callable[[], int] = database.next_number

    def save(self, order: Document) -> None:
        with self._open() as db:
            query = (
                "INSERT OR REPLACE INTO shopify_orders (id, updated_at, document) VALUES (?,?,?)"
            )
            number = int(order["legacyResourceId"])
            db.execute(query, [number, order["updatedAt"], json.dumps(order, ensure_ascii=False)])

    def order(self, number: str) -> Document | None:
        with self._open() as db:
            query = "SELECT document FROM shopify_orders WHERE id = ?"
            row = db.execute(query, [int(number) if number.isdecimal() else -1]).fetchone()
        return json.loads(row["document"]) if row else None

    def orders(self, *, limit: int = 30) -> list[Document]:
        """List the newest first."""
        return self._orders("1 ORDER BY id DESC LIMIT ?", [limit])

    def changed(self, since: str, until: str) -> list[Document]:
        """List what changed in [since, until), the longest unchanged first."""
        condition = "updated_at >= ? AND updated_at < ? ORDER BY updated_at, id"
        return self._orders(condition, [since, until])

    def placed(self, since: str, until: str) -> list[Document]:
        """List what was placed in [since, until), the oldest first."""
        placed = "json_extract(document, '$.createdAt')"
        return self._orders(f"{placed} >= ? AND {placed} < ? ORDER BY id", [since, until])

    def answer_of(self, key: str) -> Document | None:
        with self._open() as db:
            row = db.execute("SELECT answer FROM shopify_keys WHERE key = ?", [key]).fetchone()
        return json.loads(row["answer"]) if row else None

    def keep_answer(self, key: str, answer: Document) -> None:
        with self._open() as db:
            values = [key, json.dumps(answer, ensure_ascii=False)]
            db.execute("INSERT OR IGNORE INTO shopify_keys VALUES (?, ?)", values)

    def set_levels(self, levels: Mapping[str, int]) -> None:
        with self._open() as db:
            query = "INSERT OR REPLACE INTO shopify_levels VALUES (?, ?)"
            db.executemany(query, levels.items())

    def level(self, item: str) -> int | None:
        with self._open() as db:
            query = "SELECT quantity FROM shopify_levels WHERE item = ?"
            row = db.execute(query, [item]).fetchone()
        return int(row["quantity"]) if row else None

    def levels(self) -> list[tuple[str, int]]:
        with self._open() as db:
            query = "SELECT item, quantity FROM shopify_levels ORDER BY item"
            rows = db.execute(query).fetchall()
        return [(row["item"], row["quantity"]) for row in rows]

    def _orders(self, condition: str, values: list[object]) -> list[Document]:
        with self._open() as db:
            query = f"SELECT document FROM shopify_orders WHERE {condition}"  # noqa: S608 - our own
            rows = db.execute(query, values).fetchall()
        return [json.loads(row["document"]) for row in rows]
