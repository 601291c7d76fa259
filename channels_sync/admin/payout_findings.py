"""Differences between payouts and record: found again, explained one by one or many at once."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.admin.payout_panels import TONES
from channels_sync.admin.reconciling import NoteForm
from channels_sync.models import PayoutFinding
from channels_sync.services.payouts import settling
from channels_sync.services.payouts.rights import VIEW, actable
from channels_sync.services.payouts.troubles import REASONS, reason_text
from oms.admin import show
from oms.admin.base import ChoicesDropdownFilter, StoreScopedAdmin, page_action
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.filters import StoreFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.orders import columns
from oms.admin.reach import person
from oms.refusals import Refusal

_SHOWN = 50


class ReasonFilter(admin.SimpleListFilter):
    title = _("cause")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(reason), text) for reason, text in REASONS.items()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[PayoutFinding]
    ) -> QuerySet[PayoutFinding]:
        return queryset.filter(reason=self.value()) if self.value() else queryset


class PayoutFindingAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "price_check", 61)
    view_permissions = (VIEW,)
    list_display = ("number", "store_sign", "day", "what", "here", "there", "standing", "why")
    list_display_links = ("what",)
    list_filter = (
        StoreFilter,
        ReasonFilter,
        ("kind", ChoicesDropdownFilter),
        ("state", ChoicesDropdownFilter),
    )
    list_select_related = ("store__channel", "statement", "settled_by")
    search_fields = ("order_no__exact",)
    search_help_text = _("Channel order number, in full")
    ordering = ("-pk",)
    actions = ("explain_many",)
    actions_detail = ("explain_it",)
    fields = (
        *("number", "store_sign", "statement", "day", "what", "here", "there"),
        *("standing", "why", "note", "settled_by", "settled_at"),
    )

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        waiting = self.get_queryset(request).filter(state=PayoutFinding.State.OPEN).count()
        return (
            Tab(_("open"), "state__exact=open", waiting),
            Tab(_("explained"), "state__exact=explained"),
            Tab(_("all"), ""),
        )

    def has_explain_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        stores = actable(person(request))
        if object_id is None:
            return bool(stores)
        return PayoutFinding.objects.filter(
            pk=object_id, store__in=stores, state=PayoutFinding.State.OPEN
        ).exists()

    @page_action(_("Explain"), permissions=("explain",), icon="rate_review", primary=True)
    def explain_it(self, request: HttpRequest, object_id: int) -> HttpResponse:
        back = reverse("admin:channels_sync_payoutfinding_change", args=[object_id])
        rows = self.get_queryset(request).filter(pk=object_id)
        return self._explain(request, rows, back=back) or HttpResponseRedirect(back)

    @admin.action(description=_("Explain"), permissions=("explain",))
    def explain_many(
        self, request: HttpRequest, queryset: QuerySet[PayoutFinding]
    ) -> HttpResponse | None:
        back = reverse("admin:channels_sync_payoutfinding_changelist") + "?state__exact=open"
        return self._explain(request, queryset, back=back, action="explain_many")

    def _explain(
        self, request: HttpRequest, rows: QuerySet[PayoutFinding], *, back: str, action: str = ""
    ) -> HttpResponse | None:
        """Ask for the reason, or settle; None means "done, go back"."""
        form = NoteForm(submitted(request))
        ids = list(rows.filter(state=PayoutFinding.State.OPEN).values_list("pk", flat=True))
        if is_confirmed(request) and form.is_valid():
            note, user = form.cleaned_data["note"], person(request)
            try:
                count = settling.explain(ids, note=note, actor=user, now=timezone.now())
                messages.success(request, gettext("Explained: %(n)d.") % {"n": count})
            except Refusal as refusal:
                messages.error(request, str(refusal))
            return None
        chosen = (("_selected_action", str(pk)) for pk in ids)
        question = Question(
            title=_("Explain"),
            text=gettext("The difference is settled as long as both sides stay as they are."),
            yes=_("Settle"),
            back=back,
            will=[str(row.order_no) for row in rows.filter(pk__in=ids[:_SHOWN])],
            form=form,
            hidden=(("action", action), *chosen) if action else (),
        )
        return ask(request, self, question)

    @admin.display(description=_("channel order number"))
    def number(self, row: PayoutFinding) -> SafeString:
        return show.copyable(row.order_no)

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, row: PayoutFinding) -> SafeString:
        return columns.store(row.store)

    @admin.display(description=_("what differs"), ordering="kind")
    def what(self, row: PayoutFinding) -> str:
        return row.get_kind_display()

    @admin.display(description=_("here"), ordering="ours")
    def here(self, row: PayoutFinding) -> SafeString:
        return show.amount(row.ours, row.currency)

    @admin.display(description=_("there"), ordering="theirs")
    def there(self, row: PayoutFinding) -> SafeString:
        return show.amount(row.theirs, row.currency)

    @admin.display(description=_("state"), ordering="state")
    def standing(self, row: PayoutFinding) -> SafeString:
        return show.chip(row.get_state_display(), TONES[row.state])

    @admin.display(description=_("cause"))
    def why(self, row: PayoutFinding) -> str:
        return reason_text(row.reason)
