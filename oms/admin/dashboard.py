"""The first page after sign-in: what waits for this person, and where they may go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oms import registries
from oms.access.checks import scope
from oms.admin import menu, show
from oms.admin.reach import person, sees_everything
from oms.flows.approval import ApprovalStatus
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import ApprovalRequest, EventDelivery, FulfillmentOrder, Listing, User
from oms.queries.orders import queue_counts
from oms.registries import BoardCount

D = FulfillmentStatus
_FLOOR = (
    (D.ALLOCATED, "amber"),
    (D.RELEASED, "blue"),
    (D.WAVED, "blue"),
    (D.PICKING, "blue"),
    (D.PICKED, "blue"),
    (D.PACKED, "amber"),
)


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of counters, a door each."""

    title: str
    counts: Sequence[BoardCount]


def first_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the theme's context of the first page what ours shows."""
    user, now = person(request), timezone.now()
    lanes = [
        {"title": lane.title, "cards": [_card(count, now) for count in lane.counts]}
        for lane in lanes_for(user, now)
    ]
    places = [(menu.LABELS[group], entries) for group, entries in menu.areas(request)]
    return context | {"lanes": lanes, "places": places, "greeted": _name(user), "as_of": now}


def lanes_for(user: User, now: datetime) -> list[Lane]:
    """Return the counters that concern the person."""
    lanes = [
        Lane(_("Orders"), list(_orders(user, now))),
        Lane(_("Warehouse"), list(_floor(user))),
        Lane(_("Also waiting"), [*_others(user), *_contributed(user, now)]),
    ]
    return [lane for lane in lanes if lane.counts]


def _orders(user: User, now: datetime) -> Iterator[BoardCount]:
    if not (sees_everything(user) or scope(user).ids("view_orders")):
        return
    url = reverse("admin:oms_order_changelist")
    for one in queue_counts(user, now=now):
        queue = one.queue
        yield BoardCount(
            queue.key,
            queue.label,
            one.count,
            one.oldest_at,
            f"{url}?queue={queue.key}",
            queue.tone,
        )


def _floor(user: User) -> Iterator[BoardCount]:
    rows = FulfillmentOrder.objects.filter(status__in=[status for status, _tone in _FLOOR])
    if not sees_everything(user):
        places = scope(user).ids("view_fulfillment")
        if not places:
            return
        rows = rows.filter(warehouse_id__in=places)
    sums = rows.order_by().values_list("status").annotate(Count("pk"), Min("status_at"))
    found = {status: (count, oldest) for status, count, oldest in sums}
    url = reverse("admin:oms_fulfillmentorder_changelist")
    for status, tone in _FLOOR:
        count, oldest = found.get(status, (0, None))
        link = f"{url}?status__exact={status}"
        yield BoardCount(str(status), status.label, count, oldest, link, tone)


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
    tone = count.tone if count.count and count.tone else "grey"
    return {
        "label": str(count.label),
        "count": count.count,
        "since": since,
        "url": count.url,
        "tone": tone,
    }


def _oldest(at: datetime, now: datetime) -> str:
    if at > now:
        return _("first in %(time)s") % {"time": show.duration(at - now)}
    return _("oldest %(time)s") % {"time": show.duration(now - at)}


def _name(user: User) -> str:
    return f"{user.last_name}{user.first_name}" or user.username
