"""Tables of libraries, for looking at: the task queue and the sign-ins."""

from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import ReadOnlyAdmin, page_action
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.filters import DayRangeFilter
from oms.admin.menu import Group, Place
from oms.admin.reach import person, sees_everything
from oms.privacy.filters import redact


class ScheduleAdmin(ReadOnlyAdmin):
    """Written by ``sync_schedules`` alone: one faulty row would stop every schedule."""

    menu = Place(Group.ENGINE, "schedule", 30)
    list_display = ("name", "every", "next")
    list_display_links = ("name",)
    ordering = ("name",)
    fields = ("name", "task_name", "every", "next")

    def title_of(self, row: Any) -> str:
        return str(row.name)

    @admin.display(description=_("task"))
    def task_name(self, schedule: Any) -> str:
        return str(schedule.func)

    @admin.display(description=_("runs"))
    def every(self, schedule: Any) -> str:
        return gettext("every %(n)s min") % {"n": schedule.minutes}

    @admin.display(description=_("next run"), ordering="next_run")
    def next(self, schedule: Any) -> SafeString:
        return show.moment(schedule.next_run, timezone.now())


class QueuedTaskAdmin(ReadOnlyAdmin):
    menu = Place(Group.ENGINE, "queue", 31)
    list_display = ("task_name", "state")
    list_display_links = None
    fields = ("task_name", "state")

    def title_of(self, row: Any) -> str:
        return str(row.func())

    @admin.display(description=_("task"))
    def task_name(self, task: Any) -> str:
        return str(task.func())

    @admin.display(description=_("state"), ordering="lock")
    def state(self, task: Any) -> SafeString:
        now = timezone.now()
        if task.lock is not None and task.lock > now:
            return show.chip(_("taken by a worker"), "blue")
        return show.chip(_("waits"), "grey")


class DoneTaskAdmin(ReadOnlyAdmin):
    menu = Place(Group.ENGINE, "task_alt", 32)
    list_display: tuple[str, ...] = ("task_name", "when", "took")
    list_display_links = ("task_name",)
    ordering = ("-stopped",)
    search_fields = ("func__exact",)
    search_help_text = _("Dotted path of the task, in full")
    fields = ("task_name", "when", "took", "attempts", "outcome")

    def title_of(self, row: Any) -> str:
        return str(row.func)

    @admin.display(description=_("task"), ordering="func")
    def task_name(self, task: Any) -> str:
        return str(task.func)

    @admin.display(description=_("ended"), ordering="stopped")
    def when(self, task: Any) -> SafeString:
        return show.moment(task.stopped, timezone.now())

    @admin.display(description=_("took"))
    def took(self, task: Any) -> str:
        return f"{(task.stopped - task.started).total_seconds():.1f} s"

    @admin.display(description=_("attempts"))
    def attempts(self, task: Any) -> int:
        return int(task.attempt_count)

    @admin.display(description=_("result"))
    def outcome(self, task: Any) -> str:
        return redact(str(task.result))


class FailedTaskAdmin(DoneTaskAdmin):
    menu = Place(Group.ENGINE, "error", 33)

    list_display = ("task_name", "when", "took", "what")

    @admin.display(description=_("error"))
    def what(self, task: Any) -> str:
        return redact(str(task.result))[:120]


class SignInAdmin(ReadOnlyAdmin):
    menu = Place(Group.TRUST, "login", 90)
    list_display: tuple[str, ...] = ("username", "when", "ip_address", "left")
    list_display_links = ("username",)
    list_filter = (("attempt_time", DayRangeFilter),)
    search_fields = ("username__exact", "ip_address__exact")
    search_help_text = _("User name or address, in full")
    ordering = ("-pk",)
    fields: tuple[str, ...] = ("username", "when", "ip_address", "user_agent", "left")

    def title_of(self, row: Any) -> str:
        return f"{row.username} · {timezone.localtime(row.attempt_time):%Y-%m-%d %H:%M}"

    @admin.display(description=_("at"), ordering="pk")
    def when(self, row: Any) -> SafeString:
        return show.moment(row.attempt_time, timezone.now())

    @admin.display(description=_("signed out"))
    def left(self, row: Any) -> SafeString:
        return show.moment(row.logout_time, timezone.now())


class FailedSignInAdmin(SignInAdmin):
    menu = Place(Group.TRUST, "no_accounts", 91)
    list_display = ("username", "when", "ip_address", "locked_out")
    fields = ("username", "when", "ip_address", "user_agent", "locked_out")


class LockOutAdmin(SignInAdmin):
    """Failures that still count: somebody with too many of them is locked out for a while."""

    menu = Place(Group.TRUST, "lock_person", 92)
    list_display = ("username", "when", "ip_address", "failures_since_start")
    fields = ("username", "when", "ip_address", "user_agent", "failures_since_start")
    actions_detail = ("unlock",)

    def has_unlock_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return sees_everything(person(request))

    @page_action(_("Unlock"), permissions=("unlock",), icon="lock_open", primary=True)
    def unlock(self, request: HttpRequest, object_id: str) -> HttpResponse:
        back = reverse("admin:axes_accessattempt_changelist")
        attempt: AccessAttempt | None = self.get_object(request, object_id)
        if attempt is None:
            return HttpResponseRedirect(back)
        if is_confirmed(request):
            reset(username=attempt.username)
            messages.success(
                request, gettext("%(name)s may try again.") % {"name": attempt.username}
            )
            return HttpResponseRedirect(back)
        question = Question(
            title=_("Unlock"),
            text=gettext("%(name)s may sign in again at once.") % {"name": attempt.username},
            yes=_("Unlock"),
            back=back,
        )
        return ask(request, self, question)
