"""Values to JSON text and back: by their annotations, so that no field is written twice."""

import json
from dataclasses import asdict, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def dump(value: Any) -> str:
    """Write a dataclass of texts, numbers, amounts, times, enums and tuples of such."""
    return json.dumps(asdict(value), ensure_ascii=False, default=str)


def load(kind: type[T], text: str) -> T:
    """Read what ``dump`` wrote."""
    return cast("T", _build(kind, json.loads(text)))


def _build(hint: Any, value: Any) -> Any:
    if isinstance(hint, UnionType):
        if value is None:
            return None
        (hint,) = [each for each in get_args(hint) if each is not NoneType]
    if get_origin(hint) is tuple:
        return tuple(_build(get_args(hint)[0], each) for each in value)
    if is_dataclass(hint):
        hints = _hints(cast("type", hint))
        built = {name: _build(hints[name], each) for name, each in value.items()}
        return cast("Any", hint)(**built)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is Decimal or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return hint(value)
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Annotations are texts: to evaluate them costs more than all the rest of reading a value."""
    return get_type_hints(kind)
