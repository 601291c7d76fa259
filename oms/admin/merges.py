"""Merges: which orders share a parcel, and why."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import StoreScopedAdmin
from oms.admin.filters import DayRangeFilter, StoreFilter
from oms.admin.menu import Group, Place
from oms.admin.orders import columns
from oms.admin.reach import person
from oms.admin.record import Panel, Record, Table
from oms.models import (
    MergeGroup,
    MergeMembership,
    Order,
)
from oms.privacy.filters import redact
from oms.queries.orders import visible_orders


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
        (_("Why"), {"fields": ("reasons", "settings", "undone_at", "undone_by", "undo_note")}),
    )

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
        rows = [[*self._order(one.order), self._stay(one)] for one in mine]
        heads = (_("order"), _("store"), _("status"), _("amount paid"), _("in this parcel"))
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
