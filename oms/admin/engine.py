"""The engine room: events between apps, long jobs, messages, leases. Superusers look after it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import (
    BaseAdmin,
    ChoicesDropdownFilter,
    ReadOnlyAdmin,
    StoreScopedAdmin,
)
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.filters import DayRangeFilter, StoreFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.orders import columns
from oms.admin.reach import person, sees_everything
from oms.admin.record import Panel, Record, Table
from oms.admin.words import TEMPLATES
from oms.events import bus
from oms.models import (
    BuyerMessage,
    EventDelivery,
    Heartbeat,
    Job,
    NamedLock,
    OutboxEvent,
)
from oms.privacy.filters import redact

_ALIVE = timedelta(minutes=3)


class OutboxEventAdmin(ReadOnlyAdmin):
    menu = Place(Group.ENGINE, "outbox", 10)
    list_display = ("name", "when", "undelivered", "correlation")
    list_display_links = ("name",)
    search_fields = ("name__exact", "correlation_id__exact")
    search_help_text = _("Name of the event or correlation id, in full")
    ordering = ("-pk",)
    fields = ("name", "when", "correlation", "payload")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxEvent]:
        rows: QuerySet[OutboxEvent] = super().get_queryset(request)
        open_ones = Q(deliveries__delivered_at__isnull=True, deliveries__isnull=False)
        return rows.annotate(open_count=Count("deliveries", filter=open_ones))

    def panels(self, request: HttpRequest, obj: OutboxEvent) -> Sequence[Panel]:
        rows = [
            [one.handler, _state(one), str(one.attempts), one.last_error or show.NOTHING]
            for one in obj.deliveries.order_by("pk")
        ]
        heads = (_("handler"), _("state"), _("attempts"), _("last error"))
        deliveries = Panel(_("Deliveries"), table=Table(heads, rows), empty=_("none"))
        return [*Record(self, request, obj).panels(), deliveries]

    @admin.display(description=_("created"), ordering="pk")
    def when(self, event: OutboxEvent) -> SafeString:
        return show.moment(event.created_at, timezone.now())

    @admin.display(description=_("not delivered"))
    def undelivered(self, event: OutboxEvent) -> SafeString | str:
        count = getattr(event, "open_count", 0)
        return show.chip(str(count), "amber") if count else show.chip(_("all delivered"), "green")


def _state(delivery: EventDelivery) -> SafeString:
    if delivery.delivered_at is not None:
        return show.chip(_("reached its handler"), "green")
    if delivery.needs_person:
        return show.chip(_("needs a person"), "red")
    return show.chip(_("on its way"), "blue")


class EventDeliveryAdmin(ReadOnlyAdmin):
    menu = Place(Group.ENGINE, "forward_to_inbox", 20)
    list_display = ("event_name", "handler", "state", "attempts", "last_error", "when")
    list_display_links = ("event_name",)
    list_filter = ("needs_person",)
    list_select_related = ("event",)
    search_fields = ("handler__exact", "event__name__exact")
    search_help_text = _("Name of the event or path of the handler, in full")
    ordering = ("-pk",)
    actions = ("retry",)
    fields = ("event", "handler", "state", "attempts", "not_before", "reached", "last_error")

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        stuck = EventDelivery.objects.filter(needs_person=True, delivered_at=None)
        first = Tab(_("needs a person"), "needs_person__exact=1", stuck.count())
        return (first, Tab(_("all"), ""))

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return sees_everything(person(request))

    @admin.action(description=_("Try again"), permissions=("retry",))
    def retry(self, request: HttpRequest, queryset: QuerySet[EventDelivery]) -> HttpResponse | None:
        waiting = queryset.filter(delivered_at=None)
        if is_confirmed(request):
            count = bus.retry(list(waiting.values_list("pk", flat=True)), now=timezone.now())
            text = ngettext("%(n)d delivery waits again.", "%(n)d deliveries wait again.", count)
            messages.success(request, text % {"n": count})
            return None
        chosen = request.POST.getlist("_selected_action")
        question = Question(
            title=_("Try again"),
            text=gettext("The handlers run again within a minute; what is done stays done."),
            yes=_("Try again"),
            back=reverse("admin:oms_eventdelivery_changelist"),
            will=[f"{one.event.name} → {one.handler}" for one in waiting],
            wont=[
                (f"{one.event.name} → {one.handler}", _("it has been delivered"))
                for one in queryset.exclude(delivered_at=None)
            ],
            hidden=(("action", "retry"), *(("_selected_action", pk) for pk in chosen)),
        )
        return ask(request, self, question)

    @admin.display(description=_("event"), ordering="event__name")
    def event_name(self, delivery: EventDelivery) -> str:
        return delivery.event.name

    @admin.display(description=_("state"))
    def state(self, delivery: EventDelivery) -> SafeString:
        return _state(delivery)

    @admin.display(description=_("reached its handler"))
    def reached(self, delivery: EventDelivery) -> SafeString:
        return show.exact(delivery.delivered_at)

    @admin.display(description=_("next try"), ordering="not_before")
    def when(self, delivery: EventDelivery) -> SafeString:
        at = delivery.delivered_at or delivery.not_before
        return show.moment(at, timezone.now())


class JobAdmin(BaseAdmin):
    """Everybody sees the long work that they started; superusers see all of it."""

    menu = Place(Group.REPORTS, "pending", 90)
    list_display = ("label", "standing", "progress", "who", "when")
    list_display_links = ("label",)
    list_filter = (("state", ChoicesDropdownFilter),)
    list_select_related = ("created_by",)
    ordering = ("-pk",)
    fields = ("label", "standing", "progress", "who", "created_at", "started_at", "finished_at",
              "error", "result")  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        rows: QuerySet[Job] = super(BaseAdmin, self).get_queryset(request)
        user = person(request)
        return rows if sees_everything(user) else rows.filter(created_by=user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = person(request)
        if sees_everything(user):
            return True
        if obj is not None:
            return bool(obj.created_by_id == user.pk)
        return user.is_active and Job.objects.filter(created_by=user).exists()

    @admin.display(description=_("state"), ordering="state")
    def standing(self, job: Job) -> SafeString:
        return show.status_chip(job.state, job.get_state_display())

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> SafeString | str:
        if not job.total:
            return show.NOTHING
        done = f"{job.done} / {job.total}"
        failed = gettext("%(n)d failed") % {"n": job.failed}
        return show.row((done, show.chip(failed, "red") if job.failed else ""))

    @admin.display(description=_("by"))
    def who(self, job: Job) -> str:
        return str(job.created_by or _("system"))

    @admin.display(description=_("created"), ordering="pk")
    def when(self, job: Job) -> SafeString:
        return show.moment(job.created_at, timezone.now())


class BuyerMessageAdmin(StoreScopedAdmin):
    menu = Place(Group.SHIPPING, "sms", 60)
    list_display = ("about", "store_sign", "order_no", "standing", "attempts", "when", "error")
    list_display_links = ("about",)
    list_filter = (StoreFilter, ("state", ChoicesDropdownFilter), ("created_at", DayRangeFilter))
    list_select_related = ("store__channel", "order")
    search_fields = ("order__order_no__exact",)
    search_help_text = _("Order number, in full")
    ordering = ("-pk",)
    fields = ("about", "store_sign", "order", "standing", "attempts", "not_before", "created_at",
              "sent_at", "error")  # fmt: skip

    @admin.display(description=_("message"))
    def about(self, message: BuyerMessage) -> str:
        return str(TEMPLATES.get(message.template, message.template))

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, message: BuyerMessage) -> SafeString:
        return columns.store(message.store)

    @admin.display(description=_("order"))
    def order_no(self, message: BuyerMessage) -> SafeString:
        return show.copyable(message.order.order_no, url=columns.order_url(message.order_id))

    @admin.display(description=_("state"), ordering="state")
    def standing(self, message: BuyerMessage) -> SafeString:
        return show.status_chip(message.state, message.get_state_display())

    @admin.display(description=_("created"), ordering="pk")
    def when(self, message: BuyerMessage) -> SafeString:
        return show.moment(message.sent_at or message.created_at, timezone.now())

    @admin.display(description=_("last error"))
    def error(self, message: BuyerMessage) -> str:
        return redact(message.last_error) or show.NOTHING


class NamedLockAdmin(ReadOnlyAdmin):
    menu = Place(Group.ENGINE, "lock_clock", 60)
    list_display = ("name", "held", "last_success")
    list_display_links = None
    ordering = ("name",)

    @admin.display(description=_("held until"), ordering="expires_at")
    def held(self, lease: NamedLock) -> SafeString:
        now = timezone.now()
        if lease.expires_at <= now:
            return show.chip(_("free"), "grey")
        return show.row((show.chip(_("held"), "blue"), show.moment(lease.expires_at, now)))

    @admin.display(description=_("last success"), ordering="last_success_at")
    def last_success(self, lease: NamedLock) -> SafeString:
        return show.moment(lease.last_success_at, timezone.now())


class HeartbeatAdmin(ReadOnlyAdmin):
    menu = Place(Group.ENGINE, "monitor_heart", 70)
    list_display = ("name", "seen")
    list_display_links = None
    ordering = ("name",)

    @admin.display(description=_("at"), ordering="at")
    def seen(self, beat: Heartbeat) -> SafeString:
        now = timezone.now()
        alive = now - beat.at < _ALIVE
        chip = show.chip(_("alive") if alive else _("silent"), "green" if alive else "red")
        return show.row((chip, show.moment(beat.at, now)))
