"""What the page of all lines says of one store, cell by cell."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels_sync.services.status.judging import FAR_BEHIND, LaneNow, Waiting
from channels_sync.services.status.reading import StoreStatus
from oms.admin import show

_SOON = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Cell:
    """One side of a line, as lines of text."""

    head: str
    lines: tuple[SafeString | str, ...]
    tone: str = ""


def cells(one: StoreStatus, *, now: datetime) -> list[Cell]:
    """Return what is asked, told and heard for a store, each with its last success."""
    state = getattr(one.store, "line_state", None)
    return [
        Cell(_("Orders come in"), tuple(_pull(one, now)) or (_("not asked for"),)),
        Cell(
            _("Messages to the channel"),
            tuple(_work(one.facts.pushes, state.told_at if state else None, now, _pushes(one))),
        ),
        Cell(
            _("Stock"),
            tuple(_work(one.facts.stock, state.stock_at if state else None, now, _stock(one))),
        ),
        Cell(_("Authorization"), tuple(_token(one, now))),
        Cell(_("Messages received"), (show.moment(state.heard_at if state else None, now),)),
    ]


def _pull(one: StoreStatus, now: datetime) -> Iterator[SafeString | str]:
    for lane in one.facts.lanes:
        yield from _backlog(lane, now) if lane.is_backlog else _lane(lane, now)
    if one.facts.exceptions:
        url = reverse("admin:channels_sync_raworder_changelist")
        query = f"?status__exact=exception&store={one.store.pk}"
        text = ngettext("%(n)d not taken in", "%(n)d not taken in", one.facts.exceptions)
        yield show.link(text % {"n": one.facts.exceptions}, url + query)


def _lane(lane: LaneNow, now: datetime) -> Iterator[SafeString | str]:
    tone = "red" if lane.lag > FAR_BEHIND else "green"
    lag = _("%(time)s behind") % {"time": show.duration(lane.lag)}
    yield show.row([lane.lane, show.chip(lag, tone, title=_("complete until"))])
    yield show.row([_("last success"), show.moment(lane.succeeded_at, now)])
    yield show.row([_("complete until"), show.exact(lane.complete_until)])
    if lane.next_at > now:
        yield show.row([_("next try"), show.moment(lane.next_at, now)])


def _backlog(lane: LaneNow, now: datetime) -> Iterator[SafeString | str]:
    left = _("size unknown") if lane.left is None else _("about %(n)d left") % {"n": lane.left}
    yield show.row([_("backlog"), lane.lane, show.chip(left, "amber")])
    yield show.row([_("from"), show.exact(lane.complete_until)])


def _work(
    work: Waiting, succeeded_at: datetime | None, now: datetime, url: str
) -> Iterator[SafeString | str]:
    if work.stuck:
        text = _("%(n)d wait for a person") % {"n": work.stuck}
        yield show.link(text, url) if url else text
    if work.waiting:
        yield _("%(n)d waiting") % {"n": work.waiting}
    if work.failed:
        yield _("%(n)d of them tried again") % {"n": work.failed}
    if work.oldest is not None and work.oldest < now:
        yield show.row([_("the oldest"), show.moment(work.oldest, now)])
    if not (work.waiting or work.stuck):
        yield _("nothing waits")
    yield show.row([_("last success"), show.moment(succeeded_at, now)])


def _token(one: StoreStatus, now: datetime) -> Iterator[SafeString | str]:
    token = one.facts.token
    if not token.is_needed:
        yield _("by keys, without an end")
    elif token.is_dead:
        yield show.chip(_("refused by the platform"), "red")
    elif not token.is_there:
        yield show.chip(_("not authorized yet"), "red")
    if token.access_until is not None:
        yield show.row([_("access until"), show.moment(token.access_until, now)])
    if token.renewable_until is not None:
        tone = "amber" if token.renewable_until - now < _SOON else "grey"
        until = show.chip(f"{token.renewable_until:%Y-%m-%d}", tone)
        yield show.row([_("renewed by itself until"), until])


def _pushes(one: StoreStatus) -> str:
    url = reverse("admin:channels_sync_pushjob_changelist")
    return f"{url}?status__exact=needs_person&store={one.store.pk}"


def _stock(one: StoreStatus) -> str:
    return reverse("admin:channels_sync_listingstock_changelist") + f"?store={one.store.pk}"
