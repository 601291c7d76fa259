"""Read fields of a JSON object one by one, and name the first that is not what it should be. Pure.

What a connector's mapper uses: a platform's message is untrusted, and its mistakes must be told by
field, never by value, because values are personal.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Self

from channels_sync.dto import Problem, Unreadable
from oms.privacy.text import clean

_WHOLE_DIGITS = 15


class Fields:
    """A JSON object and the path by which it was reached."""

    def __init__(self, data: Mapping[str, Any], path: str) -> None:
        self._data = data
        self._path = path

    @classmethod
    def of(cls, value: Any, path: str) -> Self:
        """:raises Unreadable: if the value is not an object"""
        if not isinstance(value, dict):
            raise Unreadable(Problem.NOT_AN_OBJECT, path)
        return cls(value, path)

    def name(self, key: str) -> str:
        """Return how a person finds the field."""
        return key if self._path == "message" else f"{self._path}.{key}"

    def has(self, key: str) -> bool:
        """Tell whether the field is there and not null."""
        return self._data.get(key) is not None

    def inside(self, key: str) -> "Fields":
        """:raises Unreadable: if the field is missing or not an object"""
        return Fields.of(self._get(key), self.name(key))

    def items(self, key: str) -> Iterator["Fields"]:
        """:raises Unreadable: if the field is missing, not a list, or not of objects"""
        values = self._get(key)
        if not isinstance(values, list):
            raise Unreadable(Problem.NOT_A_LIST, self.name(key))
        return iter(
            [Fields.of(value, f"{self.name(key)}[{at}]") for at, value in enumerate(values)]
        )

    def text(self, key: str, *, limit: int, default: str | None = None) -> str:
        """Return a text; a whole number becomes one, because many senders write ids as numbers.

        :raises Unreadable: if it is missing (without a default), another type, or too long
        """
        if default is not None and not self.has(key):
            return default
        value = self._get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise Unreadable(Problem.NOT_TEXT, self.name(key))
        value = clean(value)
        if not value and default is None:
            raise Unreadable(Problem.MISSING, self.name(key))
        if len(value) > limit:
            raise Unreadable(Problem.TOO_LONG, self.name(key))
        return value

    def switch(self, key: str) -> str:
        """Return a yes or no as lower-case text, because some senders write a number or a word.

        :raises Unreadable: as ``text`` does
        """
        value = self._get(key)
        return str(value).lower() if isinstance(value, bool) else self.text(key, limit=8).lower()

    def whole(self, key: str) -> int:
        """:raises Unreadable: if it is missing or not a whole number of at most 15 digits"""
        value = self._get(key)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or abs(value) >= 10**_WHOLE_DIGITS:
            raise Unreadable(Problem.NOT_A_NUMBER, self.name(key))
        return int(value)

    def time(self, key: str) -> datetime:
        """Return a moment in UTC, from ISO 8601 with an offset.

        :raises Unreadable: if it is missing, malformed, or does not tell its offset
        """
        text = self.text(key, limit=40)
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise Unreadable(Problem.NOT_A_TIME, self.name(key))
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise Unreadable(Problem.NOT_A_TIME, self.name(key)) from None

    def _get(self, key: str) -> Any:
        value = self._data.get(key)
        if value is None:
            raise Unreadable(Problem.MISSING, self.name(key))
        return value
