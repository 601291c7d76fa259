"""Answers what a document asks of a tree of values, and says what it costs.

In the tree a ``Page`` is a connection, a list is a list, and what depends on its arguments is a
function of them. A field that the tree does not have is
refused as one that the type does not have.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels_sync.simulator.shopify.language import Field

Node = Mapping[str, Any]
MUTATION_COST = 10


class UndefinedField(Exception):
    """The type has no such field."""


@dataclass(frozen=True, slots=True)
class Page:
    """All the nodes of a connection; which of them are shown, the arguments say."""

    nodes: Sequence[Node]


def cost_of(fields: Sequence[Field]) -> int:
    """Add up what a selection may cost: a point for an object, a page as often as it is long."""
    return sum(_cost(field) for field in fields)


def project(value: Any, fields: Sequence[Field]) -> Any:
    """Return of a value what the fields ask for.

    :raises UndefinedField: naming a field that there is not
    :raises ValueError: if a connection is asked for without its size, or from nowhere
    """
    if value is None or not fields:
        return value
    return {field.name: _resolve(value, field) for field in fields}


def used(data: Any) -> int:
    """Count what an answer really held: a point for every object."""
    match data:
        case dict():
            return 1 + sum(used(value) for value in data.values())
        case list():
            return sum(used(value) for value in data)
    return 0


def cursor_of(position: int) -> str:
    """Write a mark that means nothing to others."""
    return base64.b64encode(f'{{"last_id":{position}}}'.encode()).decode()


def position_of(cursor: str | None) -> int:
    """:raises ValueError: if it is no mark of ours"""
    if cursor is None:
        return 0
    text = base64.b64decode(cursor, validate=True).decode()
    return int(text.removeprefix('{"last_id":').removesuffix("}"))


def _cost(field: Field) -> int:
    if not field.fields:
        return 0
    first = field.arguments.get("first")
    inside = cost_of(field.fields)
    if isinstance(ids := field.arguments.get("ids"), list):
        return len(ids) * (1 + inside)
    if not isinstance(first, int):
        return 1 + inside if field.name not in ("nodes", "pageInfo") else inside
    nodes = next((below for below in field.fields if below.name == "nodes"), None)
    each = 1 + (cost_of(nodes.fields) if nodes else inside)
    return 2 + first * each


def _resolve(value: Node, field: Field) -> Any:
    if field.name not in value:
        raise UndefinedField(field.name)
    found = value[field.name]
    if callable(found):
        found = found(field.arguments)
    match found:
        case Page():
            return _page(found, field)
        case list():
            shown = found[: field.arguments.get("first", len(found))]
            return [project(each, field.fields) for each in shown]
    return project(found, field.fields)


def _page(page: Page, field: Field) -> Any:
    size = field.arguments.get("first")
    if not isinstance(size, int):
        raise ValueError(f"{field.name} needs first")
    start = position_of(field.arguments.get("after"))
    end = start + size
    shown = page.nodes[start:end]
    more = end < len(page.nodes)
    whole = {
        "nodes": list(shown),
        "pageInfo": {
            "hasNextPage": more,
            "endCursor": cursor_of(start + len(shown)) if shown else None,
        },
    }
    return project(whole, field.fields)
