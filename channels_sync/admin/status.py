"""The page of all lines: how every store stands, the worst first, and what to do about it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_sync.admin import status_words as words
from channels_sync.admin.status_cells import Cell, cells
from channels_sync.services.line_acts import RIGHT
from channels_sync.services.status.errors import Said
from channels_sync.services.status.judging import Level
from channels_sync.services.status.reading import StoreStatus, statuses
from oms.access.checks import scope
from oms.admin import show
from oms.admin.menu import Extra, Group, Place, extras
from oms.admin.orders import columns
from oms.admin.reach import person
from oms.models import User

_SEEN_WITH = ("manage_store", "import_orders")
EVERY = 30
"""Seconds after which the page shows itself afresh."""

extras.append(
    Extra(
        Place(Group.CHANNELS, "lan", 5, gettext_lazy("Store status")),
        "channel_status",
        lambda user: bool(seen(user)),
    )
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One error as the page tells it: where, in whose words, and what to do."""

    place: str
    text: str
    code: str
    count: int
    advice: str


@dataclass(frozen=True, slots=True)
class Row:
    """One store as the page draws it; ``acts`` says whether the person may do something."""

    store_id: int
    sign: SafeString
    tone: str
    level: str
    chips: SafeString
    cells: Sequence[Cell]
    problems: Sequence[Problem]
    pause: str
    is_paused: bool
    is_on: bool
    acts: bool
    connection_url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the page down."""

    label: str
    count: int
    url: str
    tone: str
    is_chosen: bool


def status_view(request: HttpRequest) -> HttpResponse:
    """Show the stores that the person looks after, or those of one level, channel or name."""
    user, now = person(request), timezone.now()
    stores = seen(user)
    if not stores:
        raise PermissionDenied
    everything = _named(statuses(stores, now=now), request.GET.get("q", ""))
    if request.GET.get("silent"):
        everything = [one for one in everything if one.is_silent]
    chosen = request.GET.get("level", "")
    mine = scope(user).ids(RIGHT)
    context = {
        **site.each_context(request),
        "title": _("Store status"),
        "rows": [
            _row(one, acts=one.store.pk in mine, now=now)
            for one in everything
            if not chosen or one.level.name.lower() == chosen
        ],
        "choices": _choices(request, everything),
        "query": request.GET.get("q", ""),
        "level": chosen,
        "as_of": show.exact(now),
        "every": EVERY,
    }
    return TemplateResponse(request, "channels_sync/status.html", context)


def seen(user: User) -> frozenset[int]:
    """Return the stores whose lines a person may look at."""
    return frozenset[int]().union(*(scope(user).ids(right) for right in _SEEN_WITH))


def _named(rows: Sequence[StoreStatus], text: str) -> list[StoreStatus]:
    wanted = text.strip().casefold()
    return [row for row in rows if wanted in f"{row.store} {row.store.channel}".casefold()]


def _choices(request: HttpRequest, rows: Sequence[StoreStatus]) -> list[Choice]:
    counts = Counter(row.level for row in rows)
    chosen, kept = request.GET.get("level", ""), {"q": request.GET.get("q", "")}
    here = reverse("admin:channel_status")
    all_url = f"{here}?{urlencode(kept)}" if kept["q"] else here
    found = [Choice(_("all"), len(rows), all_url, "grey", not chosen)]
    for level in Level:
        name = level.name.lower()
        url = f"{here}?{urlencode(kept | {'level': name})}"
        label, tone = str(words.LEVELS[level]), words.TONES[level]
        found.append(Choice(label, counts[level], url, tone, chosen == name))
    return found


def _row(one: StoreStatus, *, acts: bool, now: datetime) -> Row:
    state = getattr(one.store, "line_state", None)
    tone = words.TONES[one.level]
    chips = [show.chip(words.SIGNS[sign], tone) for sign in one.signs]
    pause = ""
    if state is not None and state.paused_at is not None:
        facts = {"who": state.paused_by, "why": state.pause_reason}
        pause = _("Paused by %(who)s: %(why)s") % facts
    return Row(
        store_id=one.store.pk,
        sign=columns.store(one.store),
        tone=tone,
        level=str(words.LEVELS[one.level]),
        chips=show.row(chips or [show.chip(words.LEVELS[one.level], tone)]),
        cells=cells(one, now=now),
        problems=[_problem(said) for said in one.errors],
        pause=pause,
        is_paused=bool(pause),
        is_on=one.facts.is_on,
        acts=acts,
        connection_url=_connection(one) if acts else "",
    )


def _connection(one: StoreStatus) -> str:
    return reverse("admin:channels_sync_storeconnection_change", args=[one.connection.pk])


def _problem(said: Said) -> Problem:
    return Problem(
        place=str(words.PLACES[said.place]),
        text=said.text,
        code=said.code,
        count=said.count,
        advice=str(words.advice(said.kind, said.code)),
    )
