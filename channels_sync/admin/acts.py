"""What people do with exceptions: asked first with a preview, then done and told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from channels_sync.models import RawOrder
from channels_sync.services import exceptions
from oms.admin.base import StoreScopedAdmin
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.reach import person
from oms.admin.reasons import ReasonForm
from oms.refusals import Refusal

_SHOWN = 50


def ids_of(rows: QuerySet[RawOrder]) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def page_of(raw_id: int) -> str:
    return reverse("admin:channels_sync_raworder_change", args=[raw_id])


def back(url: str) -> HttpResponse:
    return HttpResponseRedirect(url)


def replay(
    request: HttpRequest, page: StoreScopedAdmin, ids: Sequence[int], *, action: str = ""
) -> HttpResponse | None:
    """Ask with a preview, or replay and say what came of it; None means "done, go back"."""
    user, now = person(request), timezone.now()
    try:
        if is_confirmed(request):
            _tell(request, exceptions.replay(ids, actor=user, now=now))
            return None
        preview = exceptions.preview_replay(ids, actor=user, now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return None
    question = Question(
        title=_("Replay"),
        text=_replay_text(preview),
        yes=_("Replay"),
        back=_came_from(request),
        will=[_name(row) for row in preview.will[:_SHOWN]],
        wont=[(_name(row), why) for row, why in preview.wont[:_SHOWN]],
        hidden=_hidden(action, ids),
    )
    return ask(request, page, question)


def dismiss(
    request: HttpRequest, page: StoreScopedAdmin, ids: Sequence[int], *, action: str = ""
) -> HttpResponse | None:
    form = ReasonForm(submitted(request))
    if is_confirmed(request) and form.is_valid():
        _do(
            request,
            lambda: exceptions.dismiss(
                ids,
                reason=form.cleaned_data["reason"],
                actor=person(request),
                now=timezone.now(),
            ),
            gettext("Dismissed: %(n)d. They are kept, with your reason."),
        )
        return None
    rows = exceptions.exceptions(person(request)).filter(pk__in=ids)
    question = Question(
        title=_("Dismiss"),
        text=_("They will not come in. The messages are kept, with your name and reason."),
        yes=_("Dismiss"),
        back=_came_from(request),
        will=[_name(row) for row in rows.defer("payload")[:_SHOWN]],
        form=form,
        danger=True,
        hidden=_hidden(action, ids),
    )
    return ask(request, page, question)


def take_over(request: HttpRequest, ids: Sequence[int]) -> None:
    user = person(request)
    _do(
        request,
        lambda: exceptions.assign(ids, to=user, actor=user, now=timezone.now()),
        gettext("Assigned to you: %(n)d."),
    )


def snooze(request: HttpRequest, ids: Sequence[int]) -> None:
    now = timezone.now()
    morning = timezone.localtime(now).replace(hour=8, minute=0, second=0, microsecond=0)
    until = morning + timedelta(days=1)
    _do(
        request,
        lambda: exceptions.snooze(ids, until=until, actor=person(request), now=now),
        gettext("Put off until eight tomorrow morning: %(n)d."),
    )


def _do(request: HttpRequest, act: Any, text: str) -> None:
    try:
        messages.success(request, text % {"n": act()})
    except Refusal as refusal:
        messages.error(request, str(refusal))


def _tell(request: HttpRequest, result: exceptions.Replayed) -> None:
    if result.ingested:
        text = ngettext("%(n)d is in.", "%(n)d are in.", result.ingested)
        messages.success(request, text % {"n": result.ingested})
    if result.again:
        text = ngettext(
            "%(n)d could not be taken in and waits here again, with the reason.",
            "%(n)d could not be taken in and wait here again, with the reason.",
            result.again,
        )
        messages.warning(request, text % {"n": result.again})
    if result.queued:
        text = gettext("%(n)d more are taken in within the next minutes.")
        messages.info(request, text % {"n": result.queued})


def _replay_text(preview: exceptions.Preview) -> str:
    text = gettext("%(will)d can come in now, %(wont)d cannot yet.") % {
        "will": len(preview.will),
        "wont": len(preview.wont),
    }
    if preview.unseen:
        more = gettext("%(n)d more will be tried too.") % {"n": preview.unseen}
        text = f"{text} {more}"
    return text


def _name(row: RawOrder) -> str:
    return f"{row.channel_order_no or f'#{row.pk}'} {row.event}".strip()


def _hidden(action: str, ids: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """An action of the list is answered to the list, which wants the chosen rows again."""
    if not action:
        return ()
    return (("action", action), *(("_selected_action", str(pk)) for pk in ids))


def _came_from(request: HttpRequest) -> str:
    return reverse("admin:channels_sync_raworder_changelist") + "?status__exact=exception"
