"""Cases: the list with its queues and clocks, one case, and what the desk may do with it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aftersales.admin import exchanging, opening
from aftersales.admin.filters import QueueFilter
from aftersales.admin.panels import main_panels
from aftersales.models import AfterSalesCase
from aftersales.pages.contributed import axis_chips, case_url
from aftersales.services import closing, exchanges, queues
from oms.access.checks import scope
from oms.admin import show
from oms.admin.base import ChoicesDropdownFilter, StoreScopedAdmin, page_action
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.filters import DayRangeFilter, StoreFilter
from oms.admin.menu import Group, Place, Shortcut, Tab
from oms.admin.orders import columns
from oms.admin.reach import person
from oms.admin.record import Panel
from oms.refusals import Refusal


@admin.register(AfterSalesCase)
class CaseAdmin(StoreScopedAdmin):
    """Nobody edits a case here: each button is one service, and asks first."""

    menu = Place(Group.RETURNS, "assignment_return", 5, _("Cases"))
    shortcuts = (
        Shortcut(_("To decide"), "queue=decide", "approval"),
        Shortcut(_("Coming back"), "queue=coming", "local_shipping"),
        Shortcut(_("Refund due"), "queue=stuck", "currency_yuan"),
    )
    view_permissions = queues.VIEW
    add_permissions = ("open_cases",)
    list_display = ("number", "store_sign", "order_sign", "what", "value", "axes", "due")
    list_display_links = None
    list_filter = (
        QueueFilter,
        StoreFilter,
        ("status", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("source", ChoicesDropdownFilter),
        ("opened_at", DayRangeFilter),
    )
    list_select_related = ("store__channel", "order", "warehouse", "refund")
    search_fields = (
        "case_no__exact",
        "channel_refund_no__exact",
        "order__order_no__exact",
        "order__channel_order_no__exact",
    )
    search_help_text = _("Case, platform's refund or order number")
    ordering = ("-pk",)
    actions_detail = ("decide_page", "instead", "pay_back", "withdraw")

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        counts = queues.counts(person(request), now=timezone.now())
        return (
            Tab(_("all"), ""),
            *(Tab(one.queue.label, f"queue={one.queue.key}", one.count) for one in counts),
        )

    def panels(self, request: HttpRequest, obj: AfterSalesCase) -> Sequence[Panel]:
        return main_panels(obj, user=person(request), now=timezone.now())

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        key = request.GET.get("queue")
        return queues.order_by(key) if key else ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AfterSalesCase]:
        rows: QuerySet[AfterSalesCase] = super().get_queryset(request)
        opens = Q(store__in=scope(person(request)).ids("view_orders"))
        # What the buyer wrote is shown to whoever decides, never by a list.
        return rows.defer("words").annotate(opens_order=opens)

    # --- what may be done ---------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return opening.open_view(self, request)

    def has_decide_permission(self, request: HttpRequest, object_id: str) -> bool:
        return self._visible(request, object_id) is not None

    def has_withdraw_permission(self, request: HttpRequest, object_id: str) -> bool:
        case = self._visible(request, object_id)
        return case is not None and self.has_add_permission(request) and case.closed_at is None

    def _visible(self, request: HttpRequest, object_id: str) -> AfterSalesCase | None:
        case: AfterSalesCase | None = self.get_object(request, object_id)
        return case

    @page_action(
        _("Look and decide"), permissions=("decide",), icon="approval", url_path="decide",
        primary=True,
    )  # fmt: skip
    def decide_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        case = self._visible(request, object_id)
        if case is None:
            return HttpResponseRedirect(self._list_url())
        return HttpResponseRedirect(case_url(case.case_no))

    @page_action(_("Withdraw"), permissions=("withdraw",), icon="undo", url_path="withdraw")
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        case = self._visible(request, object_id)
        if case is None:
            return HttpResponseRedirect(self._list_url())
        back = reverse("admin:aftersales_aftersalescase_change", args=[case.pk])
        form = opening.ReasonForm(request.POST if is_confirmed(request) else None)
        if form.is_valid():
            reason, now = form.cleaned_data["reason"], timezone.now()
            try:
                closing.withdraw_case(case.pk, actor=person(request), reason=reason, now=now)
                messages.success(request, gettext("The case is withdrawn."))
            except Refusal as refusal:
                messages.error(request, str(refusal))
            return HttpResponseRedirect(back)
        question = Question(
            title=gettext("Withdraw %(case)s") % {"case": case},
            text=_("The buyer no longer wants it. Whatever waits for it is called off."),
            yes=_("Withdraw"),
            back=back,
            form=form,
            danger=True,
        )
        return ask(request, self, question)

    def has_instead_permission(self, request: HttpRequest, object_id: str) -> bool:
        case = self._visible(request, object_id)
        is_open = case is not None and case.closed_at is None and exchanges.is_due(case)
        return is_open and self.has_add_permission(request)

    def has_pay_back_permission(self, request: HttpRequest, object_id: str) -> bool:
        case = self._visible(request, object_id)
        can = case is not None and exchanges.can_turn_to_money(case)
        return can and self.has_add_permission(request)

    @page_action(
        _("What is sent instead"), permissions=("instead",), icon="swap_horiz", url_path="instead"
    )
    def instead(self, request: HttpRequest, object_id: str) -> HttpResponse:
        case = self._visible(request, object_id)
        if case is None:
            return HttpResponseRedirect(self._list_url())
        return exchanging.choose_view(self, request, case)

    @page_action(
        _("Pay back instead"), permissions=("pay_back",), icon="currency_yuan", url_path="pay-back"
    )
    def pay_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        case = self._visible(request, object_id)
        if case is None:
            return HttpResponseRedirect(self._list_url())
        return exchanging.pay_back_view(self, request, case)

    def _list_url(self) -> str:
        return reverse("admin:aftersales_aftersalescase_changelist")

    # --- columns ------------------------------------------------------------------------------

    @admin.display(description=_("case number"), ordering="pk")
    def number(self, case: AfterSalesCase) -> SafeString:
        url = reverse("admin:aftersales_aftersalescase_change", args=[case.pk])
        opened = show.moment(case.opened_at, timezone.now())
        return show.stack(show.copyable(case.case_no, url=url, strong=True), opened)

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, case: AfterSalesCase) -> SafeString:
        return columns.store(case.store)

    @admin.display(description=_("order number"))
    def order_sign(self, case: AfterSalesCase) -> SafeString:
        return columns.numbers(case.order, has_door=getattr(case, "opens_order", False))

    @admin.display(description=_("request"))
    def what(self, case: AfterSalesCase) -> SafeString:
        return show.stack(
            f"{case.get_kind_display()} · {case.get_source_display()}", case.get_reason_display()
        )

    @admin.display(description=_("amount"), ordering="proposed_amount")
    def value(self, case: AfterSalesCase) -> SafeString:
        return show.amount(case.proposed_amount, case.currency)

    @admin.display(description=_("approval · goods · money"))
    def axes(self, case: AfterSalesCase) -> str:
        return axis_chips(case)

    @admin.display(description=_("due"), ordering="deadline_at")
    def due(self, case: AfterSalesCase) -> SafeString | str:
        if case.closed_at is not None:
            return show.chip(case.get_status_display())
        term = _term(case)
        stuck = show.chip(_("refund stuck"), "red", title=case.problem) if case.problem else ""
        return show.stack(stuck, term, show.countdown(case.deadline_at, timezone.now()))


def _term(case: AfterSalesCase) -> SafeString | str:
    """Say that the clock is the platform's: after it the platform decides by itself."""
    if case.respond_by is None:
        return ""
    if case.respond_by == case.deadline_at:
        return show.chip(_("platform's term"), "blue")
    # Ours runs out first, or it is the next step's: both clocks are of interest.
    shown = show.countdown(case.respond_by, timezone.now())
    return show.row((show.chip(_("platform"), "blue"), shown))
