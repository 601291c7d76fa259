"""The same fairness for everything that is done store by store."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from channels_sync.services.turns import Turn
from oms import scheduling


def flight_of(work: str, *, store_id: int) -> str:
    """Name the lease under which one worker at a time does a kind of work for a store."""
    return f"channels.{work}:{store_id}"


def since_last_turn(turns: Collection[Turn[int]], *, work: str, now: datetime) -> list[Turn[int]]:
    """Let each store wait from the end of its last turn on, however old what is left may be.

    Otherwise whoever has the oldest work would have every turn until nothing of it is left.
    """
    ends = scheduling.given_back(flight_of(work, store_id=turn.key) for turn in turns)
    return [
        Turn(
            turn.key,
            max(turn.due_at, min(ends.get(flight_of(work, store_id=turn.key), turn.due_at), now)),
            turn.patience,
            turn.weight,
        )
        for turn in turns
    ]


def page_of_all(rows: QuerySet[Any], *, order: Iterable[str], size: int) -> list[int]:
    """Return the ids of a page of rows in which every store has its share: the first row of each
    store, then the second of each, and so on. Within a store the rows keep their ``order``."""
    order = tuple(order)
    place = Window(RowNumber(), partition_by="store_id", order_by=[F(name).asc() for name in order])
    dealt = rows.order_by().annotate(place=place).order_by("place", *order)
    return list(dealt.values_list("pk", flat=True)[:size])
