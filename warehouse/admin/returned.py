"""What came back: the receipts of the dock, and parcels that are nobody's yet."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import (
    ChoicesDropdownFilter,
    UnfoldAdminTextInputWidget,
    WarehouseScopedAdmin,
    page_action,
)
from oms.admin.confirm import Question, confirmed, submitted
from oms.admin.filters import DayRangeFilter, WarehouseFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.reach import holds, person
from oms.admin.reasons import ReasonForm
from oms.admin.record import Panel, Record, Table
from oms.admin.words import carrier_label
from warehouse.flows import UnclaimedStatus
from warehouse.models import ReceiptLine, ReturnPhoto, ReturnReceipt, UnclaimedLine, UnclaimedParcel
from warehouse.services.receiving.unclaimed import Candidate, candidates, claim_by, write_off

_PAGE = "admin:warehouse_unclaimedparcel_change"
_TONES = {
    UnclaimedStatus.OPEN: "amber",
    UnclaimedStatus.CLAIMED: "green",
    UnclaimedStatus.WRITTEN_OFF: "grey",
}


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("Return, case, order or phone number"),
        max_length=64,
        widget=UnfoldAdminTextInputWidget(),
    )


class UnclaimedParcelAdmin(WarehouseScopedAdmin):
    menu = Place(Group.RETURNS, "help_center", 30)
    view_permissions = ("receive_returns",)
    list_display = (
        "number",
        "waybill",
        "warehouse",
        "contents",
        "tail",
        "standing",
        "age",
        "place",
    )
    list_display_links = None
    list_filter = (
        WarehouseFilter,
        ("status", ChoicesDropdownFilter),
        ("found_at", DayRangeFilter),
    )
    list_select_related = ("warehouse", "bin", "found_by", "expected_return")
    search_fields = ("parcel_no__exact", "waybill_no__exact", "sender_phone_tail__exact")
    search_help_text = _("Parcel or waybill number, last 4 of the phone")
    ordering = ("-pk",)
    fields = (
        "parcel_no",
        "waybill",
        "warehouse",
        "place",
        "tail",
        "standing",
        "age",
        "found_by",
        "expected_return",
        "note",
    )
    actions_detail = ("match", "give_up")
    empty_hint = _("Good: every parcel that came back had its owner. The dock books what has none.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnclaimedParcel]:
        rows: QuerySet[UnclaimedParcel] = super().get_queryset(request)
        lines = UnclaimedLine.objects.select_related("sku").order_by("pk")
        return rows.prefetch_related(Prefetch("lines", lines))

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        is_queue = request.GET.get("status__exact") == UnclaimedStatus.OPEN
        return ("found_at", "pk") if is_queue else ("-pk",)

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        rows = super().get_queryset(request).order_by()
        counts = dict(rows.values_list("status").annotate(n=Count("pk")))
        queue = Tab(UnclaimedStatus.OPEN.label, "status__exact=open", counts.get("open", 0))
        others = (UnclaimedStatus.CLAIMED, UnclaimedStatus.WRITTEN_OFF)
        rest = (Tab(one.label, f"status__exact={one}") for one in others)
        return (queue, *rest, Tab(_("all"), ""))

    def panels(self, request: HttpRequest, obj: UnclaimedParcel) -> Sequence[Panel]:
        shown = [*Record(self, request, obj).panels(), _contents(obj)]
        photos = ReturnPhoto.objects.filter(check_row__unclaimed=obj)
        shown.append(photo_panel(photos))
        if obj.status == UnclaimedStatus.OPEN:
            shown.append(_candidates(candidates(obj, actor=person(request))))
        return shown

    def title_of(self, row: UnclaimedParcel) -> str:
        return row.parcel_no

    def has_match_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, "receive_returns")

    def has_give_up_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, "adjust_stock")

    def _may(self, request: HttpRequest, parcel_id: Any, permission: str) -> bool:
        rows = UnclaimedParcel.objects.filter(pk=parcel_id or 0, status=UnclaimedStatus.OPEN)
        place = rows.values_list("warehouse_id", flat=True).first()
        return place is not None and holds(request, place, permission)

    @page_action(_("Match"), permissions=("match",), icon="link", primary=True)
    def match(self, request: HttpRequest, object_id: int) -> HttpResponse:
        parcel = self.get_queryset(request).get(pk=object_id)
        form = NumberForm(submitted(request))
        found = candidates(parcel, actor=person(request))
        question = Question(
            title=_("Whose is %(number)s?") % {"number": parcel.parcel_no},
            text=gettext("The dock receives it then; what was scanned is laid out already."),
            yes=_("Match"),
            back=reverse(_PAGE, args=[object_id]),
            effects=[_told(one) for one in found],
            suggestions=[one.expected.return_no for one in found],
            form=form,
        )

        def do() -> str:
            number = form.cleaned_data["number"]
            claim_by(object_id, number=number, actor=person(request), now=timezone.now())
            return gettext("Matched. Scan its waybill at the dock to receive it.")

        return confirmed(request, self, question, do)

    @page_action(_("Write off"), permissions=("give_up",), icon="delete_sweep")
    def give_up(self, request: HttpRequest, object_id: int) -> HttpResponse:
        parcel = self.get_queryset(request).get(pk=object_id)
        form = ReasonForm(submitted(request))
        question = Question(
            title=_("Write off %(number)s") % {"number": parcel.parcel_no},
            text=gettext("Nobody looks for its owner any more. Its goods are in no stock."),
            yes=_("Write off"),
            back=reverse(_PAGE, args=[object_id]),
            form=form,
            danger=True,
        )

        def do() -> str:
            reason = form.cleaned_data["reason"]
            write_off(object_id, reason=reason, actor=person(request), now=timezone.now())
            return gettext("Written off.")

        return confirmed(request, self, question, do)

    @admin.display(description=_("number"), ordering="pk")
    def number(self, row: UnclaimedParcel) -> SafeString:
        return show.copyable(row.parcel_no, url=f"{row.pk}/change/", strong=True)

    @admin.display(description=_("waybill"), ordering="waybill_no")
    def waybill(self, row: UnclaimedParcel) -> SafeString | str:
        if not row.waybill_no:
            return show.NOTHING
        return show.stack(show.copyable(row.waybill_no), carrier_label(row.carrier))

    @admin.display(description=_("contents"))
    def contents(self, row: UnclaimedParcel) -> str:
        rows = [f"{line.sku.name if line.sku else line.code} × {line.quantity}"
                for line in row.lines.all()]  # fmt: skip
        return "、".join(rows) or show.NOTHING

    @admin.display(description=_("last digits"))
    def tail(self, row: UnclaimedParcel) -> str:
        return row.sender_phone_tail or show.NOTHING

    @admin.display(description=_("status"), ordering="status")
    def standing(self, row: UnclaimedParcel) -> SafeString:
        tone = _TONES[UnclaimedStatus(row.status)]
        chip = show.status_chip(row.status, row.get_status_display(), tone=tone)
        claimed = row.expected_return.return_no if row.expected_return else ""
        return show.stack(chip, claimed)

    @admin.display(description=_("found"), ordering="found_at")
    def age(self, row: UnclaimedParcel) -> SafeString:
        return show.stack(show.moment(row.found_at, timezone.now()), str(row.found_by))

    @admin.display(description=_("bin"), ordering="bin")
    def place(self, row: UnclaimedParcel) -> str:
        return row.bin.code if row.bin else show.NOTHING


class ReturnReceiptAdmin(WarehouseScopedAdmin):
    menu = Place(Group.RETURNS, "inventory", 25)
    view_permissions = ("receive_returns", "inspect_returns")
    list_display = ("number", "waybill", "warehouse", "returns", "goods", "received_by", "when")
    list_display_links = None
    list_filter = (WarehouseFilter, ("received_at", DayRangeFilter))
    list_select_related = ("warehouse", "received_by")
    search_fields = (
        "receipt_no__exact",
        "waybill_no__exact",
        "lines__expected_return__return_no__exact",
        "lines__expected_return__case_no__exact",
    )
    search_help_text = _("Receipt, waybill, return or case number")
    ordering = ("-pk",)
    fields = ("receipt_no", "waybill", "warehouse", "received_by", "when", "took", "note")
    empty_hint = _("Receipts are written at the dock: on the phone, under “Receive returns”.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnReceipt]:
        rows: QuerySet[ReturnReceipt] = super().get_queryset(request)
        lines = ReceiptLine.objects.select_related("sku", "expected_return", "bin").order_by("pk")
        return rows.prefetch_related(Prefetch("lines", lines))

    def panels(self, request: HttpRequest, obj: ReturnReceipt) -> Sequence[Panel]:
        heads = (_("return"), _("SKU"), _("quantity"), _("condition"), _("difference"), _("bin"))
        rows = [
            [
                line.expected_return.return_no if line.expected_return else show.NOTHING,
                show.stack(line.sku.code, line.sku.name) if line.sku else show.NOTHING,
                str(line.quantity),
                _condition(line),
                _difference(line),
                line.bin.code if line.bin else show.NOTHING,
            ]
            for line in obj.lines.all()
        ]
        goods = Panel(_("What came"), table=Table(heads, rows, frozenset({2})))
        photos = ReturnPhoto.objects.filter(check_row__receipt=obj)
        return [*Record(self, request, obj).panels(), goods, photo_panel(photos)]

    def title_of(self, row: ReturnReceipt) -> str:
        return row.receipt_no

    @admin.display(description=_("receipt number"), ordering="pk")
    def number(self, row: ReturnReceipt) -> SafeString:
        return show.copyable(row.receipt_no, url=f"{row.pk}/change/", strong=True)

    @admin.display(description=_("waybill"), ordering="waybill_no")
    def waybill(self, row: ReturnReceipt) -> SafeString | str:
        if not row.waybill_no:
            return show.NOTHING
        return show.stack(show.copyable(row.waybill_no), carrier_label(row.carrier))

    @admin.display(description=_("returns"))
    def returns(self, row: ReturnReceipt) -> SafeString | str:
        found = {line.expected_return.case_no or line.expected_return.return_no
                 for line in row.lines.all() if line.expected_return}  # fmt: skip
        return show.stack(*sorted(found)) if found else show.NOTHING

    @admin.display(description=_("goods"))
    def goods(self, row: ReturnReceipt) -> SafeString:
        lines = list(row.lines.all())
        came = sum(line.quantity for line in lines if line.bin_id)
        odd = [_difference(line) for line in lines if line.difference != _NONE]
        return show.row((f"× {came}", *odd))

    @admin.display(description=_("received"), ordering="received_at")
    def when(self, row: ReturnReceipt) -> SafeString:
        return show.moment(row.received_at, timezone.now())

    @admin.display(description=_("time on the table"))
    def took(self, row: ReturnReceipt) -> str:
        check = getattr(row, "check_row", None)
        return show.duration(check.finished_at - check.opened_at) if check else show.NOTHING


_NONE = ReceiptLine.Difference.NONE


def _condition(line: ReceiptLine) -> SafeString | str:
    if line.bin_id is None:
        return show.NOTHING
    return show.status_chip(line.condition, line.get_condition_display())


def _difference(line: ReceiptLine) -> SafeString | str:
    if line.difference == _NONE:
        return ""
    return show.chip(f"{line.get_difference_display()} × {line.quantity}", "red")


def photo_panel(rows: "QuerySet[ReturnPhoto]") -> Panel:
    """Show small pictures that open large; left out where there is none."""
    found = [
        (reverse("warehouse:return_photo", args=[row.pk]), str(row.sku or ""))
        for row in rows.select_related("sku").order_by("pk")
    ]
    html = format_html_join(
        " ",
        '<a href="{0}" target="_blank" rel="noopener"><img src="{0}" alt="{1}" height="120"></a>',
        found,
    )
    return Panel(_("Photos"), html=html)


def _contents(parcel: UnclaimedParcel) -> Panel:
    rows = [
        [
            line.sku.code if line.sku else line.code,
            line.sku.name if line.sku else show.NOTHING,
            str(line.quantity),
            show.status_chip(line.condition, line.get_condition_display()),
        ]
        for line in parcel.lines.all()
    ]
    heads = (_("SKU code"), _("name"), _("quantity"), _("condition"))
    empty = _("Nothing was scanned out of it.")
    return Panel(
        _("Contents"), table=Table(heads, rows, frozenset({2})) if rows else None, empty=empty
    )


def _candidates(found: Sequence[Candidate]) -> Panel:
    rows = [
        [
            one.expected.return_no,
            one.expected.case_no or show.NOTHING,
            one.expected.return_waybill_no or show.NOTHING,
            _goods_of(one),
            str(one.score),
        ]
        for one in found
    ]
    heads = (_("return"), _("case"), _("return waybill"), _("goods"), _("points"))
    empty = _("No open return fits. Ask the desk to look for the order.")
    table = Table(heads, rows, frozenset({4})) if rows else None
    return Panel(_("Whose it may be"), table=table, empty=empty)


def _told(one: Candidate) -> str:
    case = one.expected.case_no or one.expected.return_no
    return f"{one.expected.return_no} · {case} · {_goods_of(one)}"


def _goods_of(one: Candidate) -> str:
    lines = one.expected.lines.all()
    return "、".join(f"{line.sku.name} × {line.quantity}" for line in lines)
