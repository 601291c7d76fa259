"""Read objects of platforms that write numbers as texts, texts as numbers and nothing as "". Pure.

What is wrong is told by field, never by value, because values are personal.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from channels_sync.connectors import written
from channels_sync.dto import Problem, Unreadable
from oms.privacy.text import clean


def load(payload: str) -> Any:
    """Decode JSON without a single float.

    :raises Unreadable: if it is no JSON
    """
    try:
        return json.loads(payload, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise Unreadable(Problem.NOT_AN_OBJECT, "message") from None


def dump(node: Mapping[str, Any]) -> str:
    """Write a decoded object so that the same words make the same text."""
    return json.dumps(node, ensure_ascii=False, sort_keys=True, default=str)


def beijing(moment: datetime) -> str:
    """Write a moment as the platforms do: naive, to the second, in Beijing."""
    return moment.astimezone(written.BEIJING).strftime("%Y-%m-%d %H:%M:%S")


class Loose:
    """A JSON object and the path by which it was reached."""

    def __init__(self, data: Mapping[str, Any], path: str = "") -> None:
        self.data = data
        self._path = path

    @classmethod
    def of(cls, value: Any, path: str = "") -> Self:
        """:raises Unreadable: if the value is not an object"""
        if not isinstance(value, dict):
            raise Unreadable(Problem.NOT_AN_OBJECT, path or "message")
        return cls(value, path)

    def name(self, key: str) -> str:
        """Return how a person finds the field."""
        return f"{self._path}.{key}" if self._path else key

    def inside(self, key: str) -> "Loose":
        """Return the object under a key, an empty one for null.

        :raises Unreadable: if it is something else
        """
        return Loose.of(self.data.get(key) or {}, self.name(key))

    def items(self, key: str) -> Iterator["Loose"]:
        """Iterate over a list of objects; null is an empty one.

        :raises Unreadable: if it is something else
        """
        values = self.data.get(key) or []
        if not isinstance(values, list):
            raise Unreadable(Problem.NOT_A_LIST, self.name(key))
        for at, value in enumerate(values):
            yield Loose.of(value, f"{self.name(key)}[{at}]")

    def text(self, key: str, *, limit: int) -> str:
        """Return a text, empty if there is none.

        :raises Unreadable: if it is another type, or too long
        """
        value = self.data.get(key)
        if value is None:
            return ""
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise Unreadable(Problem.NOT_TEXT, self.name(key))
        text = clean(value)
        if len(text) > limit:
            raise Unreadable(Problem.TOO_LONG, self.name(key))
        return text

    def needed(self, key: str, *, limit: int) -> str:
        """:raises Unreadable: as ``text``, and if it is missing or empty"""
        text = self.text(key, limit=limit)
        if not text:
            raise Unreadable(Problem.MISSING, self.name(key))
        return text

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a whole number, also from a text.

        :raises Unreadable: if it is something else, or missing without a default
        """
        text = self.text(key, limit=20)
        if not text and default is not None:
            return default
        return written.whole(self._told(key, text), self.name(key))

    def yuan(self, key: str, default: Decimal | None = None) -> Decimal:
        """Return an amount in yuan, exact to the cent.

        :raises Unreadable: if it is no amount, finer than a cent, or missing without a default
        """
        text = self.text(key, limit=24)
        if not text and default is not None:
            return default
        return written.yuan(self._told(key, text), self.name(key))

    def fen(self, key: str) -> Decimal:
        """Return an amount in yuan that is written in whole fen.

        :raises Unreadable: if it is something else, or missing
        """
        return Decimal(self.whole(key)).scaleb(-2)

    def moment(self, key: str) -> datetime | None:
        """Return a moment in UTC from Beijing's clock; None where the platform writes none.

        :raises Unreadable: if it is malformed
        """
        return written.moment(self.text(key, limit=40), self.name(key))

    def term(self, key: str) -> datetime | None:
        """Return until when a platform waits for us, in UTC, also from epoch milliseconds; None
        where it cannot be read: what it waits for is worth more than the term."""
        try:
            return written.instant(self.text(key, limit=40), self.name(key))
        except Unreadable:
            return None

    def needed_moment(self, key: str) -> datetime:
        """:raises Unreadable: as ``moment``, and if there is none"""
        moment = self.moment(key)
        if moment is None:
            raise Unreadable(Problem.MISSING, self.name(key))
        return moment

    def _told(self, key: str, text: str) -> str:
        if not text:
            raise Unreadable(Problem.MISSING, self.name(key))
        return text
