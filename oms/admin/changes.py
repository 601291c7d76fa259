"""The field-by-field log in words: what a row was before and after, by whom and why."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oms.admin import show
from oms.admin.record import Panel, Table
from oms.models import AuditEntry

_SHOWN = 200


def history(row: Model) -> Panel:
    """Return the changes of one row, newest first."""
    now = timezone.now()
    entries = AuditEntry.objects.get_for_object(row).select_related("actor", "content_type")
    rows = [
        [
            show.moment(entry.timestamp, now),
            str(entry.actor or _("system")),
            action_chip(entry),
            show.stack(
                *(f"{name}: {before} → {after}" for name, before, after in changes_of(entry))
            ),
            entry.reason,
        ]
        for entry in entries.order_by("-pk")[:_SHOWN]
    ]
    heads = (_("at"), _("by"), _("action"), _("changes"), _("reason"))
    return Panel(_("History"), table=Table(heads, rows), empty=_("Nothing was changed yet."))


def action_chip(entry: AuditEntry) -> SafeString:
    tones = {AuditEntry.Action.CREATE: "green", AuditEntry.Action.DELETE: "red"}
    return show.chip(entry.get_action_display(), tones.get(entry.action, "blue"))


def changes_of(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Return (field, before, after) of an entry, members of a set as what came and what went."""
    changes = entry.changes if isinstance(entry.changes, Mapping) else {}
    told = [(_field_label(entry, name), *_both(change)) for name, change in changes.items()]
    return [change for change in told if change[1] != change[2]]


def _both(change: Any) -> tuple[str, str]:
    if isinstance(change, Mapping):
        names = ", ".join(map(str, change.get("objects", ())))
        return (names, "") if change.get("operation") == "delete" else ("", names)
    before, after = change
    return _word(before), _word(after)


def _word(value: Any) -> str:
    words = {"None": show.NOTHING, "": show.NOTHING, "True": _("yes"), "False": _("no")}
    return words.get(str(value), str(value))


def _field_label(entry: AuditEntry, name: str) -> str:
    model = entry.content_type.model_class()
    try:
        return str(model._meta.get_field(name).verbose_name) if model else name
    except (FieldDoesNotExist, AttributeError):
        return name
