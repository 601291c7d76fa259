"""Read amounts, moments and ids as China's platforms write them, field by field. Pure.

Texts and numbers are taken alike, because most platforms write one field both ways; a float is
never made of either. Each reading names the field that it cannot understand, never the value.
"""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from channels_sync.connectors import written
from channels_sync.connectors.fields import Fields
from channels_sync.dto import Problem, Unreadable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_EPOCH = 253_402_300_799
_CENT = Decimal("0.01")


def parse(payload: str) -> Any:
    """Decode JSON; fractions stay text, so that no amount passes through a float.

    :raises Unreadable: if it is no JSON
    """
    try:
        return json.loads(payload, parse_float=str)
    except (ValueError, RecursionError):
        raise Unreadable(Problem.NOT_AN_OBJECT, "message") from None


def whole(node: Fields, key: str, *, default: int | None = 0) -> int:
    """Return a whole number, also one written as text; ``default`` where it is missing or empty.

    :raises Unreadable: if it is another thing, or missing without a default
    """
    text = node.text(key, limit=40, default=None if default is None else "")
    if not text and default is not None:
        return default
    return written.whole(text, node.name(key))


def fen(node: Fields, key: str) -> Decimal:
    """Return an amount told in fen, as yuan; missing is nothing.

    :raises Unreadable: if it is no whole number
    """
    return Decimal(whole(node, key)) * _CENT


def yuan(node: Fields, key: str) -> Decimal:
    """Return an amount told in yuan; missing or empty is nothing.

    :raises Unreadable: if it is no amount, or finer than fen
    """
    text = node.text(key, limit=40, default="")
    return round(written.yuan(text or "0", node.name(key)), 2)


def epoch(node: Fields, key: str) -> datetime | None:
    """Return a moment told in seconds since 1970; None for 0 and for nothing.

    :raises Unreadable: if it is no such moment
    """
    seconds = whole(node, key)
    if not 0 <= seconds <= _LAST_EPOCH:
        raise Unreadable(Problem.NOT_A_TIME, node.name(key))
    return _EPOCH + timedelta(seconds=seconds) if seconds else None


def beijing(node: Fields, key: str) -> datetime | None:
    """Return a moment told as Beijing's clock shows it, as UTC; None where nothing is told.

    :raises Unreadable: if it is no such moment
    """
    return written.moment(node.text(key, limit=40, default=""), node.name(key))


def needed(moment: datetime | None, node: Fields, key: str) -> datetime:
    """Return the moment.

    :raises Unreadable: if nothing was told
    """
    if moment is None:
        raise Unreadable(Problem.MISSING, node.name(key))
    return moment


def truth(node: Fields, key: str) -> bool:
    """Return yes or no, however it is written; missing is no.

    :raises Unreadable: if it is neither
    """
    if not node.has(key):
        return False
    text = node.switch(key)
    if text not in ("true", "false", "1", "0", ""):
        raise Unreadable(Problem.NOT_A_NUMBER, node.name(key))
    return text in ("true", "1")


def reference(node: Fields, key: str, *, limit: int = 64) -> str:
    """Return an id as text; empty for nothing and for the "0" that several platforms write."""
    text = node.text(key, limit=limit, default="")
    return "" if text == "0" else text


def inner(node: Fields, key: str) -> Fields:
    """Return the object under a key; an empty one where there is none.

    :raises Unreadable: if it is another thing
    """
    return node.inside(key) if node.has(key) else Fields.of({}, node.name(key))


def rows(node: Fields, key: str) -> list[Fields]:
    """Return the objects of a list; none where there is no list.

    :raises Unreadable: if it is another thing
    """
    return list(node.items(key)) if node.has(key) else []
