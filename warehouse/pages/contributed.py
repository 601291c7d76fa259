"""Counts on the first page, search, barcodes, the order page's panel, words for the records."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from oms import registries
from oms.access.checks import scope
from oms.admin import show
from oms.models import Order, Shipment, User
from oms.registries import (
    BarcodeKind,
    BarcodeMatch,
    BoardCount,
    BoardCounter,
    OrderPanel,
    ParcelPanel,
    ProofPhotos,
    SearchHit,
    SearchProvider,
    WaybillForm,
)
from warehouse.carriers.sf.numbers import is_waybill_no
from warehouse.flows import WAYBILLS_IN_TROUBLE, PutBackStatus, UnclaimedStatus
from warehouse.models import BinStock, PickSlot, PutBackTask, UnclaimedParcel, Wave, Waybill
from warehouse.pages import traces
from warehouse.pages.words import WORDS
from warehouse.services.barcodes import clean, places, spellings
from warehouse.services.code_kinds import OURS
from warehouse.services.receiving import photos
from warehouse.services.waves.stopped import with_stopped_totes


def board_counts(user: User, now: datetime) -> Sequence[BoardCount]:
    """Count what somebody in the warehouse has to look after; nothing for others."""
    rights = scope(user)
    if not rights.ids("pick"):
        return []
    stock, dock = rights.ids("view_stock"), rights.ids("receive_returns")
    return [
        *_floor_counts(rights.ids("view_fulfillment")),
        *(_doubts(stock) if stock else ()),
        *(_unclaimed(dock) if dock else ()),
    ]


def _floor_counts(seen: Collection[int]) -> Iterator[BoardCount]:
    waybills = Waybill.objects.filter(shipment__fulfillment__warehouse__in=seen)
    yield _count(
        "waybills",
        _("waybills in trouble"),
        waybills.filter(status__in=WAYBILLS_IN_TROUBLE),
        "status_at",
        f"{_list('waybill')}?trouble=yes",
        "red",
    )
    yield _count(
        "parked",
        _("waves with a stopped tote"),
        Wave.objects.filter(with_stopped_totes(), warehouse__in=seen),
        "status_at",
        f"{_list('wave')}?stopped=yes",
        "amber",
    )
    yield _count(
        "put_backs",
        _("to be put back"),
        PutBackTask.objects.filter(warehouse__in=seen, status=PutBackStatus.OPEN),
        "created_at",
        f"{_list('putbacktask')}?status__exact=open",
        "amber",
    )


def _doubts(stock: Collection[int]) -> Iterator[BoardCount]:
    yield _count(
        "doubts",
        _("bins to be counted"),
        BinStock.objects.filter(bin__warehouse__in=stock, doubted_at__isnull=False),
        "doubted_at",
        f"{_list('binstock')}?doubt=yes",
        "amber",
    )


def _unclaimed(dock: Collection[int]) -> Iterator[BoardCount]:
    yield _count(
        "unclaimed",
        _("unclaimed parcels"),
        UnclaimedParcel.objects.filter(warehouse__in=dock, status=UnclaimedStatus.OPEN),
        "found_at",
        f"{_list('unclaimedparcel')}?status__exact=open",
        "amber",
    )


def _count(
    key: str,
    label: registries.Label,
    rows: QuerySet[Any],
    since: str,
    url: str,
    tone: str,
) -> BoardCount:
    found = rows.aggregate(n=Count("pk"), oldest=Min(since))
    return BoardCount(f"warehouse.{key}", label, found["n"], found["oldest"], url, tone)


def _list(model: str) -> str:
    return reverse(f"admin:warehouse_{model}_changelist")


def search(user: User, term: str, limit: int) -> Sequence[SearchHit]:
    """Find waves and waybills by their number, also those that no parcel has any more."""
    seen = scope(user).ids("view_fulfillment")
    number = clean(term)
    waves = Wave.objects.filter(wave_no=number.upper(), warehouse__in=seen)
    waybills = Waybill.objects.filter(
        waybill_no=number.upper(), shipment__fulfillment__warehouse__in=seen
    ).exclude(waybill_no="")
    hits = [
        SearchHit(
            wave.wave_no,
            wave.get_status_display(),
            reverse("admin:warehouse_wave_change", args=[wave.pk]),
            "waves",
        )
        for wave in waves[:limit]
    ]
    hits += [
        SearchHit(
            row.waybill_no,
            row.get_status_display(),
            reverse("admin:warehouse_waybill_change", args=[row.pk]),
            "receipt_long",
        )
        for row in waybills.order_by("-pk")[:limit]
    ]
    return hits[:limit]


def order_panel(order: Order, user: User) -> str:
    """Show where the order's goods are: wave, tote, put-back, waybill."""
    seen = scope(user).ids("view_fulfillment")
    documents = {"fulfillment__lines__order_item__order": order}
    slots = PickSlot.objects.filter(**documents, task__wave__warehouse__in=seen)
    rows = [
        (slot.task.wave.wave_no, slot.tote.code if slot.tote else "", slot.parked_reason)
        for slot in slots.select_related("task__wave", "tote").distinct().order_by("pk")
    ]
    backs = PutBackTask.objects.filter(**documents, warehouse__in=seen).distinct()
    rows += [
        (show.chip(_("put back"), "amber"), row.sku.code, row.get_status_display())
        for row in backs.select_related("sku").order_by("pk")
    ]
    parcels = Shipment.objects.filter(**documents, fulfillment__warehouse__in=seen)
    waybills = Waybill.objects.filter(shipment__in=parcels.values("pk"))
    rows += [
        (str(row), row.get_status_display(), row.last_error) for row in waybills.order_by("pk")
    ]
    shown = format_html_join("", "<li>{} {} {}</li>", rows)
    return format_html("<ul>{}</ul>", shown) if rows else ""


def _resolver(
    find: Callable[[Sequence[str], Sequence[int]], BarcodeMatch | None],
) -> Callable[[User, str], BarcodeMatch | None]:
    def resolve(user: User, code: str) -> BarcodeMatch | None:
        forms = spellings(clean(code))
        return find(forms, places(user)) if forms else None

    return resolve


BARCODE_LABELS = {
    "bin": _("bin"),
    "sku": _("SKU"),
    "waybill": _("waybill"),
    "package": _("parcel"),
    "document": _("shipping document"),
    "return": _("expected return"),
    "staff": _("person"),
}
BARCODES = tuple(
    BarcodeKind(kind.key, BARCODE_LABELS[kind.key], _resolver(kind.find)) for kind in OURS
)


def register() -> None:
    """Called once, when the app is ready."""
    registries.board_counters.register(BoardCounter("warehouse", board_counts))
    registries.search_providers.register(SearchProvider("warehouse", search))
    registries.order_panels.register(OrderPanel("warehouse", _("Warehouse"), order_panel))
    registries.order_panels.register(OrderPanel("traces", _("On the road"), traces.order_panel))
    registries.parcel_panels.register(ParcelPanel("traces", _("On the road"), traces.parcel_panel))
    registries.proof_photos.register(ProofPhotos("warehouse", photos.of_case))
    registries.waybill_forms.register(WaybillForm("sf", is_waybill_no))
    for kind in BARCODES:
        registries.barcode_kinds.register(kind)
    for row in WORDS:
        registries.words.register(row)
