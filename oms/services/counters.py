"""Move a counter of many rows by one statement, each by its own units."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When

_BATCH = 500


def shift(
    rows: QuerySet[Any], *, key: str, column: str, units: Mapping[int, int], sign: int
) -> None:
    """Add units times ``sign`` to a column of the rows: ``{key: units}``.

    Something above the rows is locked by the caller: in which order they are written is open.
    """
    moves = sorted((pk, sign * moved) for pk, moved in units.items() if moved)
    for start in range(0, len(moves), _BATCH):
        page = dict(moves[start : start + _BATCH])
        whens = [When(**{key: pk}, then=Value(moved)) for pk, moved in page.items()]
        found = rows.filter(**{f"{key}__in": page})
        found.update(**{column: F(column) + Case(*whens)})
