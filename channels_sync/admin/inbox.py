"""The exceptions inbox: one line per cause, each with the one thing to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels_sync.services import exceptions
from channels_sync.services.exceptions import Group
from channels_sync.services.troubles import CAUSES, Cause, Text
from oms.admin import show
from oms.admin.reach import person

LIST = "admin:channels_sync_raworder_changelist"
REPLAY = "admin:channels_sync_raworder_replay"
_OLD = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Line:
    """One group as the page shows it. ``fix`` is (words, address) of where its cause is mended."""

    label: Text
    explanation: str
    count: int
    oldest: SafeString
    tone: str
    rows: str
    replay: str
    fix: tuple[Text, str] | None


def lines(request: HttpRequest, *, now: datetime) -> list[Line]:
    return [_line(group, now) for group in exceptions.inbox(person(request), now=now)]


def snoozed_count(request: HttpRequest) -> int:
    waiting = exceptions.exceptions(person(request))
    return waiting.filter(snoozed_until__gt=timezone.now()).count()


def address(**query: str) -> str:
    """Return the list of raw orders with these filters set."""
    return f"{reverse(LIST)}?{urlencode(query)}"


def _line(group: Group, now: datetime) -> Line:
    same = {"cause": group.cause, "why": group.explanation}
    return Line(
        label=CAUSES.get(group.cause, group.cause),
        explanation=group.explanation,
        count=group.count,
        oldest=show.moment(group.oldest, now),
        tone="red" if now - group.oldest > _OLD else "amber",
        rows=address(status__exact="exception", attention="now", **same),
        replay=f"{reverse(REPLAY)}?{urlencode(same)}",
        fix=_fix(group),
    )


def _fix(group: Group) -> tuple[Text, str] | None:
    if group.cause == Cause.UNMAPPED_LISTING:
        return _("Map the listing"), reverse("admin:oms_listing_changelist") + "?mapped=no"
    if group.cause == Cause.UNREADABLE and group.mapping is not None:
        return _("Look at the mapping"), reverse("admin:channels_sync_importmapping_changelist")
    return None
