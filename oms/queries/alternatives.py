"""Rows that fit one of several conditions, each found through an index of its own.

Where the conditions lie in different tables, OR makes the database read the whole table and ask of
every row. A union of ids lets it start from whatever fits.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


def ids_of_any(model: type[M], wheres: Iterable[Q]) -> QuerySet[M, Any]:
    """Return the ids of the rows that fit one of the conditions, for ``pk__in``."""
    rows = model._default_manager.order_by()
    first, *others = (rows.filter(where).values("pk") for where in wheres)
    return first.union(*others) if others else first


def with_exactly(
    rows: QuerySet[Any], term: str, *, columns: Iterable[str], within: Q | None = None
) -> QuerySet[Any]:
    """Keep the rows of which one column (``"order__order_no"``) is the term. A term that a column
    cannot hold, as text in a number's, is not in it.

    ``within`` is true of all that is looked for; it names what the columns' indexes begin with.
    """
    place = within or Q()
    wheres = [
        Q(**{column: term}) & place for column in columns if _can_hold(rows.model, column, term)
    ]
    return rows.filter(pk__in=ids_of_any(rows.model, wheres)) if wheres else rows.none()


def _can_hold(model: type[Model], column: str, term: str) -> bool:
    """PostgreSQL would not even look for a name among network addresses."""
    field = get_fields_from_path(model, column)[-1]
    try:
        field.run_validators(field.to_python(term))
    except (ValidationError, ValueError):
        return False
    return True
