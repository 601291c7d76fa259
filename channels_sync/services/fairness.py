"""The same fairness for everything that is done store by store."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from channels_sync.services.turns import Turn
from oms import scheduling
from oms.models import Store


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
    deal = _by_stores if connection.vendor == "postgresql" else _by_window
    return deal(rows, order=tuple(order), size=size)


def _by_window(rows: QuerySet[Any], *, order: Sequence[str], size: int) -> list[int]:
    """Number all rows of each store: what waits is read whole, however little of it is wanted."""
    place = Window(RowNumber(), partition_by="store_id", order_by=[F(name).asc() for name in order])
    dealt = rows.order_by().annotate(place=place).order_by("place", *order)
    return list(dealt.values_list("pk", flat=True)[:size])


def _by_stores(rows: QuerySet[Any], *, order: Sequence[str], size: int) -> list[int]:
    """Read no more of any store than a page, by an index that begins with the store."""
    first = rows.filter(store=OuterRef("pk")).order_by(*order).values("pk")[:size]
    shares = Store.objects.order_by("pk").values_list(ArraySubquery(first), flat=True)
    layers = _layers([share for share in shares if share], size=size)
    named = rows.model._default_manager.filter(pk__in=list(chain.from_iterable(layers)))
    found = {pk: at for at, pk in enumerate(named.order_by(*order).values_list("pk", flat=True))}
    # One that went meanwhile has no place any more.
    dealt = [sorted(found.keys() & set(layer), key=found.__getitem__) for layer in layers]
    return list(chain.from_iterable(dealt))[:size]


def _layers(shares: Sequence[Sequence[int]], *, size: int) -> list[list[int]]:
    """Take the first of each share, then the second of each, until there are so many."""
    layers: list[list[int]] = []
    taken = 0
    for place in range(size):
        layer = [share[place] for share in shares if place < len(share)]
        if not layer or taken >= size:
            break
        layers.append(layer)
        taken += len(layer)
    return layers
