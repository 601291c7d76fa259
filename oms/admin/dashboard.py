"""The board: what waits for this person at each station, and where they may go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms import registries
from oms.access.checks import scope
from oms.admin import menu, show
from oms.admin.reach import person, sees_everything
from oms.admin.unscanned import LATE
from oms.flows.approval import ApprovalStatus
from oms.models import ApprovalRequest, EventDelivery, Listing, User
from oms.queries.orders import SOON, QueueCount, queue_counts
from oms.queries.parcels import unscanned_count
from oms.queries.stations import day_of, shipped_count, station_counts
from oms.registries import BoardCount, Lane

LANES: dict[Lane, Promise | str] = {
    Lane.FLOW: gettext_lazy("As goods flow"),
    Lane.CLOCK: gettext_lazy("By the clock"),
    Lane.RETURNS: gettext_lazy("After-sales"),
    Lane.TROUBLE: gettext_lazy("Needs a person"),
}
_FLOW_QUEUES = ("review", "merge", "route")
_CLOCK_QUEUES = ("late", "soon", "later")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of counters, a door each."""

    lane: Lane
    title: str
    counts: Sequence[BoardCount]


def first_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the theme's context of the first page what ours shows."""
    user = person(request)
    places = [(menu.LABELS[group], entries) for group, entries in menu.areas(request)]
    return context | board(user, timezone.now()) | {"places": places, "greeted": _name(user)}


def wall(request: HttpRequest) -> HttpResponse:
    """Show the board alone, for a screen on the wall; it asks again by itself."""
    return TemplateResponse(request, "admin/oms/wall.html", board(person(request), timezone.now()))


def board(user: User, now: datetime) -> dict[str, Any]:
    """Return what the board's template shows to a person."""
    lanes = [
        {
            "key": row.lane.value,
            "title": row.title,
            "cards": [_card(count, now) for count in row.counts],
        }
        for row in lanes_for(user, now)
    ]
    return {"lanes": lanes, "as_of": now}


def lanes_for(user: User, now: datetime) -> list[Row]:
    """Return the counters that concern the person, lane by lane."""
    found = [*_orders(user, now), *_floor(user, now), *_contributed(user, now), *_others(user)]
    rows = [
        Row(lane, str(title), [count for count in found if count.lane is lane])
        for lane, title in LANES.items()
    ]
    return [row for row in rows if row.counts]


def _orders(user: User, now: datetime) -> Iterator[BoardCount]:
    if not (sees_everything(user) or scope(user).ids("view_orders")):
        return
    found = {one.queue.key: one for one in queue_counts(user, now=now)}
    for key in _FLOW_QUEUES:
        yield _queue(found[key], Lane.FLOW)
    for key in _CLOCK_QUEUES:
        yield _queue(found[key], Lane.CLOCK)
    yield _queue(found["held"], Lane.TROUBLE)


def _queue(one: QueueCount, lane: Lane) -> BoardCount:
    url = f"{reverse('admin:oms_order_changelist')}?queue={one.queue.key}"
    return BoardCount(
        one.queue.key,
        one.queue.label,
        one.count,
        one.oldest_at,
        url,
        one.queue.tone,
        lane=lane,
        due_at=one.due_at if lane is Lane.FLOW else None,
    )


def _floor(user: User, now: datetime) -> Iterator[BoardCount]:
    if not (sees_everything(user) or scope(user).ids("view_fulfillment")):
        return
    url = reverse("admin:oms_fulfillmentorder_changelist")
    for one in station_counts(user):
        yield BoardCount(
            f"station.{one.station.key}",
            one.station.label,
            one.count,
            one.oldest_at,
            f"{url}?station={one.station.key}",
            one.station.tone,
            lane=Lane.FLOW,
            due_at=one.due_at,
        )
    day = day_of(now)[0].date().isoformat()
    left = reverse("admin:oms_shipment_changelist")
    yield BoardCount(
        "shipped",
        _("shipped today"),
        shipped_count(user, now=now),
        None,
        f"{left}?handed_over_at_from={day}&handed_over_at_to={day}",
        "green",
        lane=Lane.FLOW,
    )
    late = unscanned_count(user, now=now)
    yield BoardCount(
        "unscanned",
        _("no carrier scan"),
        late.count,
        late.oldest_at,
        f"{left}?scan={LATE}",
        "red",
    )


def _others(user: User) -> Iterator[BoardCount]:
    everything = sees_everything(user)
    rights = scope(user)
    if everything or rights.ids("approve_returns"):
        rows = ApprovalRequest.objects.filter(status=ApprovalStatus.OPEN)
        if not everything:
            rows = rows.filter(store_id__in=rights.ids("approve_returns"))
        sums = rows.aggregate(n=Count("pk"), oldest=Min("opened_at"))
        url = reverse("admin:oms_approvalrequest_changelist") + "?status__exact=open"
        yield BoardCount("approvals", _("approvals"), sums["n"], sums["oldest"], url, "amber")
    if everything or rights.ids("import_orders"):
        listings = Listing.objects.filter(sku__isnull=True, bundle__isnull=True)
        if not everything:
            listings = listings.filter(store_id__in=rights.ids("import_orders"))
        url = reverse("admin:oms_listing_changelist") + "?mapped=no"
        yield BoardCount("listings", _("listings not mapped"), listings.count(), None, url, "amber")
    if everything:
        stuck = EventDelivery.objects.filter(needs_person=True, delivered_at=None)
        url = reverse("admin:oms_eventdelivery_changelist") + "?needs_person__exact=1"
        yield BoardCount("events", _("stuck events"), stuck.count(), None, url, "red")


def _contributed(user: User, now: datetime) -> Iterator[BoardCount]:
    for counter in registries.board_counters:
        yield from counter.counts(user, now)


def _card(count: BoardCount, now: datetime) -> dict[str, str | SafeString | int]:
    since = ""
    if count.count and count.oldest_at is not None:
        since = _oldest(count.oldest_at, now)
    return {
        "label": str(count.label),
        "count": count.count,
        "since": since,
        "url": count.url,
        "tone": _tone(count, now) if count.count else "grey",
    }


def _tone(count: BoardCount, now: datetime) -> str:
    """What is in time has its station's own colour; what must leave soon or should have, not."""
    if count.due_at is not None and count.due_at < now:
        return "red"
    if count.due_at is not None and count.due_at < now + SOON:
        return "amber"
    return count.tone or "grey"


def _oldest(at: datetime, now: datetime) -> str:
    if at > now:
        return _("first in %(time)s") % {"time": show.duration(at - now)}
    return _("oldest %(time)s") % {"time": show.duration(now - at)}


def _name(user: User) -> str:
    return f"{user.last_name}{user.first_name}" or user.username
