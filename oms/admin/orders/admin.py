"""Orders: nobody edits an amount here, or anything else; every change is a service's."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import ChoicesDropdownFilter, StoreScopedAdmin
from oms.admin.filters import DayRangeFilter, StoreFilter
from oms.admin.menu import Group, Place, Shortcut, Tab
from oms.admin.orders import columns, filters
from oms.admin.orders.desk.bulk import actions as bulk_actions
from oms.admin.orders.desk.bulk import allows, bulk_view
from oms.admin.orders.desk.buttons import possible
from oms.admin.orders.desk.noting import may_note, note_url, note_view
from oms.admin.orders.desk.one import act_url, act_view
from oms.admin.orders.desk.readdress import may_readdress, readdress_url, readdress_view
from oms.admin.orders.desk.reveal import may_reveal, reveal_url, reveal_view
from oms.admin.orders.page import main_panels, side_panels, strip_html
from oms.admin.orders.progress import Station, stations, visits
from oms.admin.reach import person
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder, Order, User
from oms.queries.order_page import OrderPage, order_page
from oms.queries.orders import WORK_ORDER, list_rows, matching, queue_counts
from oms.services.standing import standing_of


class OrderAdmin(StoreScopedAdmin):
    menu = Place(Group.ORDERS, "receipt_long", 10, _("All orders"))
    shortcuts = (
        Shortcut(_("Exceptions"), "queue=held", "report"),
        Shortcut(_("To review"), "queue=review", "fact_check"),
        Shortcut(_("To merge"), "queue=merge", "merge"),
    )
    change_form_template = "admin/oms/order/page.html"
    list_display = (
        "store_sign",
        "numbers",
        "buyer_mask",
        "goods",
        "paid",
        "standing",
        "deadline",
        "papers",
    )
    list_display_links = None
    list_filter = (
        filters.QueueFilter,
        StoreFilter,
        ("status", ChoicesDropdownFilter),
        ("channel_status", ChoicesDropdownFilter),
        filters.HoldFilter,
        filters.ProvinceFilter,
        filters.OrderedSkuFilter,
        ("paid_amount", filters.AmountFilter),
        ("ordered_at", DayRangeFilter),
    )
    search_fields = ("order_no__exact",)
    search_help_text = _("Order, channel, waybill or parcel number, phone or its last 4, SKU")
    ordering = ("-pk",)
    actions = bulk_actions()
    empty_hint = _("Orders come in by themselves once a shop is connected, or from a file.")

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        counts = queue_counts(person(request), now=timezone.now())
        queues = (Tab(one.queue.label, f"queue={one.queue.key}", one.count) for one in counts)
        return (Tab(_("all"), ""), *queues)

    def get_urls(self) -> list[URLPattern]:
        """Acts are pages of their own, so that each can be asked, refused and sent to somebody."""
        guard = self.admin_site.admin_view
        own = [
            path(
                "<path:object_id>/act/<slug:key>/",
                guard(partial(act_view, self)),
                name="oms_order_act",
            ),
            path(
                "<path:object_id>/reveal/",
                guard(partial(reveal_view, self)),
                name="oms_order_reveal",
            ),
            path(
                "<path:object_id>/address/",
                guard(partial(readdress_view, self)),
                name="oms_order_readdress",
            ),
            path("<path:object_id>/note/", guard(partial(note_view, self)), name="oms_order_note"),
            path("bulk/<slug:key>/", guard(partial(bulk_view, self)), name="oms_order_bulk"),
        ]
        return [*own, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer what the person may do in any store; which rows it fits the preview says."""
        found: dict[str, Any] = super().get_actions(request)
        return {name: one for name, one in found.items() if allows(person(request), name)}

    def get_ordering(self, request: HttpRequest) -> Sequence[Any]:
        return WORK_ORDER if request.GET.get("queue") else self.ordering

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        rows: QuerySet[Order] = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and match.url_name == "oms_order_changelist"
        return list_rows(rows) if is_list else rows.select_related("store__channel")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        term = search_term.strip()
        return (queryset.filter(matching(term)) if term else queryset), False

    def page_context(self, request: HttpRequest, obj: Order) -> dict[str, Any]:
        now = timezone.now()
        page = order_page(person(request), obj.pk)
        active = [hold for hold in page.holds if hold.released_at is None]
        return {
            "order": page.order,
            "store": columns.store(obj.store),
            "numbers": columns.numbers(obj),
            "channel_status": show.status_chip(
                obj.channel_status, obj.get_channel_status_display()
            ),
            "status": columns.status(obj, [], now),
            "holds": columns.hold_chips(active) if active else "",
            "deadline": columns.deadline(obj, now),
            "flags": columns.flags(obj),
            "strip": strip_html([_drawn(station) for station in _stations(page)]),
            "main": list(main_panels(page, request, now)),
            "side": list(
                side_panels(
                    page,
                    now,
                    ways=_ways(person(request), obj),
                    note_ways=_note_ways(person(request), obj),
                )
            ),
            "buttons": _buttons(person(request), obj, now),
        }

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, order: Order) -> SafeString:
        return show.stack(columns.store(order.store), columns.flags(order))

    @admin.display(description=_("order number"), ordering="pk")
    def numbers(self, order: Order) -> SafeString:
        return columns.numbers(order)

    @admin.display(description=_("receiver"))
    def buyer_mask(self, order: Order) -> SafeString:
        return columns.buyer(order)

    @admin.display(description=_("goods"))
    def goods(self, order: Order) -> SafeString:
        return columns.goods(order)

    @admin.display(description=_("amount paid"), ordering="paid_amount")
    def paid(self, order: Order) -> SafeString:
        return show.amount(order.paid_amount, order.currency)

    @admin.display(description=_("status"), ordering="status_at")
    def standing(self, order: Order) -> SafeString:
        return columns.status(order, getattr(order, "active_holds", []), timezone.now())

    @admin.display(description=_("ship by"), ordering="ship_by")
    def deadline(self, order: Order) -> SafeString:
        return columns.deadline(order, timezone.now())

    @admin.display(description=_("waybill"))
    def papers(self, order: Order) -> SafeString:
        return columns.papers(order)


def _buttons(user: User, order: Order, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "title": button.title,
            "icon": button.icon,
            "url": act_url(order, button),
            "variant": "primary" if button.leads else "default",
            "look": "oms-act is-danger" if button.danger else "oms-act",
        }
        for button in possible(user, standing_of(order.pk), now)
    ]


def _ways(user: User, order: Order) -> list[tuple[Any, str]]:
    """Return what the person may do with the receiver: (title, address of the page)."""
    ways = [(_("Show in clear"), reveal_url(order))] if may_reveal(user, order) else []
    if may_readdress(user, order):
        ways.append((_("Change address"), readdress_url(order)))
    return ways


def _note_ways(user: User, order: Order) -> list[tuple[Any, str]]:
    return [(_("Write note and flag"), note_url(order))] if may_note(user, order) else []


def _stations(page: OrderPage) -> list[Station]:
    oldest_first = list(reversed(page.timeline))
    mine = [entry for entry in oldest_first if entry.subject == Order.SUBJECT]
    leading = _leading(page)
    theirs = [
        entry
        for entry in oldest_first
        if leading is not None
        and (entry.subject, entry.subject_id) == (FulfillmentOrder.SUBJECT, leading.pk)
    ]
    return stations(
        status=page.order.status,
        of_order=visits(mine),
        of_document=visits(theirs),
        now=timezone.now(),
    )


def _leading(page: OrderPage) -> FulfillmentOrder | None:
    """Return the document that is least far: the order is where its last part is."""
    places = list(FulfillmentStatus)
    active = [row for row in page.documents if row.status != FulfillmentStatus.CANCELLED]
    return min(active, key=lambda row: places.index(FulfillmentStatus(row.status)), default=None)


def _drawn(station: Station) -> tuple[str, str, str, str]:
    spent = show.duration(station.spent) if station.spent is not None else ""
    since = f"{timezone.localtime(station.since):%Y-%m-%d %H:%M:%S}" if station.since else ""
    return station.state, str(station.label), spent, since
