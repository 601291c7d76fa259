"""How a service opens its transaction and in which order it locks.

One order everywhere, so that no two services wait for each other in a circle. All rows of one kind
are locked before the first of the next kind, those of one kind by pk:

1. what a person has in hand: packing table, hand-over, put-back
2. pick tasks, and with them the places on their carts and their pick lines
3. orders
4. listings: shared by whoever takes orders in, alone for whoever changes what they stand for
5. documents
6. cases, payments
7. parcels, waybills
8. stock levels by (warehouse, SKU, condition)
9. stock in bins
10. waves: each ends with the last of its tasks

Whoever needs a row of a kind before those it holds takes it without waiting or not at all.
"""

from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, models, transaction

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)

_ATTEMPTS = 3
# PostgreSQL's own names for "try the whole thing again" (SQLSTATE, appendix A of its manual).
_SERIALIZATION_FAILURE, _DEADLOCK_DETECTED = "40001", "40P01"


def atomic_service(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service in one transaction, again from the start on a deadlock, three times in all.

    Inside somebody's transaction it joins it: only the outermost service can start again.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return service(*args, **kwargs)
        for attempt in range(_ATTEMPTS):
            committed: list[bool] = []
            try:
                with transaction.atomic():
                    transaction.on_commit(partial(committed.append, True))
                    return service(*args, **kwargs)
            except OperationalError as error:
                # What is committed is done, whatever a later hook says.
                if committed or not is_conflict(error) or attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError  # pragma: no cover  # the last attempt returned or raised

    return run


def is_conflict(error: OperationalError) -> bool:
    """Tell a conflict between two transactions, which a repeat solves, from a real fault."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in (_SERIALIZATION_FAILURE, _DEADLOCK_DETECTED)


def lock_rows(model: type[M], ids: Iterable[int]) -> list[M]:
    """Lock and return the rows with these ids in pk order, waiting for whoever holds them."""
    rows = model._default_manager.filter(pk__in=sorted(set(ids))).order_by("pk")
    return list(rows.select_for_update())


def share_rows(rows: models.QuerySet[M]) -> list[M]:
    """Read rows that nobody can change until the transaction ends; others may read them so too.

    The ORM knows no FOR SHARE. On SQLite nothing is added: there is one writer at a time.
    """
    rows = rows.order_by("pk")
    if connection.vendor != "postgresql":
        return list(rows)
    try:
        text, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    return list(rows.model._default_manager.raw(f"{text} FOR SHARE", params))


def lock_row(model: type[M], pk: int) -> M:
    """:raises DoesNotExist: of the model, if there is no such row"""
    return model._default_manager.select_for_update().get(pk=pk)
