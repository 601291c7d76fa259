"""Shipping documents: what one warehouse picks and packs."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import ChoicesDropdownFilter, DropdownFilter
from oms.admin.documents import DocumentActs
from oms.admin.filters import Choice, DayRangeFilter, WarehouseFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.orders import columns
from oms.admin.orders.happened import timeline_panel
from oms.admin.reach import person
from oms.admin.record import Panel, Record, Table, row_link
from oms.admin.words import carrier_label
from oms.flows.fulfillment import STOPPABLE, FulfillmentStatus
from oms.models import (
    FulfillmentLine,
    FulfillmentOrder,
    Shipment,
)
from oms.privacy.filters import redact
from oms.queries.orders import WORK_ORDER
from oms.queries.stations import STATIONS, UnknownStation, at_station, station_counts
from oms.services.hold_words import words


class StationFilter(DropdownFilter):
    """The station whose tab is open."""

    title = _("station")
    parameter_name = "station"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[Choice]:
        return [(station.key, station.label) for station in STATIONS]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[FulfillmentOrder]
    ) -> QuerySet[FulfillmentOrder]:
        key = self.value()
        if not key:
            return queryset
        try:
            return at_station(queryset, key)
        except UnknownStation:
            return queryset.none()


class FulfillmentOrderAdmin(DocumentActs):
    menu = Place(Group.SHIPPING, "assignment", 10)
    list_display = (
        "number",
        "warehouse",
        "store_sign",
        "what_for",
        "standing",
        "units",
        "deadline",
        "parcels",
        "flags",
    )
    list_display_links = None
    list_filter = (
        StationFilter,
        WarehouseFilter,
        ("status", ChoicesDropdownFilter),
        ("created_at", DayRangeFilter),
    )
    search_fields = (
        "fulfillment_no__exact",
        "order__order_no__exact",
        "shipments__waybill_no__exact",
    )
    search_help_text = _("Document, order or waybill number")
    ordering = ("-pk",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "fulfillment_no",
                    "standing",
                    "warehouse",
                    "store_sign",
                    "what_for",
                    "to_whom",
                    "carrier_name",
                )
            },
        ),
        (
            _("Times"),
            {"fields": ("deadline", "created_at", "released_at", "frozen_at", "frozen_reason")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[FulfillmentOrder]:
        rows: QuerySet[FulfillmentOrder] = super().get_queryset(request)
        lines = FulfillmentLine.objects.filter(fulfillment=OuterRef("pk"), cancelled_at=None)
        # Of the page's rows only: joined, the lines of all documents would be summed to count them.
        units = lines.order_by().values("fulfillment").annotate(n=Sum("quantity")).values("n")
        return (
            rows.select_related("warehouse", "store__channel", "order", "merge_group")
            .annotate(unit_sum=Subquery(units))
            .prefetch_related(Prefetch("shipments", Shipment.objects.order_by("pk")))
        )

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        """Run work queues from what must leave first, the whole list from the newest."""
        if request.GET.get("station") or request.GET.get("status__exact"):
            return WORK_ORDER
        return ("-pk",)

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        counts = station_counts(person(request))
        stations = (
            Tab(one.station.label, f"station={one.station.key}", one.count) for one in counts
        )
        return (Tab(_("all"), ""), *stations)

    def panels(self, request: HttpRequest, obj: FulfillmentOrder) -> Sequence[Panel]:
        lines = obj.lines.select_related("sku", "order_item__order").order_by("pk")
        rows = [
            [
                row_link(self.admin_site, request, line.order_item.order),
                show.stack(show.copyable(line.sku.code), line.sku.name),
                str(line.quantity),
                str(line.picked_quantity),
                str(line.packed_quantity),
                show.chip(gettext("taken out"), "red", title=redact(line.cancel_reason))
                if line.cancelled_at
                else "",
            ]
            for line in lines
        ]
        heads = (_("order"), "SKU", _("quantity"), _("picked"), _("packed"), "")
        goods = Panel(_("Goods"), table=Table(heads, rows, frozenset({2, 3, 4})))
        return [
            *Record(self, request, obj).panels(),
            goods,
            _parcels(obj),
            _stops(obj),
            timeline_panel(FulfillmentOrder.SUBJECT, obj.pk),
        ]

    @admin.display(description=_("document number"), ordering="pk")
    def number(self, document: FulfillmentOrder) -> SafeString:
        url = f"{document.pk}/change/"
        return show.copyable(document.fulfillment_no, url=url, strong=True)

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, document: FulfillmentOrder) -> SafeString:
        return columns.store(document.store)

    @admin.display(description=_("made for"))
    def what_for(self, document: FulfillmentOrder) -> SafeString | str:
        if document.merge_group is not None:
            chip = show.chip(gettext("merge"), "blue")
            return show.row((chip, document.merge_group.group_no))
        return document.order.order_no if document.order else show.NOTHING

    @admin.display(description=_("receiver"))
    def to_whom(self, document: FulfillmentOrder) -> SafeString:
        row = document.receiver
        if row is None:
            return show.chip(gettext("no receiver"), "red")
        return show.stack(f"{row.name_mask} {row.phone_mask}", row.street_mask)

    @admin.display(description=_("carrier"))
    def carrier_name(self, document: FulfillmentOrder) -> str:
        return carrier_label(document.carrier)

    @admin.display(description=_("status"), ordering="status_at")
    def standing(self, document: FulfillmentOrder) -> SafeString:
        chip = show.status_chip(document.status, document.get_status_display())
        return show.stack(chip, show.moment(document.status_at, timezone.now()))

    @admin.display(description=_("units"))
    def units(self, document: FulfillmentOrder) -> int:
        return getattr(document, "unit_sum", None) or 0

    @admin.display(description=_("ship by"), ordering="ship_by")
    def deadline(self, document: FulfillmentOrder) -> SafeString:
        if document.status not in STOPPABLE:
            return show.exact(document.ship_by)
        return show.countdown(document.ship_by, timezone.now())

    @admin.display(description=_("waybill"))
    def parcels(self, document: FulfillmentOrder) -> SafeString | str:
        found = [show.copyable(one.waybill_no or one.package_no) for one in _shipments(document)]
        return show.stack(*found[:2]) if found else show.NOTHING

    @admin.display(description=_("flags"))
    def flags(self, document: FulfillmentOrder) -> SafeString:
        urgent = [show.chip(gettext("urgent"), "red")] if document.is_urgent else []
        frozen = [show.chip(gettext("frozen"), "blue")] if document.frozen_at else []
        return show.row((*urgent, *frozen))


def _shipments(document: FulfillmentOrder) -> list[Shipment]:
    return list(document.shipments.all())


def _parcels(document: FulfillmentOrder) -> Panel:
    rows = [
        [
            show.copyable(parcel.package_no),
            carrier_label(parcel.carrier) or show.NOTHING,
            show.copyable(parcel.waybill_no or "") or show.NOTHING,
            show.status_chip(parcel.status, parcel.get_status_display()),
            f"{parcel.weight_g} g" if parcel.weight_g else show.NOTHING,
        ]
        for parcel in _shipments(document)
    ]
    heads = (_("package number"), _("carrier"), _("waybill"), _("status"), _("weight"))
    return Panel(_("Parcels"), table=Table(heads, rows), empty=_("Nothing is packed yet."))


def _stops(document: FulfillmentOrder) -> Panel:
    rows = [
        [
            redact(words(stop.reason)),
            dict(FulfillmentStatus.choices).get(stop.station, stop.station),
            show.exact(stop.raised_at),
            show.exact(stop.lifted_at) if stop.lifted_at else show.chip(gettext("in force"), "red"),
        ]
        for stop in document.stops.order_by("-pk")
    ]
    heads = (_("reason"), _("stood at"), _("raised"), _("lifted"))
    return Panel(_("Stops"), table=Table(heads, rows))
