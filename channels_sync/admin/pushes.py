"""What channels were told or are still to be told: per store, with what stands in the way."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels_sync.admin import push_acts as acts
from channels_sync.models import PushJob
from channels_sync.services.push import by_hand
from oms.admin import show
from oms.admin.base import ChoicesDropdownFilter, StoreScopedAdmin, page_action
from oms.admin.filters import DayRangeFilter, StoreFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.orders import columns
from oms.admin.reach import person

_TONES = {
    "sending": "blue",
    "accepted": "blue",
    "done": "green",
    "failed": "amber",
    "needs_person": "red",
}


class PushJobAdmin(StoreScopedAdmin):
    """Whoever sees the store's orders may look; to act takes ``by_hand.RIGHT``, to confirm money
    that went back by hand the right of finance."""

    menu = Place(Group.CHANNELS, "outbox", 40, _("Messages to channels"))
    view_permissions = by_hand.SEEN_WITH
    list_display = ("what", "store_sign", "order_no", "standing", "why", "tries", "when")
    list_display_links = ("what",)
    list_filter = (
        StoreFilter,
        ("status", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("created_at", DayRangeFilter),
    )
    list_select_related = ("store__channel", "order")
    search_fields = ("reference__exact", "order__order_no__exact", "order__channel_order_no__exact")
    search_help_text = _("Parcel, refund, case or order number, in full")
    ordering = ("-pk",)
    actions = ("try_again",)
    actions_detail = ("try_this_again", "settle_this", "transfer_this")
    fields = (
        "what",
        "store_sign",
        "order_no",
        "standing",
        "why",
        "error_code",
        "request_no",
        "tries",
        "channel_ref",
        "key",
        "created",
        "due",
        "done",
        "seen",
    )

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        who = person(request)
        waiting = (by_hand.stuck(who) | by_hand.unpaid(who)).count()
        return (
            Tab(_("needs a person"), "status__exact=needs_person", waiting),
            Tab(_("tried again"), "status__exact=failed"),
            Tab(_("all"), ""),
        )

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        waiting = by_hand.stuck(person(request))
        return object_id is None or waiting.filter(pk=object_id).exists()

    def has_transfer_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return by_hand.unpaid(person(request)).filter(pk=object_id).exists()

    @admin.action(description=_("Try again"), permissions=("act",))
    def try_again(self, request: HttpRequest, queryset: QuerySet[PushJob]) -> HttpResponse | None:
        ids = list(queryset.values_list("pk", flat=True))
        return acts.try_again(request, self, ids, action="try_again")

    @page_action(_("Try again"), permissions=("act",), icon="replay", primary=True)
    def try_this_again(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return acts.try_again(request, self, [object_id]) or acts.back_to(object_id)

    @page_action(_("Done by hand"), permissions=("act",), icon="done")
    def settle_this(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return acts.settle(request, self, object_id) or acts.back_to(object_id)

    @page_action(_("Confirm the transfer"), permissions=("transfer",), icon="currency_yuan")
    def transfer_this(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return acts.confirm_transfer(request, self, object_id) or acts.back_to(object_id)

    @admin.display(description=_("what"), ordering="kind")
    def what(self, job: PushJob) -> SafeString:
        return show.stack(job.get_kind_display(), job.reference)

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, job: PushJob) -> SafeString:
        return columns.store(job.store)

    @admin.display(description=_("order"))
    def order_no(self, job: PushJob) -> SafeString | str:
        return show.copyable(job.order.order_no, url=columns.order_url(job.order_id))

    @admin.display(description=_("status"), ordering="status_at")
    def standing(self, job: PushJob) -> SafeString:
        chip = show.chip(job.get_status_display(), _TONES.get(job.status, "grey"))
        return show.stack(chip, show.moment(job.status_at, timezone.now()))

    @admin.display(description=_("what the channel said"))
    def why(self, job: PushJob) -> str:
        return job.last_error or show.NOTHING

    @admin.display(description=_("attempts"), ordering="attempts")
    def tries(self, job: PushJob) -> str:
        return str(job.attempts)

    @admin.display(description=_("created"), ordering="created_at")
    def when(self, job: PushJob) -> SafeString:
        return show.moment(job.created_at, timezone.now())

    @admin.display(description=_("created"))
    def created(self, job: PushJob) -> SafeString:
        return show.exact(job.created_at)

    @admin.display(description=_("due"))
    def due(self, job: PushJob) -> SafeString:
        return show.exact(job.not_before)

    @admin.display(description=_("done at"))
    def done(self, job: PushJob) -> SafeString:
        return show.exact(job.done_at)

    @admin.display(description=_("seen at the channel"))
    def seen(self, job: PushJob) -> SafeString:
        return show.exact(job.read_back_at)
