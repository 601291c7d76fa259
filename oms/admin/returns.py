"""Parcels on their way back, and what waits for somebody's yes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import BaseAdmin, ChoicesDropdownFilter, DropdownFilter, StoreScopedAdmin
from oms.admin.filters import DayRangeFilter, StoreFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.orders import columns
from oms.admin.reach import Reach
from oms.admin.record import Panel, Record, Table
from oms.admin.words import KINDS_OF_APPROVAL, carrier_label
from oms.flows.approval import ApprovalStatus, StepStatus
from oms.models import (
    ApprovalRequest,
    ApprovalStep,
    Condition,
    ExpectedReturn,
    ExpectedReturnLine,
)
from oms.privacy.filters import redact

State = ExpectedReturn.State
OVERDUE = timedelta(days=10)
"""So long after it was announced a parcel should have come: a week to send it, three days' way."""
_DECIDED = {"approved": "green", "rejected": "red", "open": "amber"}


class QueueFilter(DropdownFilter):
    """What the dock waits for, and what it had today; the tabs open the same queues."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [(key, label) for key, (label, _where) in _queues(timezone.now()).items()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ExpectedReturn]
    ) -> QuerySet[ExpectedReturn]:
        found = _queues(timezone.now()).get(self.value() or "")
        return queryset.filter(found[1]) if found else queryset


def _queues(now: datetime) -> dict[str, tuple[Any, Q]]:
    """Return the queues by key; "today" is the day of the shop's clock."""
    waits = Q(state__in=(State.EXPECTED, State.PARTLY_RECEIVED))
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "coming": (_("on their way"), waits & ~Q(return_waybill_no="")),
        "overdue": (_("overdue"), waits & Q(created_at__lt=now - OVERDUE)),
        "unsent": (_("not sent yet"), waits & Q(return_waybill_no="")),
        "today": (_("received today"), Q(received_at__gte=today)),
        "caseless": (_("came back without a case"), Q(case_no="", received_at__isnull=False)),
    }


class ExpectedReturnAdmin(BaseAdmin):
    """Seen by the desk of the store and by the dock of the warehouse, each by its own right."""

    menu = Place(Group.RETURNS, "assignment_return", 20)
    list_display = ("return_no", "kind", "store_sign", "warehouse", "waybill", "standing", "made")
    list_display_links = ("return_no",)
    list_filter = (
        QueueFilter,
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("created_at", DayRangeFilter),
    )
    list_select_related = ("store__channel", "warehouse")
    search_fields = (
        "return_no__exact",
        "case_no__exact",
        "return_waybill_no__exact",
        "sender_phone_tail__exact",
        "order__order_no__exact",
    )
    search_help_text = _("Return, case, waybill or order number, last 4 of the phone")
    empty_hint = _("A return is expected here as soon as a case is agreed to.")
    ordering = ("-pk",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "return_no",
                    "kind",
                    "standing",
                    "case_no",
                    "store_sign",
                    "order",
                    "warehouse",
                    "waybill",
                    "sender_phone_tail",
                    "inspect_first",
                    "remark",
                )
            },
        ),
        (_("Times"), {"fields": ("created_at", "received_at")}),
    )

    def view_reaches(self) -> tuple[Reach, ...]:
        return (
            Reach("store_id", ("view_cases",)),
            Reach("warehouse_id", ("receive_returns", "inspect_returns")),
        )

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        queues = _queues(timezone.now())
        rows = self.get_queryset(request).order_by()
        counts = rows.aggregate(
            **{key: Count("pk", filter=where) for key, (_label, where) in queues.items()}
        )
        shown = (Tab(label, f"queue={key}", counts[key]) for key, (label, _w) in queues.items())
        return (*shown, Tab(_("all"), ""))

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        waits = request.GET.get("queue") in ("coming", "overdue", "unsent")
        return ("created_at", "pk") if waits else ("-pk",)

    def panels(self, request: HttpRequest, obj: ExpectedReturn) -> Sequence[Panel]:
        rows = [
            [
                line.sku.code,
                line.sku.name,
                str(line.quantity) if line.order_item_id else show.chip(_("not announced"), "red"),
                str(line.received_quantity),
                conditions(line),
            ]
            for line in obj.lines.select_related("sku").order_by("pk")
        ]
        heads = (_("SKU code"), _("name"), _("expected"), _("received"), _("condition"))
        goods = Panel(_("Goods"), table=Table(heads, rows, frozenset({2, 3})))
        return [*Record(self, request, obj).panels(), goods]

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, row: ExpectedReturn) -> SafeString:
        return columns.store(row.store)

    @admin.display(description=_("return waybill"))
    def waybill(self, row: ExpectedReturn) -> SafeString | str:
        if not row.return_waybill_no:
            return show.NOTHING
        return show.stack(show.copyable(row.return_waybill_no), carrier_label(row.return_carrier))

    @admin.display(description=_("state"), ordering="state")
    def standing(self, row: ExpectedReturn) -> SafeString:
        return show.status_chip(row.state, row.get_state_display())

    @admin.display(description=_("created"), ordering="created_at")
    def made(self, row: ExpectedReturn) -> SafeString:
        return show.moment(row.created_at, timezone.now())


def conditions(line: ExpectedReturnLine) -> SafeString:
    """Show how many of the received units are in which condition; nothing before any came."""
    good = line.received_quantity - line.defective_quantity - line.quarantine_quantity
    units = (
        (Condition.GOOD, good),
        (Condition.DEFECTIVE, line.defective_quantity),
        (Condition.QUARANTINE, line.quarantine_quantity),
    )
    return show.row(
        show.status_chip(condition, f"{condition.label} {number}")
        for condition, number in units
        if number
    )


class ApprovalRequestAdmin(StoreScopedAdmin):
    menu = Place(Group.RETURNS, "approval", 10)
    view_permissions = ("approve_returns", "view_cases", "view_finance", "manage_store")
    list_display = ("summary", "sort", "subject", "store_sign", "standing", "waits_for", "asked")
    list_display_links = ("summary",)
    list_filter = (StoreFilter, ("status", ChoicesDropdownFilter), ("opened_at", DayRangeFilter))
    list_select_related = ("store__channel", "requested_by")
    search_fields = ("subject__exact",)
    search_help_text = _("What it is about: a case number, an export")
    ordering = ("-pk",)
    fields = ("summary", "sort", "subject", "store_sign", "standing", "requested_by", "opened_at",
              "closed_at")  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApprovalRequest]:
        rows: QuerySet[ApprovalRequest] = super().get_queryset(request)
        steps = ApprovalStep.objects.select_related("decided_by", "on_behalf_of").order_by("level")
        return rows.prefetch_related(Prefetch("steps", steps))

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return ("opened_at", "pk") if request.GET.get("status__exact") == "open" else ("-pk",)

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        waiting = super().get_queryset(request).filter(status=ApprovalStatus.OPEN)
        first = Tab(ApprovalStatus.OPEN.label, "status__exact=open", waiting.count())
        return (first, Tab(_("all"), ""))

    def panels(self, request: HttpRequest, obj: ApprovalRequest) -> Sequence[Panel]:
        now = timezone.now()
        rows = [
            [
                str(step.level),
                _chip(step),
                show.countdown(step.due_at, now) if step.status == StepStatus.OPEN else "",
                str(step.decided_by or show.NOTHING),
                str(step.on_behalf_of or show.NOTHING),
                show.exact(step.decided_at),
                redact(step.comment),
            ]
            for step in obj.steps.all()
        ]
        heads = (
            _("level"),
            _("status"),
            _("due"),
            _("decided by"),
            _("on behalf of"),
            _("decided"),
            _("comment"),
        )
        return [*Record(self, request, obj).panels(), Panel(_("Steps"), table=Table(heads, rows))]

    @admin.display(description=_("kind"), ordering="kind")
    def sort(self, row: ApprovalRequest) -> str:
        return str(KINDS_OF_APPROVAL.get(row.kind, row.kind))

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, row: ApprovalRequest) -> SafeString:
        return columns.store(row.store)

    @admin.display(description=_("status"), ordering="status_at")
    def standing(self, row: ApprovalRequest) -> SafeString:
        return _chip(row)

    @admin.display(description=_("due"))
    def waits_for(self, row: ApprovalRequest) -> SafeString | str:
        due = [step.due_at for step in row.steps.all() if step.status == StepStatus.OPEN]
        return show.countdown(due[0], timezone.now()) if due else show.NOTHING

    @admin.display(description=_("asked"), ordering="opened_at")
    def asked(self, row: ApprovalRequest) -> SafeString:
        who = str(row.requested_by or _("system"))
        return show.stack(show.moment(row.opened_at, timezone.now()), who)


def _chip(row: ApprovalRequest | ApprovalStep) -> SafeString:
    tone = _DECIDED.get(row.status, "grey")
    return show.status_chip(row.status, row.get_status_display(), tone=tone)
