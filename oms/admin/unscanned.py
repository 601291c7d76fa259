"""The list of parcels that no carrier has seen: its filters, and what is done about them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.admin import show
from oms.admin.base import BaseAdmin, DropdownFilter
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.filters import Choice
from oms.admin.reach import person, sees_everything
from oms.admin.record import Panel
from oms.admin.words import CARRIERS as NAMES
from oms.models import FulfillmentOrder, Shipment, Store
from oms.queries.parcels import NOT_ON_THE_ROAD, unscanned, waiting_longer
from oms.refusals import Refusal
from oms.services.fulfillment.typed_waybills import CARRIERS
from oms.services.fulfillment.uploads import upload_now

LATE = "late"
_SHOWN = 50
STEPS = (
    _("Look for the parcel where the driver collects, and in the packing area."),
    _("Still here: have it taken along today. It does not leave: void the label and take it back."),
    _("Gone: ask the carrier's driver or branch to scan it, and note their answer."),
    _("Not found: ask for a search at the carrier, and send the goods again in time."),
    _("Platforms fine stores whose parcels are told of and not scanned within a day or so."),
)
_HOURS = ("6", "24", "48", "72")


class ScanFilter(DropdownFilter):
    title = _("no carrier scan")
    parameter_name = "scan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[Choice]:
        longer = [(hours, _("for %(n)s hours") % {"n": hours}) for hours in _HOURS]
        return [(LATE, _("longer than the store allows")), *longer]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Shipment]) -> QuerySet[Shipment]:
        value, now = self.value(), timezone.now()
        if value == LATE:
            return unscanned(queryset, now=now)
        if value in _HOURS:
            return waiting_longer(queryset, hours=int(value), now=now)
        return queryset


class ParcelStoreFilter(DropdownFilter):
    """By store, of those that ship from the warehouses that the person sees."""

    title = _("store")
    parameter_name = "store"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[Choice]:
        rows, user = Store.objects.order_by("name"), person(request)
        if not sees_everything(user):
            documents = FulfillmentOrder.objects.filter(
                store=OuterRef("pk"), warehouse__in=scope(user).ids("view_fulfillment")
            )
            rows = rows.filter(Exists(documents))
        return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Shipment]) -> QuerySet[Shipment]:
        value = self.value() or ""
        return queryset.filter(fulfillment__store=int(value)) if value.isdecimal() else queryset


class CarrierFilter(DropdownFilter):
    title = _("carrier")
    parameter_name = "carrier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[Choice]:
        return [(code, NAMES[code]) for code in CARRIERS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Shipment]) -> QuerySet[Shipment]:
        value = self.value()
        return queryset.filter(carrier=value) if value in CARRIERS else queryset


def tell_now(
    request: HttpRequest, page: BaseAdmin, ids: Sequence[int], *, action: str = ""
) -> HttpResponse | None:
    """Ask whether the channels are to be told of these parcels now; None means that it was done, or
    refused, in words."""
    if not is_confirmed(request):
        return ask(request, page, _question(ids, action))
    try:
        count = upload_now(ids, actor=person(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        text = gettext("The channels will be told of these parcels at once: %(n)d.")
        messages.success(request, text % {"n": count})
    return None


def _question(ids: Sequence[int], action: str) -> Question:
    parcels = Shipment.objects.filter(pk__in=ids).order_by("pk")[:_SHOWN]
    hidden = [("action", action)] if action else []
    return Question(
        title=_("Tell the channel now"),
        text=_(
            "The channels are told that these parcels left, without waiting for the moment that "
            "their stores have set. What was told before is not told again."
        ),
        yes=_("Tell the channel now"),
        back=f"{reverse('admin:oms_shipment_changelist')}?scan={LATE}",
        will=[f"{parcel.package_no} {parcel.waybill_no or ''}" for parcel in parcels],
        hidden=[*hidden, *(("_selected_action", str(pk)) for pk in ids)],
    )


def advice(parcel: Shipment, *, now: datetime) -> Panel | None:
    """Say what to do about a parcel that waits for a scan longer than its store allows."""
    late = unscanned(Shipment.objects.filter(pk=parcel.pk), now=now).first()
    if late is None:
        return None
    since = format_html("<p>{} {}</p>", _("No carrier scan since"), show.moment(_since(late), now))
    steps = format_html_join("", "<li>{}</li>", ((step,) for step in STEPS))
    return Panel(
        _("No carrier scan"), html=since + format_html('<ol class="oms-steps">{}</ol>', steps)
    )


def scan_sign(parcel: Shipment, *, now: datetime) -> SafeString | str:
    """Show when the carrier scanned a parcel first, or since when a scan is waited for."""
    if parcel.first_scanned_at is not None:
        return show.moment(parcel.first_scanned_at, now)
    since = _since(parcel)
    if since is None or parcel.status not in NOT_ON_THE_ROAD:
        return show.NOTHING
    if not parcel.scan_expected:
        return show.chip(_("cannot be asked"), "grey")
    allowed = parcel.fulfillment.store.scan_within_hours
    is_late = allowed and now - since >= timedelta(hours=allowed)
    return show.row(
        (show.chip(_("none yet"), "red" if is_late else "amber"), show.moment(since, now))
    )


def _since(parcel: Shipment) -> datetime | None:
    return parcel.uploaded_at or parcel.handed_over_at
