"""The timeline in words: what was done, by whom, from where to where, and why."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oms.admin import show
from oms.admin.notes import spoken
from oms.admin.record import Panel
from oms.admin.words import action_label, carrier_label, status_label, subject_label
from oms.models import Order, TimelineEntry
from oms.privacy.filters import redact
from oms.services.hold_words import LABELS as HOLD_LABELS

_SHOWN = 200
_ABOUT_HOLDS = frozenset({"hold", "release_hold"})
"""Their notes begin with the code of the hold."""


def note(entry: TimelineEntry) -> str:
    """Show why it was done, in words and masked: a note is free text and may name a person."""
    if entry.action == "sent_back":
        carrier, space, number = entry.note.partition(" ")
        return f"{carrier_label(carrier)}{space}{redact(number)}"
    code, colon, detail = entry.note.partition(": ")
    if entry.action not in _ABOUT_HOLDS or code not in HOLD_LABELS:
        return spoken(entry.note)
    return f"{HOLD_LABELS[code]}{colon}{spoken(detail)}"


def move(entry: TimelineEntry) -> SafeString | str:
    """Show from where to where; nothing for an act that moved nothing."""
    if not entry.to_status:
        return ""
    target = show.status_chip(entry.to_status, status_label(entry.subject, entry.to_status))
    if not entry.from_status:
        return target
    source = show.status_chip(entry.from_status, status_label(entry.subject, entry.from_status))
    return show.row((source, "→", target))


def timeline_html(entries: Iterable[TimelineEntry], now: datetime) -> SafeString | str:
    rows = [
        (
            show.moment(entry.at, now),
            subject_label(entry.subject) if entry.subject != Order.SUBJECT else "",
            action_label(entry.action, entry.subject),
            move(entry),
            str(entry.actor or _("system")),
            note(entry),
        )
        for entry in entries
    ]
    if not rows:
        return ""
    one = (
        '<li><span class="when">{}</span><span class="what"><small>{}</small> <b>{}</b> {}</span>'
        '<span class="who">{}</span><span class="why">{}</span></li>'
    )
    return format_html('<ol class="oms-timeline">{}</ol>', format_html_join("", one, rows))


def timeline_panel(subject: str, subject_id: int) -> Panel:
    """Return what happened to one row, newest first."""
    entries = TimelineEntry.objects.filter(subject=subject, subject_id=subject_id)
    newest = entries.select_related("actor").order_by("-at", "-pk")[:_SHOWN]
    return Panel(_("Timeline"), html=timeline_html(newest, timezone.now()))
