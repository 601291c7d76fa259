"""The way of a parcel as its carrier tells it, on the pages of the parcel and of the order."""

from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oms.access.checks import scope
from oms.admin import show
from oms.admin.words import carrier_label
from oms.models import Order, Shipment, User
from oms.privacy.filters import redact
from warehouse.models import Trace, TraceEvent, TraceStatus

_SHOWN = 60
_IN_ORDER = 3
"""On the order's page the latest ones say enough; the parcel's page has all."""
S = TraceStatus
TONES = {
    S.COLLECTED: "blue",
    S.IN_TRANSIT: "blue",
    S.OUT_FOR_DELIVERY: "blue",
    S.READY_FOR_PICKUP: "amber",
    S.DELIVERED: "green",
    S.EXCEPTION: "red",
    S.RETURNING: "amber",
    S.RETURNED: "amber",
}


def parcel_panel(shipment: Shipment, user: User) -> str:
    """Show all that the carrier told of a parcel, the latest first, and when it is asked next."""
    if not shipment.waybill_no or shipment.fulfillment.warehouse_id not in _seen(user):
        return ""
    events = _events([shipment])[:_SHOWN]
    trace = Trace.objects.filter(shipment=shipment).first()
    head = format_html("<p>{}</p>", _standing(trace))
    return head + _list(events)


def order_panel(order: Order, user: User) -> str:
    """Show the latest that the carriers told of the order's parcels."""
    parcels = Shipment.objects.filter(
        fulfillment__lines__order_item__order=order,
        fulfillment__warehouse__in=_seen(user),
        handed_over_at__isnull=False,
    )
    found = list(parcels.exclude(waybill_no=None).distinct().order_by("pk"))
    if not found:
        return ""
    told: dict[int, list[TraceEvent]] = {parcel.pk: [] for parcel in found}
    for event in _events(found):
        told[event.shipment_id].append(event)
    parts = [(_sign(parcel), _list(told[parcel.pk][:_IN_ORDER])) for parcel in found]
    return format_html_join("", "<p>{}</p>{}", parts)


def _seen(user: User) -> frozenset[int]:
    return scope(user).ids("view_fulfillment")


def _events(parcels: Sequence[Shipment]) -> list[TraceEvent]:
    """Return what was told under the parcels' present waybills, the latest first."""
    rows = TraceEvent.objects.filter(shipment__in=parcels).order_by("-at", "-pk")
    numbers = {parcel.pk: parcel.waybill_no for parcel in parcels}
    return [row for row in rows if numbers[row.shipment_id] == row.waybill_no]


def _sign(parcel: Shipment) -> SafeString:
    number = show.copyable(parcel.waybill_no or "", strong=True)
    chip = show.status_chip(parcel.status, parcel.get_status_display())
    return show.row((number, carrier_label(parcel.carrier), chip))


def _standing(trace: Trace | None) -> SafeString | str:
    now = timezone.now()
    if trace is None:
        return _("No account is set up with which this carrier could be asked about the parcel.")
    if trace.ended_at is not None:
        return _("The carrier is not asked about this parcel any more.")
    if trace.last_error:
        return format_html(
            "{} {}", show.chip(_("the carrier does not answer"), "red"), redact(trace.last_error)
        )
    if trace.asked_at is None:
        return format_html("{} {}", _("Will be asked about:"), show.moment(trace.due_at, now))
    return format_html("{} {}", _("Asked about last:"), show.moment(trace.asked_at, now))


def _list(events: Iterable[TraceEvent]) -> SafeString:
    rows = [
        (
            show.exact(event.at),
            show.chip(event.get_status_display(), TONES.get(TraceStatus(event.status), "grey")),
            event.place,
            redact(event.text),
        )
        for event in events
    ]
    if not rows:
        return format_html("<p>{}</p>", _("The carrier has not scanned the parcel yet."))
    one = (
        '<li><span class="when">{}</span><span class="what">{} {}</span>'
        '<span class="why">{}</span></li>'
    )
    return format_html('<ol class="oms-timeline">{}</ol>', format_html_join("", one, rows))
