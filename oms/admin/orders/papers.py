"""Documents, parcels and the choice of a warehouse, as the order page tells them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.admin import site
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oms.admin import show
from oms.admin.notes import verdict
from oms.admin.record import Fact, Panel, Table, row_link
from oms.admin.words import carrier_label
from oms.models import FulfillmentOrder, Shipment, Sku, Warehouse
from oms.queries.order_page import OrderPage


def documents(page: OrderPage, request: HttpRequest, now: datetime) -> Panel:
    heads = (_("document"), _("warehouse"), _("status"), _("units of this order"), _("parcels"))
    rows = [
        [
            row_link(site, request, document),
            document.warehouse.name,
            show.stack(
                show.status_chip(document.status, document.get_status_display()),
                show.moment(document.status_at, now),
            ),
            str(_units(document)),
            _parcels(document),
        ]
        for document in page.documents
    ]
    return Panel(
        _("Documents and parcels"),
        table=Table(heads, rows, frozenset({3})),
        empty=_("Not routed to a warehouse yet."),
    )


def _units(document: FulfillmentOrder) -> int:
    lines = getattr(document, "lines_of_order", ())
    return sum(line.quantity for line in lines if line.cancelled_at is None)


def _parcels(document: FulfillmentOrder) -> SafeString | str:
    parcels = [_parcel(parcel) for parcel in document.shipments.all()]
    return show.stack(*parcels) if parcels else show.NOTHING


def _parcel(parcel: Shipment) -> SafeString:
    number = parcel.waybill_no or parcel.package_no
    return format_html(
        "{} {} {}",
        carrier_label(parcel.carrier),
        show.copyable(number),
        show.status_chip(parcel.status, parcel.get_status_display()),
    )


def routes(page: OrderPage, now: datetime) -> Panel:
    """Why this warehouse: the newest decision with the alternatives it had."""
    newest = page.routes[0]
    facts = [
        Fact(_("Chosen"), str(newest.warehouse or _("none"))),
        Fact(_("Why"), verdict(newest.reason)),
        Fact(_("Decided"), show.moment(newest.decided_at, now)),
    ]
    return Panel(_("Choice of warehouse"), facts, _alternatives(newest.alternatives))


def _alternatives(rows: Any) -> Table | None:
    """Lay out what the decision stored: each warehouse, why it was fit or not, what it lacked."""
    found = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    if not found:
        return None
    lacking = {key for row in found for key in _missing(row)}
    codes = dict(Sku.objects.filter(pk__in=lacking).values_list("pk", "code"))
    names = dict(Warehouse.objects.values_list("code", "name"))
    heads = (_("warehouse"), _("verdict"), _("missing"))
    return Table(heads, [_alternative(row, names, codes) for row in found])


def _alternative(
    row: Mapping[str, Any], names: Mapping[str, str], codes: Mapping[int, str]
) -> list[SafeString | str]:
    place = str(row.get("warehouse", ""))
    missing = [f"{codes.get(pk, pk)} × {units}" for pk, units in _missing(row).items()]
    return [
        names.get(place, place),
        verdict(str(row.get("verdict", ""))),
        show.stack(*missing) if missing else show.NOTHING,
    ]


def _missing(row: Mapping[str, Any]) -> dict[int, Any]:
    """Return what a warehouse lacked: {SKU id: units}."""
    found = row.get("missing")
    pairs = found.items() if isinstance(found, Mapping) else ()
    return {int(key): units for key, units in pairs if str(key).isdecimal()}
