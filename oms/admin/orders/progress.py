"""The stations of an order and the time spent in each, read off the timeline. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import OrderStatus
from oms.models import TimelineEntry

S, D = OrderStatus, FulfillmentStatus


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in a status; ``until`` is None while it lasts."""

    status: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Station:
    """``state`` is done, now, skipped or next; ``spent`` sums all stays."""

    label: str | Promise
    state: str
    since: datetime | None
    spent: timedelta | None


@dataclass(frozen=True, slots=True)
class _Stop:
    label: str | Promise
    of_order: tuple[str, ...] = ()
    of_document: tuple[str, ...] = ()


_LINE = (
    _Stop(_("payment"), (S.UNPAID,)),
    _Stop(_("review"), (S.PENDING_REVIEW,)),
    _Stop(_("merging"), (S.WAITING_MERGE,)),
    _Stop(_("routing"), (S.APPROVED,)),
    _Stop(_("allocated"), (S.ALLOCATED,), (D.ALLOCATED,)),
    _Stop(_("released"), (S.RELEASED, S.MERGED), (D.RELEASED,)),
    _Stop(_("in a wave"), (), (D.WAVED,)),
    _Stop(_("picking"), (), (D.PICKING,)),
    _Stop(_("pack check"), (), (D.PICKED,)),
    _Stop(_("hand-over"), (S.PARTLY_SHIPPED,), (D.PACKED,)),
    _Stop(_("on the road"), (S.SHIPPED,), (D.HANDED_OVER,)),
    _Stop(_("delivered"), (S.DELIVERED,)),
    _Stop(_("completed"), (S.COMPLETED,)),
)
_ENDED = {S.CANCELLED: _("cancelled"), S.CLOSED_EXTERNAL: _("closed elsewhere")}
_DOCUMENT_LEADS = (S.MERGED, S.ALLOCATED, S.RELEASED, S.PARTLY_SHIPPED)


def visits(entries: Iterable[TimelineEntry]) -> list[Visit]:
    """Return the stays that one row's timeline (oldest first) tells of."""
    moves = [entry for entry in entries if entry.to_status]
    ends: list[datetime | None] = [entry.at for entry in moves[1:]]
    return [
        Visit(entry.to_status, entry.at, until)
        for entry, until in zip(moves, [*ends, None], strict=False)
    ]


def stations(
    *, status: str, of_order: Sequence[Visit], of_document: Sequence[Visit], now: datetime
) -> list[Station]:
    """Return the whole line in order, up to the end of an order that was cancelled or closed.

    ``of_document`` are the stays of the document that leads, which tells more than the order once
    there is one.
    """
    current = _current(status, of_document)
    line = [_station(stop, i, current, of_order, of_document, now) for i, stop in enumerate(_LINE)]
    if line[0].state == "skipped":
        line = line[1:]  # it came in paid
    if status in _ENDED:
        been = [station for station in line if station.state == "done"]
        last = of_order[-1].since if of_order else None
        return [*been, Station(_ENDED[OrderStatus(status)], "now", last, None)]
    return line


def _current(status: str, of_document: Sequence[Visit]) -> int:
    """Return the place of the station where it stands now; -1 for one that has ended."""
    leading = of_document[-1].status if of_document and status in _DOCUMENT_LEADS else ""
    for i, stop in enumerate(_LINE):
        if leading and leading in stop.of_document:
            return i
    for i, stop in enumerate(_LINE):
        if status in stop.of_order:
            return i
    return -1


def _station(
    stop: _Stop,
    place: int,
    current: int,
    of_order: Sequence[Visit],
    of_document: Sequence[Visit],
    now: datetime,
) -> Station:
    stays = [visit for visit in of_document if visit.status in stop.of_document]
    stays = stays or [visit for visit in of_order if visit.status in stop.of_order]
    since = stays[0].since if stays else None
    if place == current:
        spent = _sum(stays, now) if stays else None
        return Station(stop.label, "now", since, spent)
    if stays and (place < current or current < 0):
        return Station(stop.label, "done", since, _sum(stays, now))
    return Station(stop.label, "skipped" if place < current else "next", None, None)


def _sum(stays: Sequence[Visit], now: datetime) -> timedelta:
    return sum(((stay.until or now) - stay.since for stay in stays), timedelta(0))
