"""Everything that channels sent, what became of it, and the inbox of what did not come in."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.admin import acts, inbox
from channels_sync.admin.filters import AttentionFilter, CauseFilter, ExplanationFilter
from channels_sync.models import RawOrder
from channels_sync.services import exceptions
from channels_sync.services.payloads import masked_payload
from channels_sync.services.troubles import CAUSES
from oms.admin import show
from oms.admin.base import ChoicesDropdownFilter, StoreScopedAdmin, page_action
from oms.admin.filters import DayRangeFilter, StoreFilter
from oms.admin.menu import Group, Place, Shortcut, Tab
from oms.admin.orders import columns
from oms.admin.reach import person
from oms.admin.record import Panel, Record
from oms.models import Store

_TONES = {"received": "blue", "ingested": "green", "exception": "red"}


class RawOrderAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "move_to_inbox", 30, _("Received orders"))
    shortcuts = (Shortcut(_("Exceptions inbox"), "view=inbox", "inbox"),)
    view_permissions = (exceptions.RIGHT,)
    list_display = (
        "number",
        "store_sign",
        "came_by",
        "standing",
        "why",
        "order_no",
        "assignee",
        "when",
    )
    list_display_links = ("number",)
    list_filter = (
        StoreFilter,
        ("status", ChoicesDropdownFilter),
        CauseFilter,
        ExplanationFilter,
        AttentionFilter,
        ("source", ChoicesDropdownFilter),
        ("received_at", DayRangeFilter),
    )
    list_select_related = ("store__channel", "order", "assigned_to")
    search_fields = ("channel_order_no__exact", "event_id__exact")
    search_help_text = _("Channel order number or event number, in full")
    ordering = ("-pk",)
    actions = ("replay", "take_over", "snooze", "dismiss")
    actions_detail = ("replay_this", "dismiss_this")
    fields = (
        "number",
        "store_sign",
        "came_by",
        "standing",
        "why",
        "order_no",
        "event_id",
        "assignee",
        "snoozed_until",
        "attempts",
        "came_at",
        "channel_modified_at",
        "digest",
    )

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        waiting = exceptions.exceptions(person(request)).count()
        return (
            Tab(_("exceptions inbox"), "view=inbox"),
            Tab(_("exceptions"), "status__exact=exception", waiting),
            Tab(_("all"), ""),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[RawOrder]:
        rows: QuerySet[RawOrder] = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and match.url_name == "channels_sync_raworder_changelist"
        return rows.defer("payload") if is_list else rows

    def searched_within(self) -> Q:
        """Both numbers are unique by store only, and so are their indexes."""
        stores = list(Store.objects.order_by().values_list("pk", flat=True))
        return Q(store__in=stores, source__in=RawOrder.Source.values)

    def get_urls(self) -> list[Any]:
        replay = path(
            "replay/",
            self.admin_site.admin_view(self.replay_group),
            name="channels_sync_raworder_replay",
        )
        return [replay, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "GET" and request.GET.get("view") == "inbox":
            if not self.has_view_permission(request):
                raise PermissionDenied
            context = {
                **self.admin_site.each_context(request),
                "title": _("Exceptions inbox"),
                "lines": inbox.lines(request, now=timezone.now()),
                "snoozed": inbox.snoozed_count(request),
                "snoozed_url": inbox.address(status__exact="exception", attention="snoozed"),
                "all_url": inbox.address(),
            }
            return TemplateResponse(request, "channels_sync/inbox.html", context)
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def replay_group(self, request: HttpRequest) -> HttpResponse:
        """Replay every exception of one cause that wants attention now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        group = exceptions.awake(exceptions.exceptions(person(request)), now=timezone.now()).filter(
            cause=request.GET.get("cause", ""), explanation=request.GET.get("why", "")
        )
        answer = acts.replay(request, self, list(group.values_list("pk", flat=True)))
        return answer or acts.back(inbox.address(view="inbox"))

    @admin.action(description=_("Replay"), permissions=("view",))
    def replay(self, request: HttpRequest, queryset: QuerySet[RawOrder]) -> HttpResponse | None:
        return acts.replay(request, self, acts.ids_of(queryset), action="replay")

    @admin.action(description=_("Assign to me"), permissions=("view",))
    def take_over(self, request: HttpRequest, queryset: QuerySet[RawOrder]) -> None:
        acts.take_over(request, acts.ids_of(queryset))

    @admin.action(description=_("Put off until tomorrow"), permissions=("view",))
    def snooze(self, request: HttpRequest, queryset: QuerySet[RawOrder]) -> None:
        acts.snooze(request, acts.ids_of(queryset))

    @admin.action(description=_("Dismiss"), permissions=("view",))
    def dismiss(self, request: HttpRequest, queryset: QuerySet[RawOrder]) -> HttpResponse | None:
        return acts.dismiss(request, self, acts.ids_of(queryset), action="dismiss")

    def has_mend_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        waiting = exceptions.exceptions(person(request))
        return object_id is None or waiting.filter(pk=object_id).exists()

    @page_action(_("Replay"), permissions=("mend",), icon="replay", primary=True)
    def replay_this(self, request: HttpRequest, object_id: int) -> HttpResponse:
        answer = acts.replay(request, self, [object_id])
        return answer or acts.back(acts.page_of(object_id))

    @page_action(_("Dismiss"), permissions=("mend",), icon="cancel")
    def dismiss_this(self, request: HttpRequest, object_id: int) -> HttpResponse:
        answer = acts.dismiss(request, self, [object_id])
        return answer or acts.back(acts.page_of(object_id))

    def panels(self, request: HttpRequest, obj: RawOrder) -> Sequence[Panel]:
        payload = format_html('<pre class="cs-payload">{}</pre>', masked_payload(obj))
        note = gettext("names, phone numbers and addresses are masked")
        return [
            *Record(self, request, obj).panels(),
            Panel(_("As it came"), html=payload, note=note),
        ]

    @admin.display(description=_("channel order number"), ordering="channel_order_no")
    def number(self, raw: RawOrder) -> str:
        return raw.channel_order_no or f"#{raw.pk}"

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, raw: RawOrder) -> SafeString:
        return columns.store(raw.store)

    @admin.display(description=_("came by"), ordering="source")
    def came_by(self, raw: RawOrder) -> SafeString:
        return show.stack(raw.get_source_display(), raw.event)

    @admin.display(description=_("status"), ordering="status_at")
    def standing(self, raw: RawOrder) -> SafeString:
        chip = show.chip(raw.get_status_display(), _TONES.get(raw.status, "grey"))
        return show.stack(chip, show.moment(raw.status_at, timezone.now()))

    @admin.display(description=_("why"))
    def why(self, raw: RawOrder) -> SafeString | str:
        if not raw.cause:
            return show.NOTHING
        label = CAUSES.get(raw.cause, raw.cause)
        return format_html('<span class="cs-why"><b>{}</b> {}</span>', label, raw.explanation)

    @admin.display(description=_("order"))
    def order_no(self, raw: RawOrder) -> SafeString | str:
        if raw.order is None:
            return show.NOTHING
        return show.copyable(raw.order.order_no, url=columns.order_url(raw.order.pk))

    @admin.display(description=_("assigned to"), ordering="assigned_to")
    def assignee(self, raw: RawOrder) -> str:
        return str(raw.assigned_to or show.NOTHING)

    @admin.display(description=_("came in"), ordering="received_at")
    def when(self, raw: RawOrder) -> SafeString:
        return show.moment(raw.received_at, timezone.now())

    @admin.display(description=_("came in"), ordering="received_at")
    def came_at(self, raw: RawOrder) -> SafeString:
        return show.exact(raw.received_at)

    class Media:
        css = {"all": ("channels_sync/channels.css",)}  # noqa: RUF012
