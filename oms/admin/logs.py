"""What was done: the timeline, the field-by-field log, the evidence, the calls to the outside."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import (
    BaseAdmin,
    ChoicesDropdownFilter,
    DropdownFilter,
    ReadOnlyAdmin,
    StoreScopedAdmin,
)
from oms.admin.changes import action_chip, changes_of
from oms.admin.filters import DayRangeFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.orders.happened import move, note
from oms.admin.reach import Reach
from oms.admin.record import Panel, Record, Table
from oms.admin.words import act_label, action_label, subject_label
from oms.integration.wire import CallOutcome
from oms.models import AuditEntry, CallLog, EvidenceEntry, TimelineEntry


class TimelineEntryAdmin(ReadOnlyAdmin):
    """The whole timeline is for superusers; a row's own part of it stands on the row's page."""

    menu = Place(Group.TRUST, "timeline", 60)
    list_display = ("when", "about", "what", "moved", "who", "why")
    list_display_links = ("what",)
    list_filter = (("at", DayRangeFilter),)
    list_select_related = ("actor",)
    search_fields = ("subject_id__exact", "correlation_id__exact")
    search_help_text = _("Id of the row, or a correlation id")
    ordering = ("-pk",)
    fields = ("when", "about", "what", "moved", "who", "why", "detail", "correlation")

    def title_of(self, row: TimelineEntry) -> str:
        return f"{self.about(row)} · {self.what(row)}"

    @admin.display(description=_("at"), ordering="pk")
    def when(self, entry: TimelineEntry) -> SafeString:
        return show.moment(entry.at, timezone.now())

    @admin.display(description=_("about"))
    def about(self, entry: TimelineEntry) -> str:
        return f"{subject_label(entry.subject)} {entry.subject_id}"

    @admin.display(description=_("action"))
    def what(self, entry: TimelineEntry) -> str:
        return action_label(entry.action, entry.subject)

    @admin.display(description=_("why"))
    def why(self, entry: TimelineEntry) -> str:
        return note(entry) or show.NOTHING

    @admin.display(description=_("moved"))
    def moved(self, entry: TimelineEntry) -> SafeString | str:
        return move(entry) or show.NOTHING

    @admin.display(description=_("by"))
    def who(self, entry: TimelineEntry) -> str:
        return str(entry.actor or _("system"))


class AuditEntryAdmin(BaseAdmin):
    """Whoever sets a place up sees who changed what there; superusers see everything."""

    menu = Place(Group.TRUST, "manage_history", 70)
    list_display = ("when", "who", "did", "what", "summary", "reason", "remote_addr")
    list_display_links = ("what",)
    list_filter = (("action", ChoicesDropdownFilter), ("timestamp", DayRangeFilter))
    list_select_related = ("actor", "content_type")
    search_fields = ("object_repr__exact", "actor__username__exact", "cid__exact")
    search_help_text = _("Name of the row, of the person, or a correlation id")
    ordering = ("-pk",)
    fields = ("when", "who", "did", "what", "reason", "remote_addr", "correlation")

    def view_reaches(self) -> tuple[Reach, ...]:
        return (
            Reach("store_id", ("manage_store",)),
            Reach("warehouse_id", ("manage_warehouse",)),
        )

    def panels(self, request: HttpRequest, obj: AuditEntry) -> Sequence[Panel]:
        rows = [list(change) for change in changes_of(obj)]
        heads = (_("field"), _("before"), _("after"))
        changes = Panel(_("Changes"), table=Table(heads, rows), empty=_("none"))
        return [*Record(self, request, obj).panels(), changes]

    def title_of(self, row: AuditEntry) -> str:
        return self.what(row)

    @admin.display(description=_("at"), ordering="pk")
    def when(self, entry: AuditEntry) -> SafeString:
        return show.moment(entry.timestamp, timezone.now())

    @admin.display(description=_("by"))
    def who(self, entry: AuditEntry) -> str:
        return str(entry.actor or _("system"))

    @admin.display(description=_("action"))
    def did(self, entry: AuditEntry) -> SafeString:
        return action_chip(entry)

    @admin.display(description=_("row"))
    def what(self, entry: AuditEntry) -> str:
        return f"{entry.content_type.name} {entry.object_repr}"

    @admin.display(description=_("changed"))
    def summary(self, entry: AuditEntry) -> str:
        names = [str(name) for name, _before, _after in changes_of(entry)]
        return ", ".join(names[:4]) + (" …" if len(names) > 4 else "")


class EvidenceEntryAdmin(ReadOnlyAdmin):
    menu = Place(Group.TRUST, "gavel", 80)
    list_display = ("when", "act", "subject", "actor_name", "remote_addr")
    list_display_links = ("act",)
    list_filter = (("at", DayRangeFilter),)
    search_fields = ("subject__exact", "kind__exact", "actor_name__exact", "correlation_id__exact")
    search_help_text = _("Subject, act, person or correlation id, in full")
    ordering = ("-pk",)
    fields = ("when", "act", "subject", "actor_name", "remote_addr", "correlation", "facts")

    def title_of(self, row: EvidenceEntry) -> str:
        return f"{act_label(row.kind)} · {row.subject}"

    @admin.display(description=_("at"), ordering="pk")
    def when(self, entry: EvidenceEntry) -> SafeString:
        return show.exact(entry.at)

    @admin.display(description=_("act"))
    def act(self, entry: EvidenceEntry) -> str:
        return act_label(entry.kind)


class BadFilter(DropdownFilter):
    title = _("outcome")
    parameter_name = "bad"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("went wrong"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CallLog]) -> QuerySet[CallLog]:
        return queryset.exclude(outcome=_OK) if self.value() == "yes" else queryset


_OK = CallOutcome.OK.value
_OUTCOMES = {
    CallOutcome.OK.value: _("went well"),
    CallOutcome.UNKNOWN.value: _("outcome unknown"),
    CallOutcome.THROTTLED.value: _("throttled"),
    CallOutcome.DONE_BEFORE.value: _("had been done"),
    CallOutcome.FAILED.value: _("failed"),
    CallOutcome.REFUSED.value: _("refused"),
}


class CallLogAdmin(StoreScopedAdmin):
    """Calls of one's own stores; those of none (carriers) are for superusers."""

    menu = Place(Group.CHANNELS, "sync_alt", 60)
    view_permissions = ("manage_store",)
    list_display = ("when", "kind", "operation", "result", "took", "reference")
    list_display_links = ("operation",)
    list_filter = (BadFilter, ("at", DayRangeFilter))
    search_fields = ("reference__exact", "correlation_id__exact")
    search_help_text = _("Reference or correlation id, in full")
    ordering = ("-pk",)
    fields = (
        "when",
        "kind",
        "operation",
        "result",
        "took",
        "reference",
        "url",
        "correlation",
        "request_body",
        "response_body",
    )

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        return (Tab(_("all"), ""), Tab(_("went wrong"), "bad=yes"))

    def title_of(self, row: CallLog) -> str:
        return f"{row.kind} {row.operation}"

    @admin.display(description=_("at"), ordering="pk")
    def when(self, call: CallLog) -> SafeString:
        return show.moment(call.at, timezone.now())

    @admin.display(description=_("outcome"))
    def result(self, call: CallLog) -> SafeString:
        chip = show.chip(
            _OUTCOMES.get(call.outcome, call.outcome), "green" if call.outcome == _OK else "red"
        )
        return show.row((chip, f"HTTP {call.status}" if call.status else ""))

    @admin.display(description=_("took"), ordering="duration_ms")
    def took(self, call: CallLog) -> str:
        return f"{call.duration_ms} ms"
