"""What was done: the timeline, the field-by-field log, the evidence, the calls to the outside."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import (
    BaseAdmin,
    ChoicesDropdownFilter,
    DropdownFilter,
    ReadOnlyAdmin,
    StoreScopedAdmin,
)
from oms.admin.filters import DayRangeFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.orders.happened import action_label, move, subject_label
from oms.admin.reach import Reach
from oms.admin.record import Panel, Record, Table
from oms.integration.wire import CallOutcome
from oms.models import AuditEntry, CallLog, EvidenceEntry, TimelineEntry


class TimelineEntryAdmin(ReadOnlyAdmin):
    """The whole timeline is for superusers; a row's own part of it stands on the row's page."""

    menu = Place(Group.TRUST, "timeline", 60)
    list_display = ("when", "about", "what", "moved", "who", "note")
    list_display_links = ("what",)
    list_filter = (("at", DayRangeFilter),)
    list_select_related = ("actor",)
    search_fields = ("subject_id__exact", "correlation_id__exact")
    search_help_text = _("Id of the row, or a correlation id")
    ordering = ("-pk",)
    fields = ("when", "about", "what", "moved", "who", "note", "detail", "correlation_id")

    @admin.display(description=_("at"), ordering="pk")
    def when(self, entry: TimelineEntry) -> SafeString:
        return show.moment(entry.at, timezone.now())

    @admin.display(description=_("about"))
    def about(self, entry: TimelineEntry) -> str:
        return f"{subject_label(entry.subject)} {entry.subject_id}"

    @admin.display(description=_("action"))
    def what(self, entry: TimelineEntry) -> str:
        return action_label(entry.action)

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
    fields = ("when", "who", "did", "what", "reason", "remote_addr", "cid")

    def view_reaches(self) -> tuple[Reach, ...]:
        return (
            Reach("store_id", ("manage_store",)),
            Reach("warehouse_id", ("manage_warehouse",)),
        )

    def panels(self, request: HttpRequest, obj: AuditEntry) -> Sequence[Panel]:
        rows = [list(change) for change in _changes(obj)]
        heads = (_("field"), _("before"), _("after"))
        changes = Panel(_("Changes"), table=Table(heads, rows), empty=_("none"))
        return [*Record(self, request, obj).panels(), changes]

    @admin.display(description=_("at"), ordering="pk")
    def when(self, entry: AuditEntry) -> SafeString:
        return show.moment(entry.timestamp, timezone.now())

    @admin.display(description=_("by"))
    def who(self, entry: AuditEntry) -> str:
        return str(entry.actor or _("system"))

    @admin.display(description=_("action"))
    def did(self, entry: AuditEntry) -> SafeString:
        tones = {AuditEntry.Action.CREATE: "green", AuditEntry.Action.DELETE: "red"}
        return show.chip(entry.get_action_display(), tones.get(entry.action, "blue"))

    @admin.display(description=_("row"))
    def what(self, entry: AuditEntry) -> str:
        return f"{entry.content_type.name} {entry.object_repr}"

    @admin.display(description=_("changed"))
    def summary(self, entry: AuditEntry) -> str:
        names = [str(name) for name, _before, _after in _changes(entry)]
        return ", ".join(names[:4]) + (" …" if len(names) > 4 else "")


def _changes(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Return (field, before, after) of an entry, members of a set as what came and what went."""
    changes = entry.changes if isinstance(entry.changes, Mapping) else {}
    return [(_field_label(entry, name), *_both(change)) for name, change in changes.items()]


def _both(change: Any) -> tuple[str, str]:
    if isinstance(change, Mapping):
        names = ", ".join(map(str, change.get("objects", ())))
        return (names, "") if change.get("operation") == "delete" else ("", names)
    before, after = change
    return _word(before), _word(after)


def _word(value: Any) -> str:
    words = {"None": show.NOTHING, "": show.NOTHING, "True": gettext("yes"), "False": gettext("no")}
    return words.get(str(value), str(value))


def _field_label(entry: AuditEntry, name: str) -> str:
    model = entry.content_type.model_class()
    try:
        return str(model._meta.get_field(name).verbose_name) if model else name
    except (FieldDoesNotExist, AttributeError):
        return name


class EvidenceEntryAdmin(ReadOnlyAdmin):
    menu = Place(Group.TRUST, "gavel", 80)
    list_display = ("when", "act", "subject", "actor_name", "remote_addr")
    list_display_links = ("act",)
    list_filter = (("at", DayRangeFilter),)
    search_fields = ("subject__exact", "kind__exact", "actor_name__exact", "correlation_id__exact")
    search_help_text = _("Subject, act, person or correlation id, in full")
    ordering = ("-pk",)
    fields = ("when", "act", "subject", "actor_name", "remote_addr", "correlation_id", "facts")

    @admin.display(description=_("at"), ordering="pk")
    def when(self, entry: EvidenceEntry) -> SafeString:
        return show.exact(entry.at)

    @admin.display(description=_("act"))
    def act(self, entry: EvidenceEntry) -> str:
        return act_label(entry.kind)


_ACTS = {
    "role.assign": _("role given"),
    "role.revoke": _("role taken away"),
}
"""Acts in words; one that is missing here is shown by its code."""


def act_label(kind: str) -> str:
    return str(_ACTS.get(kind, kind))


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
        "correlation_id",
        "request_body",
        "response_body",
    )

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        return (Tab(_("all"), ""), Tab(_("went wrong"), "bad=yes"))

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
