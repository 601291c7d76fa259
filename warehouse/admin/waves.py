"""Waves: what waits, what goes on, who picks; planned, started and given up here."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.admin import show
from oms.admin.base import (
    ChoicesDropdownFilter,
    DropdownFilter,
    WarehouseScopedAdmin,
    page_action,
)
from oms.admin.confirm import Question, confirmed
from oms.admin.filters import DayRangeFilter, WarehouseFilter
from oms.admin.menu import Group, Place, Tab
from oms.admin.reach import holds, person
from oms.admin.record import Panel, Record, Table, row_link
from oms.admin.words import carrier_label
from oms.models import Warehouse
from warehouse.flows import WaveStatus
from warehouse.models import PickSlot, PickTask, Wave
from warehouse.services.waves.planning import look, plan_waves
from warehouse.services.waves.starting import cancel_wave, start_wave
from warehouse.services.waves.stopped import with_stopped_totes

_LIST = "admin:warehouse_wave_changelist"
_PAGE = "admin:warehouse_wave_change"
_TABS = (WaveStatus.PLANNED, WaveStatus.STARTED, WaveStatus.DONE)


class StoppedFilter(DropdownFilter):
    title = _("stopped")
    parameter_name = "stopped"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("with a stopped tote"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Wave]) -> QuerySet[Wave]:
        return queryset.filter(with_stopped_totes()) if self.value() == "yes" else queryset


class WaveAdmin(WarehouseScopedAdmin):
    menu = Place(Group.SHIPPING, "waves", 15)
    view_permissions = ("view_fulfillment", "manage_waves")
    list_display = (
        "number",
        "warehouse",
        "standing",
        "carrier_name",
        "zone",
        "kind",
        "documents",
        "progress",
        "deadline",
    )
    list_display_links = None
    list_filter = (
        WarehouseFilter,
        ("status", ChoicesDropdownFilter),
        StoppedFilter,
        ("created_at", DayRangeFilter),
    )
    list_select_related = ("warehouse",)
    search_fields = ("wave_no__exact", "tasks__slots__fulfillment__fulfillment_no__exact")
    search_help_text = _("Wave or document number")
    ordering = ("-pk",)
    fields = ("wave_no", "warehouse", "standing", "carrier_name", "zone", "kind", "deadline")
    actions_list = ("plan",)
    actions_detail = ("start", "give_up")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wave]:
        rows: QuerySet[Wave] = super().get_queryset(request)
        inside = Q(tasks__slots__closed_at=None) | Q(tasks__slots__close_reason="packed")
        lines = "tasks__slots__lines"
        live = ~Q(**{f"{lines}__status": "cancelled"})
        return rows.annotate(
            document_count=Count("tasks__slots", filter=inside, distinct=True),
            wanted=Sum(F(f"{lines}__quantity") - F(f"{lines}__put_back"), filter=live),
            picked=Sum(F(f"{lines}__picked") - F(f"{lines}__put_back"), filter=live),
        )

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        rows = super().get_queryset(request).filter(status__in=_TABS[:2])
        found = rows.order_by().values("status").annotate(n=Count("pk"))
        counts = dict(found.values_list("status", "n"))
        queues = (Tab(one.label, f"status__exact={one}", counts.get(one)) for one in _TABS)
        return (Tab(_("all"), ""), *queues)

    def panels(self, request: HttpRequest, obj: Wave) -> Sequence[Panel]:
        site = self.admin_site
        return [*Record(self, request, obj).panels(), _tasks(obj), _documents(obj, site, request)]

    def title_of(self, row: Wave) -> str:
        return row.wave_no

    def has_plan_permission(self, request: HttpRequest) -> bool:
        return bool(scope(person(request)).ids("manage_waves"))

    def has_start_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, (WaveStatus.PLANNED,))

    def has_give_up_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, (WaveStatus.PLANNED, WaveStatus.STARTED))

    def _may(self, request: HttpRequest, wave_id: Any, statuses: Sequence[WaveStatus]) -> bool:
        rows = Wave.objects.filter(pk=wave_id or 0, status__in=statuses)
        place = rows.values_list("warehouse_id", flat=True).first()
        return place is not None and holds(request, place, "manage_waves")

    @page_action(_("Plan waves"), permissions=("plan",), icon="waves", primary=True)
    def plan(self, request: HttpRequest) -> HttpResponse:
        user = person(request)
        places = list(Warehouse.objects.filter(pk__in=scope(user).ids("manage_waves")))
        will, wont = _outlook(places)
        question = Question(
            title=_("Plan waves"),
            text=gettext("%(n)d documents can go now. Nothing starts before you start it.")
            % {"n": len(will)},
            yes=_("Plan"),
            back=reverse(_LIST),
            will=will[:50],
            wont=wont[:50],
        )

        def do() -> str:
            now = timezone.now()
            made = [wave for row in places for wave in plan_waves(row.pk, now=now, actor=user)]
            return gettext("%(n)d waves planned.") % {"n": len(made)}

        return confirmed(request, self, question, do)

    @page_action(_("Start"), permissions=("start",), icon="play_arrow", primary=True)
    def start(self, request: HttpRequest, object_id: int) -> HttpResponse:
        wave: Any = self.get_queryset(request).get(pk=object_id)
        question = Question(
            title=_("Start wave %(number)s") % {"number": wave.wave_no},
            text=gettext("%(n)d documents go to the pickers; their bins are promised now.")
            % {"n": wave.document_count},
            yes=_("Start"),
            back=reverse(_PAGE, args=[object_id]),
        )

        def do() -> str:
            start_wave(object_id, actor=person(request), now=timezone.now())
            return gettext("Started.")

        return confirmed(request, self, question, do)

    @page_action(_("Give up"), permissions=("give_up",), icon="undo")
    def give_up(self, request: HttpRequest, object_id: int) -> HttpResponse:
        wave = self.get_queryset(request).get(pk=object_id)
        question = Question(
            title=_("Give up wave %(number)s") % {"number": wave.wave_no},
            text=gettext("What nobody picks yet waits for the next wave. The rest goes on."),
            yes=_("Give up"),
            back=reverse(_PAGE, args=[object_id]),
            danger=True,
        )

        def do() -> str:
            cancel_wave(object_id, actor=person(request), now=timezone.now())
            return gettext("Given up.")

        return confirmed(request, self, question, do)

    @admin.display(description=_("wave number"), ordering="pk")
    def number(self, wave: Wave) -> SafeString:
        return show.copyable(wave.wave_no, url=f"{wave.pk}/change/", strong=True)

    @admin.display(description=_("status"), ordering="status")
    def standing(self, wave: Wave) -> SafeString:
        tones = {"planned": "grey", "started": "blue", "done": "green"}
        tone = tones.get(wave.status, "grey")
        chip = show.status_chip(wave.status, wave.get_status_display(), tone=tone)
        return show.row((chip, show.moment(wave.status_at, timezone.now())))

    @admin.display(description=_("carrier"), ordering="carrier")
    def carrier_name(self, wave: Wave) -> str:
        return str(carrier_label(wave.carrier) or show.NOTHING)

    @admin.display(description=_("kind"))
    def kind(self, wave: Wave) -> SafeString:
        single = show.chip(_("single items") if wave.is_single else _("several items"), "grey")
        return show.row((show.chip(_("urgent"), "red") if wave.is_urgent else "", single))

    @admin.display(description=_("documents"))
    def documents(self, wave: Any) -> int:
        return int(wave.document_count)

    @admin.display(description=_("picked"))
    def progress(self, wave: Any) -> str:
        return f"{wave.picked or 0} / {wave.wanted}" if wave.wanted else show.NOTHING

    @admin.display(description=_("ship by"), ordering="ship_by")
    def deadline(self, wave: Wave) -> SafeString:
        return show.countdown(wave.ship_by, timezone.now())


def _outlook(places: Sequence[Warehouse]) -> tuple[list[str], list[tuple[str, Any]]]:
    will, wont = list[str](), list[tuple[str, Any]]()
    for place in places:
        outlook = look(place.pk)
        will += [f"{place.name} · {outlook.numbers[row.key]}" for row in outlook.candidates]
        wont += [
            (f"{place.name} · {outlook.numbers[key]}", why) for key, why in outlook.blocked.items()
        ]
    return will, wont


def _tasks(wave: Wave) -> Panel:
    rows = PickTask.objects.filter(wave=wave).select_related("picker", "bin").order_by("pk")
    heads = (_("pick task"), _("status"), _("picker"), _("stands at"), _("documents"))
    counted = rows.annotate(n=Count("slots", filter=Q(slots__closed_at=None)))
    table = Table(heads, [list(_task_row(row)) for row in counted], frozenset({4}))
    return Panel(_("Pick tasks"), table=table)


def _task_row(task: Any) -> Iterator[SafeString | str]:
    yield str(task.pk)
    yield show.status_chip(task.status, task.get_status_display())
    yield str(task.picker or show.NOTHING)
    yield task.bin.code if task.bin else show.NOTHING
    yield str(task.n)


def _documents(wave: Wave, site: AdminSite, request: HttpRequest) -> Panel:
    slots = PickSlot.objects.filter(task__wave=wave).select_related(
        "fulfillment__warehouse", "tote"
    )
    heads = (_("document"), _("status"), _("tote"), _("why it waits or left"))
    rows = [
        [
            row_link(site, request, slot.fulfillment),
            show.status_chip(slot.fulfillment.status, slot.fulfillment.get_status_display()),
            slot.tote.code if slot.tote else show.NOTHING,
            slot.parked_reason or slot.close_reason,
        ]
        for slot in slots.order_by("task", "position")
    ]
    return Panel(_("Shipping documents"), table=Table(heads, rows))
