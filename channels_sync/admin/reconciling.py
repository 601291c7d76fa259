"""A store's days held against its platform's list: read, heal, explain, sign."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.ledgers_installed import ledgers
from channels_sync.models import Finding, ReconciledDay
from channels_sync.services.reconciling import healing, running
from channels_sync.services.reconciling.judging import OPEN
from oms.access.checks import scope
from oms.admin import show
from oms.admin.base import (
    ChoicesDropdownFilter,
    StoreScopedAdmin,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    page_action,
)
from oms.admin.confirm import Question, ask, confirmed, is_confirmed, submitted
from oms.admin.filters import StoreFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.orders import columns
from oms.admin.reach import person
from oms.admin.record import Panel, Record, Table
from oms.models import Store
from oms.refusals import Refusal

_SEEN_WITH = ("import_orders", running.RIGHT)
_TONES = {"waiting": "blue", "reading": "blue", "done": "green", "failed": "red"}
_FOUND_TONES = {"open": "red", "healing": "blue", "healed": "green", "explained": "grey"}
_SHOWN = 200


class DayForm(forms.Form):
    store = forms.ChoiceField(label=_("store"), widget=UnfoldAdminSelectWidget())
    day = forms.DateField(label=_("day"), widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))

    def __init__(self, stores: QuerySet[Store], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(store.pk), str(store)) for store in stores]
        self.fields["store"] = forms.ChoiceField(
            label=_("store"), choices=choices, widget=UnfoldAdminSelectWidget()
        )


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Why this is right"), max_length=200, widget=UnfoldAdminTextInputWidget()
    )


class ReconciledDayAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "balance", 58)
    view_permissions = _SEEN_WITH
    list_display = ("when", "store_sign", "standing", "counts", "open_count", "money", "signed")
    list_display_links = ("when",)
    list_filter = (StoreFilter, ("state", ChoicesDropdownFilter))
    list_select_related = ("store__channel", "signed_by")
    ordering = ("-day", "store")
    actions_list = ("ask_for_day",)
    actions_detail = ("read_again", "sign_day")
    fields = ("when", "store_sign", "standing", "counts", "money", "why", "signed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        waiting = Count("findings", filter=Q(findings__state__in=OPEN))
        rows: QuerySet[Any] = super().get_queryset(request).annotate(open_findings=waiting)
        return rows

    def panels(self, request: HttpRequest, obj: ReconciledDay) -> Sequence[Panel]:
        return [*_progress(obj), *Record(self, request, obj).panels(), _findings(obj)]

    def has_run_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        stores = scope(person(request)).ids(running.RIGHT)
        if object_id is None:
            return bool(stores)
        return ReconciledDay.objects.filter(pk=object_id, store__in=stores, signed_at=None).exists()

    @page_action(_("Check a day"), permissions=("run",), icon="event", primary=True)
    def ask_for_day(self, request: HttpRequest) -> HttpResponse:
        form = DayForm(
            _checkable(request),
            submitted(request),
            initial={"day": timezone.localdate() - timedelta(days=1)},
        )
        back = reverse("admin:channels_sync_reconciledday_changelist")
        question = Question(
            title=_("Check a day"),
            text=gettext("The platform's own list of that day is held against the orders here."),
            yes=_("Check"),
            back=back,
            form=form,
        )
        if not is_confirmed(request) or not form.is_valid():
            return ask(request, self, question)
        try:
            row = running.ask(
                int(form.cleaned_data["store"]),
                day=form.cleaned_data["day"],
                actor=person(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(back)
        return HttpResponseRedirect(_page_of(row.pk))

    @page_action(_("Check again"), permissions=("run",), icon="replay")
    def read_again(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = self.get_queryset(request).get(pk=object_id)
        text = gettext("The list is read again; gaps are fetched, and what was healed is noted.")

        def do() -> None:
            running.ask(row.store_id, day=row.day, actor=person(request), now=timezone.now())

        return confirmed(request, self, _question(object_id, _("Check again"), text), do)

    @page_action(_("Sign"), permissions=("run",), icon="draw", primary=True)
    def sign_day(self, request: HttpRequest, object_id: int) -> HttpResponse:
        text = gettext("Your name goes under this day. It stays as it is from then on.")

        def do() -> None:
            running.sign(object_id, actor=person(request), now=timezone.now())

        return confirmed(request, self, _question(object_id, _("Sign"), text), do)

    @admin.display(description=_("day"), ordering="day")
    def when(self, row: ReconciledDay) -> str:
        return row.day.isoformat()

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, row: ReconciledDay) -> SafeString:
        return columns.store(row.store)

    @admin.display(description=_("state"), ordering="state")
    def standing(self, row: ReconciledDay) -> SafeString:
        chip = show.chip(row.get_state_display(), _TONES.get(row.state, "grey"))
        if row.state != ReconciledDay.State.READING:
            return show.stack(chip, show.moment(row.finished_at, timezone.now()))
        total = row.announced or "?"
        return show.stack(chip, f"{row.listed} / {total}")

    @admin.display(description=_("agree / here / there"))
    def counts(self, row: ReconciledDay) -> str:
        if row.finished_at is None:
            return show.NOTHING
        return f"{row.matched} / {row.ours_count} / {row.theirs_count}"

    @admin.display(description=_("open differences"), ordering="open_findings")
    def open_count(self, row: Any) -> SafeString:
        if row.finished_at is None:
            return show.chip(_("not checked yet"), "grey")
        tone = "red" if row.open_findings else "green"
        return show.chip(str(row.open_findings), tone)

    @admin.display(description=_("paid, here and there"))
    def money(self, row: ReconciledDay) -> SafeString | str:
        if row.finished_at is None:
            return show.NOTHING
        return show.stack(f"{row.ours_paid:,.2f}", f"{row.theirs_paid:,.2f}")

    @admin.display(description=_("last error"))
    def why(self, row: ReconciledDay) -> str:
        return row.last_error or show.NOTHING

    @admin.display(description=_("signed"), ordering="signed_at")
    def signed(self, row: ReconciledDay) -> SafeString | str:
        if row.signed_at is None:
            return show.NOTHING
        return show.stack(str(row.signed_by), show.exact(row.signed_at))


class FindingAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "difference", 59)
    view_permissions = _SEEN_WITH
    list_display = ("what", "store_sign", "number", "standing", "ours", "theirs", "why", "when")
    list_display_links = ("what",)
    list_filter = (
        StoreFilter,
        ("kind", ChoicesDropdownFilter),
        ("state", ChoicesDropdownFilter),
    )
    list_select_related = ("store__channel", "day", "settled_by")
    search_fields = ("channel_order_no__exact",)
    search_help_text = _("Channel order number, in full")
    ordering = ("-pk",)
    actions_detail = ("explain_it",)
    fields = (
        *("what", "store_sign", "number", "standing", "ours", "theirs", "why", "when"),
        *("note", "settled_by"),
    )

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        waiting = self.get_queryset(request).filter(state__in=OPEN).count()
        return (
            Tab(_("open"), "state__exact=open", waiting),
            Tab(_("being healed"), "state__exact=healing"),
            Tab(_("all"), ""),
        )

    def has_explain_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        stores = scope(person(request)).ids(running.RIGHT)
        return Finding.objects.filter(pk=object_id or 0, store__in=stores, state__in=OPEN).exists()

    @page_action(_("Explain"), permissions=("explain",), icon="rate_review", primary=True)
    def explain_it(self, request: HttpRequest, object_id: int) -> HttpResponse:
        form = NoteForm(submitted(request))
        back = reverse("admin:channels_sync_finding_change", args=[object_id])
        question = Question(
            title=_("Explain"),
            text=gettext("The difference is settled as long as both sides stay as they are."),
            yes=_("Settle"),
            back=back,
            form=form,
        )
        if not is_confirmed(request) or not form.is_valid():
            return ask(request, self, question)
        try:
            running.explain(
                object_id,
                note=form.cleaned_data["note"],
                actor=person(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(back)

    @admin.display(description=_("what differs"), ordering="kind")
    def what(self, row: Finding) -> str:
        return row.get_kind_display()

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, row: Finding) -> SafeString:
        return columns.store(row.store)

    @admin.display(description=_("channel order number"))
    def number(self, row: Finding) -> SafeString:
        return show.copyable(row.channel_order_no)

    @admin.display(description=_("state"), ordering="state")
    def standing(self, row: Finding) -> SafeString:
        return show.chip(row.get_state_display(), _FOUND_TONES.get(row.state, "grey"))

    @admin.display(description=_("cause"))
    def why(self, row: Finding) -> str:
        return cause(row)

    @admin.display(description=_("found"), ordering="found_at")
    def when(self, row: Finding) -> SafeString:
        return show.moment(row.found_at, timezone.now())


_CAUSES = {
    "not_told": _("the channel was not told, or lost it"),
    "not_heard": _("the change did not reach us"),
    "told_elsewhere": _("entered at the platform by hand"),
    healing.UNCHANGED: _("read again, and nothing changed: a person has to compare both sides"),
    healing.UNREAD: _("it cannot be read again: look at the store's connection"),
}


def cause(row: Finding) -> str:
    """Say why it may be so, and what is being done."""
    if row.kind == Finding.Kind.OURS_ONLY:
        return gettext("the platform does not list it: look whether it is doubled or a test")
    return str(_CAUSES.get(row.cause, show.NOTHING))


def _progress(day: ReconciledDay) -> list[Panel]:
    """While the day is read, the page asks for itself anew; what it then gets asks no more."""
    if day.state not in running.UNREAD:
        return []
    bar = format_html(
        '<div hx-get="" hx-trigger="every 3s" hx-select="#content-main" hx-target="#content-main"'
        ' hx-swap="outerHTML"><progress class="oms-progress" {}></progress></div>',
        format_html('value="{}" max="{}"', day.listed, max(day.announced, 1))
        if day.announced is not None
        else "",
    )
    note = gettext("%(n)d orders read. This page follows by itself.") % {"n": day.listed}
    return [Panel(_("Being read"), html=bar, note=note)]


def _findings(day: ReconciledDay) -> Panel:
    rows = day.findings.order_by("state", "channel_order_no")[:_SHOWN]
    heads = (
        _("channel order number"),
        _("what differs"),
        _("here"),
        _("there"),
        _("state"),
        _("cause"),
    )
    table = [
        [
            show.copyable(
                row.channel_order_no,
                url=reverse("admin:channels_sync_finding_change", args=[row.pk]),
            ),
            row.get_kind_display(),
            row.ours or show.NOTHING,
            row.theirs or show.NOTHING,
            show.chip(row.get_state_display(), _FOUND_TONES.get(row.state, "grey")),
            cause(row),
        ]
        for row in rows
    ]
    empty = _("Both sides agree.") if day.finished_at else _("Not checked yet.")
    return Panel(_("Differences"), table=Table(heads, table), empty=empty)


def _checkable(request: HttpRequest) -> QuerySet[Store]:
    kinds = [ledger.kind for ledger in ledgers]
    stores = scope(person(request)).ids(running.RIGHT)
    return Store.objects.filter(pk__in=stores, connection__kind__in=kinds)


def _question(object_id: int, title: Any, text: str) -> Question:
    return Question(title=title, text=text, yes=title, back=_page_of(object_id))


def _page_of(object_id: int) -> str:
    return reverse("admin:channels_sync_reconciledday_change", args=[object_id])
