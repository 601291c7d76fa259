"""What the platforms said, in their own words, and what kind of trouble that is."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Max, Q

from channels_sync.flows import PushStatus
from channels_sync.models import ListingStock, PushJob, StoreConnection, SyncCursor
from oms.integration.errors import ErrorKind

MOST = 4
"""How many different errors of a store are told, the most frequent of each place first."""


class Place(StrEnum):
    """Where it was said."""

    LINE = "line"
    TOKEN = "token"  # noqa: S105  # a place, no secret
    PULL = "pull"
    PUSH = "push"
    STOCK = "stock"


@dataclass(frozen=True, slots=True)
class Said:
    """One error, ``count`` times. ``kind`` is one of ``ErrorKind``; empty where nobody knows."""

    place: Place
    text: str
    code: str = ""
    kind: str = ""
    count: int = 1
    at: datetime | None = None


Found = dict[int, list[Said]]


def said(lines: Collection[StoreConnection], *, marks: Mapping[int, Sequence[SyncCursor]]) -> Found:
    """Return, by store, what is open: of the token, the line, the pulls, the messages, stock."""
    ids = [row.store_id for row in lines]
    pushes, stock = _pushes(ids), _stock(ids)
    found: Found = defaultdict(list)
    for row in lines:
        told = [*_of_token(row), *_of_line(row), *_of_pulls(marks.get(row.store_id, ()))]
        told += [*pushes[row.store_id], *stock[row.store_id]]
        found[row.store_id] = _once(told)[:MOST]
    return found


def _once(told: Sequence[Said]) -> list[Said]:
    """The line repeats what the pull before it said: once is enough."""
    seen: dict[tuple[str, str], Said] = {}
    for one in told:
        seen.setdefault((one.text, one.code), one)
    return list(seen.values())


def _of_token(row: StoreConnection) -> list[Said]:
    token = getattr(row, "token", None)
    if token is None or token.dead_since is None:
        return []
    kind = ErrorKind.REAUTHORIZE.value
    return [Said(Place.TOKEN, token.last_error or "-", kind=kind, at=token.dead_since)]


def _of_line(row: StoreConnection) -> list[Said]:
    state = getattr(row.store, "line_state", None)
    if state is None or not state.failures:
        return []
    return [
        Said(
            Place.LINE,
            state.last_error,
            state.error_code,
            state.kind,
            state.failures,
            state.failed_at,
        )
    ]


def _of_pulls(marks: Sequence[SyncCursor]) -> list[Said]:
    return [
        Said(Place.PULL, mark.last_error, mark.error_code, mark.error_kind, max(mark.failures, 1))
        for mark in marks
        if mark.last_error
    ]


def _pushes(ids: Collection[int]) -> Found:
    # Said twice, because each half has an index of its own that holds nothing else.
    standing = Q(status=PushStatus.NEEDS_PERSON) | Q(status=PushStatus.FAILED)
    rows = PushJob.objects.filter(standing, store__in=ids).exclude(last_error="")
    grouped = rows.order_by().values_list("store", "last_error", "error_code", "status")
    found: Found = defaultdict(list)
    counted = grouped.annotate(n=Count("pk"), at=Max("status_at")).order_by("-n", "last_error")
    for store, text, code, status, count, at in counted:
        is_final = status == PushStatus.NEEDS_PERSON
        kind = ErrorKind.FATAL if is_final else ErrorKind.RETRY
        found[store].append(Said(Place.PUSH, text, code, kind.value, count, at))
    return found


def _stock(ids: Collection[int]) -> Found:
    rows = ListingStock.objects.filter(store__in=ids, attempts__gt=0, due_at__isnull=False)
    grouped = rows.exclude(last_error="").order_by().values_list("store", "last_error")
    found: Found = defaultdict(list)
    for store, text, count in grouped.annotate(n=Count("pk")).order_by("-n", "last_error"):
        found[store].append(Said(Place.STOCK, text, count=count))
    return found
