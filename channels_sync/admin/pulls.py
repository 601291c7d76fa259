"""How far each platform was asked, what each asking brought, and why one does not go on."""

from django.contrib import admin
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.models import SyncCursor, SyncRun
from oms.admin import show
from oms.admin.base import ChoicesDropdownFilter, StoreScopedAdmin
from oms.admin.filters import DayRangeFilter, StoreFilter
from oms.admin.menu import Group, Place
from oms.admin.orders import columns

_SEEN_WITH = ("import_orders", "manage_store")
_TONES = {"complete": "green", "paused": "blue", "failed": "red"}


class SyncCursorAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "sync", 54)
    view_permissions = _SEEN_WITH
    list_display = ("store_sign", "lane", "standing", "complete", "next_try", "why")
    list_display_links = ("store_sign",)
    list_select_related = ("store__channel",)
    ordering = ("store", "lane")
    fields = (
        "store_sign",
        "lane",
        "standing",
        "complete",
        "next_try",
        "failures",
        "why",
        "error_code",
    )

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, mark: SyncCursor) -> SafeString:
        return columns.store(mark.store)

    @admin.display(description=_("state"))
    def standing(self, mark: SyncCursor) -> SafeString:
        if mark.failures:
            return show.chip(gettext("failing"), "red")
        if mark.is_backlog:
            return show.chip(gettext("backlog"), "amber")
        if mark.until is not None:
            return show.chip(gettext("under way"), "blue")
        return show.chip(gettext("up to date"), "green")

    @admin.display(description=_("complete until"), ordering="since")
    def complete(self, mark: SyncCursor) -> SafeString:
        return show.moment(mark.since, timezone.now())

    @admin.display(description=_("due"), ordering="not_before")
    def next_try(self, mark: SyncCursor) -> SafeString:
        return show.exact(mark.not_before)

    @admin.display(description=_("last error"))
    def why(self, mark: SyncCursor) -> str:
        return mark.last_error or show.NOTHING


class SyncRunAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "history", 56)
    view_permissions = _SEEN_WITH
    list_display = ("when", "store_sign", "lane", "standing", "window", "orders", "fresh", "error")
    list_display_links = ("when",)
    list_filter = (
        StoreFilter,
        ("outcome", ChoicesDropdownFilter),
        ("started_at", DayRangeFilter),
    )
    list_select_related = ("store__channel",)
    ordering = ("-pk",)
    fields = (
        "when",
        "store_sign",
        "lane",
        "standing",
        "window",
        "pages",
        "orders",
        "fresh",
        "error",
    )

    @admin.display(description=_("started"), ordering="started_at")
    def when(self, run: SyncRun) -> SafeString:
        return show.moment(run.started_at, timezone.now())

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, run: SyncRun) -> SafeString:
        return columns.store(run.store)

    @admin.display(description=_("outcome"), ordering="outcome")
    def standing(self, run: SyncRun) -> SafeString:
        return show.chip(run.get_outcome_display(), _TONES.get(run.outcome, "grey"))

    @admin.display(description=_("window"))
    def window(self, run: SyncRun) -> SafeString:
        return show.stack(show.exact(run.since), show.exact(run.until))
