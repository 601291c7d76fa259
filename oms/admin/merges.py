"""Merges: which orders share a parcel, and why."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.admin import show
from oms.admin.base import StoreScopedAdmin, page_action
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.filters import DayRangeFilter, StoreFilter
from oms.admin.menu import Group, Place
from oms.admin.notes import SETTINGS, spoken
from oms.admin.orders import columns
from oms.admin.orders.desk.buttons import BUTTONS, possible
from oms.admin.orders.desk.one import act_url
from oms.admin.reach import person
from oms.admin.reasons import ReasonForm
from oms.admin.record import Panel, Record, Table
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import (
    FulfillmentOrder,
    MergeGroup,
    MergeMembership,
    Order,
)
from oms.privacy.filters import redact
from oms.queries.orders import visible_orders
from oms.refusals import Refusal
from oms.services.merging.undoing import unmerge
from oms.services.standing import standings


def memberships_of(group: MergeGroup) -> list[Order]:
    """Return the orders that are in the merge now."""
    inside = MergeMembership.objects.filter(group=group, left_at__isnull=True)
    return list(Order.objects.filter(pk__in=inside.values("order")).select_related("store"))


def _documents(group: MergeGroup) -> list[FulfillmentOrder]:
    rows = FulfillmentOrder.objects.filter(merge_group=group).order_by("pk")
    return list(rows.exclude(status=FulfillmentStatus.CANCELLED))


def _can_end(group: MergeGroup) -> bool:
    return group.undone_at is None and not any(row.frozen_at for row in _documents(group))


def _apart_effects(group: MergeGroup, count: int) -> list[str]:
    found = [
        gettext("Document %(no)s (%(at)s) is cancelled; its stock is free again.")
        % {"no": document.fulfillment_no, "at": document.get_status_display()}
        for document in _documents(group)
    ]
    found.append(
        gettext("%(n)d parcels leave instead of one; the orders join no other any more.")
        % {"n": count}
    )
    return found


def _ways_out(request: HttpRequest, ids: Sequence[int]) -> dict[int, SafeString]:
    """Return for each order the link that takes it out, where that is possible."""
    button, now = BUTTONS["take_out"], timezone.now()
    return {
        one.order.pk: show.link(button.title, act_url(one.order, button))
        for one in standings(Order.objects.filter(pk__in=ids))
        if button in possible(person(request), one, now)
    }


class MergeGroupAdmin(StoreScopedAdmin):
    menu = Place(Group.ORDERS, "merge", 20)
    list_display = ("group_no", "store_sign", "members", "made", "maker", "state")
    list_display_links = ("group_no",)
    list_filter = (StoreFilter, ("made_at", DayRangeFilter))
    list_select_related = ("store__channel", "made_by")
    search_fields = ("group_no__exact", "memberships__order__order_no__exact")
    search_help_text = _("Merge or order number")
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("group_no", "store_sign", "state", "maker", "made_at")}),
        (_("Why"), {"fields": ("why", "settings_then", "undone_at", "undone_by", "undo_note")}),
    )

    empty_hint = _("Merges appear here by themselves; the merge workbench shows who waits.")
    actions_detail = ("unmerge",)

    def has_unmerge_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        group = self.get_object(request, object_id) if object_id is not None else None
        if group is None:
            return False
        stores = {group.store_id, *(order.store_id for order in memberships_of(group))}
        return stores <= scope(person(request)).stores("merge_orders")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer to take apart only what the warehouse has not begun."""
        group = self.get_object(request, object_id)
        if group is None or not _can_end(group):
            return []
        return list(super().get_actions_detail(request, object_id))

    @page_action(_("Take apart"), permissions=("unmerge",), icon="call_split")
    def unmerge(self, request: HttpRequest, object_id: str) -> HttpResponse:
        group: MergeGroup | None = self.get_object(request, object_id)
        back = reverse("admin:oms_mergegroup_change", args=[object_id])
        if group is None:
            raise Http404
        form = ReasonForm(submitted(request), label=_("Why they go apart"))
        if is_confirmed(request) and form.is_valid():
            return self._take_apart(request, group, form.cleaned_data["reason"], back)
        inside = memberships_of(group)
        question = Question(
            title=_("Take apart"),
            text=gettext("Merge %(no)s") % {"no": group.group_no},
            yes=_("Take apart"),
            back=back,
            effects=_apart_effects(group, len(inside)),
            suggestions=(_("Gift for another person"), _("Buyer wants two parcels")),
            will=self._named(request, inside),
            form=form,
            danger=True,
        )
        return ask(request, self, question)

    def _take_apart(
        self, request: HttpRequest, group: MergeGroup, reason: str, back: str
    ) -> HttpResponse:
        try:
            freed = unmerge(group.pk, actor=person(request), reason=reason, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            text = gettext("%(n)d orders go on, each by itself.") % {"n": len(freed)}
            messages.success(request, text)
        return HttpResponseRedirect(back)

    def _named(self, request: HttpRequest, inside: Sequence[Order]) -> list[str]:
        """Name the orders that the person may see; of the others, say that they exist."""
        seen = set(visible_orders(person(request)).filter(pk__in=[o.pk for o in inside]))
        named = [f"{one.order_no} · {one.store.name}" for one in inside if one in seen]
        rest = len(inside) - len(named)
        unseen = gettext("%(n)d of stores that you do not see") % {"n": rest}
        return [*named, unseen] if rest else named

    def get_queryset(self, request: HttpRequest) -> QuerySet[MergeGroup]:
        rows: QuerySet[MergeGroup] = super().get_queryset(request)
        inside = Q(memberships__left_at__isnull=True)
        return rows.annotate(member_count=Count("memberships", filter=inside))

    def panels(self, request: HttpRequest, obj: MergeGroup) -> Sequence[Panel]:
        return [*Record(self, request, obj).panels(), self._orders(request, obj)]

    def _orders(self, request: HttpRequest, group: MergeGroup) -> Panel:
        """List the orders that the person may see; of the others, that they exist."""
        memberships = MergeMembership.objects.filter(group=group)
        seen = visible_orders(person(request))
        mine = memberships.filter(order__in=seen).select_related("order__store").order_by("pk")
        ways = _ways_out(request, [one.order_id for one in mine if one.left_at is None])
        rows = [
            [*self._order(one.order), self._stay(one), ways.get(one.order_id, "")] for one in mine
        ]
        heads = (_("order"), _("store"), _("status"), _("amount paid"), _("in this parcel"), "")
        unseen = memberships.count() - len(rows)
        note = gettext("%(n)d of stores that you do not see") % {"n": unseen} if unseen else ""
        return Panel(_("Orders"), table=Table(heads, rows, frozenset({3})), note=note)

    def _order(self, order: Order) -> list[Any]:
        return [
            show.copyable(order.order_no, url=columns.order_url(order.pk)),
            order.store.name,
            show.status_chip(order.status, order.get_status_display()),
            show.amount(order.paid_amount, order.currency),
        ]

    def _stay(self, membership: MergeMembership) -> SafeString:
        if membership.left_at is None:
            return show.chip(gettext("yes"), "green")
        return show.stack(show.chip(gettext("left"), "grey"), redact(membership.left_reason))

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, group: MergeGroup) -> SafeString:
        return columns.store(group.store)

    @admin.display(description=_("reasons"))
    def why(self, group: MergeGroup) -> str:
        return gettext(", ").join(spoken(str(reason)) for reason in group.reasons)

    @admin.display(description=_("settings then"))
    def settings_then(self, group: MergeGroup) -> SafeString:
        words = {str(SETTINGS.get(name, name)): value for name, value in group.settings.items()}
        return show.facts(words) if words else SafeString(show.NOTHING)

    @admin.display(description=_("merged by"), ordering="made_by")
    def maker(self, group: MergeGroup) -> str:
        return str(group.made_by or _("system"))

    @admin.display(description=_("orders"))
    def members(self, group: MergeGroup) -> int:
        return getattr(group, "member_count", 0)

    @admin.display(description=_("merged"), ordering="made_at")
    def made(self, group: MergeGroup) -> SafeString:
        return show.moment(group.made_at, timezone.now())

    @admin.display(description=_("state"))
    def state(self, group: MergeGroup) -> SafeString:
        if group.undone_at is not None:
            return show.chip(_("taken apart"), "grey", title=redact(group.undo_note))
        return show.chip(_("in force"), "green")
