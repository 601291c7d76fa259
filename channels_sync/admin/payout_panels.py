"""What the page of a payout statement shows: its sums, its days, what differs."""

from collections.abc import Mapping
from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from channels_sync.models import PayoutFinding, PayoutRow, PayoutStatement
from channels_sync.services.payouts.settling import findings_of
from channels_sync.services.payouts.troubles import problem_text, reason_text
from oms.admin import show
from oms.admin.record import Fact, Panel, Table
from oms.services.slices import UNFINISHED

TONES = {"open": "red", "explained": "grey", "healed": "green"}
_KINDS = PayoutRow.Kind
_SHOWN = 30
_BAR = SafeString(
    '<div hx-get="" hx-trigger="every 3s" hx-select="#content-main" hx-target="#content-main"'
    ' hx-swap="outerHTML"><progress class="oms-progress"></progress></div>'
)


def panels(statement: PayoutStatement) -> list[Panel]:
    """Return the panels below the statement's own facts."""
    found = [*_progress(statement), _sums(statement), _days(statement), _differences(statement)]
    return [*found, *_faults(statement)]


def _progress(statement: PayoutStatement) -> list[Panel]:
    """While it is read, the page asks for itself anew; what it then gets asks no more."""
    job = statement.job
    if job.state not in UNFINISHED or not statement.options:
        return []
    note = _("%(n)d rows read. This page follows by itself.") % {"n": job.done}
    return [Panel(_("Being read"), html=_BAR, note=note)]


def _sums(statement: PayoutStatement) -> Panel:
    sums: Mapping[str, str] = statement.result.get("sums", {})
    currency = statement.store.currency
    facts = [
        Fact(label, show.amount(Decimal(sums.get(kind, "0")), currency))
        for kind, label in _KINDS.choices
    ]
    total = sum((Decimal(amount) for amount in sums.values()), Decimal(0))
    facts.append(Fact(_("altogether"), show.amount(total, currency)))
    note = _("%(entries)d entries, of which %(known)d were told by an earlier statement") % {
        "entries": statement.entries,
        "known": statement.known,
    }
    return Panel(_("What this file says"), facts, note=note)


def _days(statement: PayoutStatement) -> Panel:
    heads = (
        *(_("day"), _("income"), _("paid, here"), _("refunds"), _("refunded, here")),
        *(_("fees"), _("other"), _("agree"), _("differ")),
    )
    rows = [
        [day, *_amounts(told, statement.store.currency), told.get("matched", "0"), _differ(told)]
        for day, told in statement.result.get("days", {}).items()
    ]
    table = Table(heads, rows, frozenset(range(1, 9)))
    return Panel(_("Day by day"), table=table, empty=_("Not compared yet."))


def _amounts(told: Mapping[str, str], currency: str) -> list[str]:
    names = ("income", "ours_paid", "refund", "ours_back", "fee", "other")
    return [show.amount(Decimal(told.get(name, "0")), currency) for name in names]


def _differ(told: Mapping[str, str]) -> str:
    count = told.get("differing", "0")
    return show.chip(count, "red") if count != "0" else count


def _differences(statement: PayoutStatement) -> Panel:
    found = findings_of(statement)
    rows = list(found.order_by("-state", "day", "order_no")[:_SHOWN])
    heads = (
        *(_("channel order number"), _("what differs"), _("here"), _("there")),
        *(_("off by"), _("state"), _("cause")),
    )
    table = Table(heads, [_line(row) for row in rows], frozenset({2, 3, 4}))
    empty = _("Both sides agree.") if statement.compared_at else _("Not compared yet.")
    return Panel(_("Differences"), table=table, empty=empty, note=_more(statement, found.count()))


def _line(row: PayoutFinding) -> list[str]:
    url = reverse("admin:channels_sync_payoutfinding_change", args=[row.pk])
    return [
        show.stack(show.copyable(row.order_no, url=url), row.day.isoformat()),
        row.get_kind_display(),
        *(show.amount(amount, row.currency) for amount in (row.ours, row.theirs)),
        show.amount(row.theirs - row.ours, row.currency),
        show.chip(row.get_state_display(), TONES[row.state]),
        row.note or reason_text(row.reason),
    ]


def _more(statement: PayoutStatement, count: int) -> str:
    if count <= _SHOWN:
        return ""
    url = reverse("admin:channels_sync_payoutfinding_changelist")
    link = show.link(_("all %(n)d") % {"n": count}, f"{url}?store={statement.store_id}")
    return format_html("{} {}", _("The first %(n)d.") % {"n": _SHOWN}, link)


def _faults(statement: PayoutStatement) -> list[Panel]:
    rows = [
        [str(number), problem_text(problem)]
        for number, problem in statement.result.get("faults", [])
    ]
    if not rows:
        return []
    table = Table((_("row number"), _("reason")), rows)
    note = _("%(n)d altogether") % {"n": statement.faulty}
    return [Panel(_("Rows that could not be read"), table=table, note=note)]
