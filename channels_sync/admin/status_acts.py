"""What people do about a line from the page of all lines."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.admin import ModelAdmin, site
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from channels_sync.models import StoreConnection
from channels_sync.services import line_acts
from oms.access.checks import may
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.reach import person
from oms.admin.reasons import ReasonForm
from oms.models import Store
from oms.refusals import Refusal


@require_POST
def try_now(request: HttpRequest, store_id: int) -> HttpResponse:
    """Let everything of a store that waits be tried at once."""
    store = _store(request, store_id)
    text = gettext("%(store)s is tried now. The page shows what comes of it.") % {"store": store}
    return _do(
        request,
        lambda: line_acts.try_now(store.pk, actor=person(request), now=timezone.now()),
        text,
    )


@require_POST
def resume(request: HttpRequest, store_id: int) -> HttpResponse:
    """Let a paused store go on."""
    store = _store(request, store_id)
    text = gettext("%(store)s goes on, from where it stopped.") % {"store": store}
    return _do(
        request,
        lambda: line_acts.resume(store.pk, actor=person(request), now=timezone.now()),
        text,
    )


def pause(request: HttpRequest, store_id: int) -> HttpResponse:
    """Ask why, then ask and tell nothing for a store."""
    store = _store(request, store_id)
    form = ReasonForm(submitted(request))
    if is_confirmed(request) and form.is_valid():
        reason, actor = form.cleaned_data["reason"], person(request)
        return _do(
            request,
            lambda: line_acts.pause(store.pk, reason=reason, actor=actor, now=timezone.now()),
            gettext("%(store)s is paused.") % {"store": store},
        )
    question = Question(
        title=_("Pause"),
        text=gettext("Nothing is asked or told for %(store)s until somebody lets it go on.")
        % {"store": store},
        yes=_("Pause"),
        back=_page(),
        effects=[
            _("What the platform sends by itself is still received and kept."),
            _("Orders, parcel numbers and stock wait, and go on from where they stopped."),
        ],
        form=form,
        danger=True,
    )
    return ask(request, _home(), question)


def _do(request: HttpRequest, act: Callable[[], None], text: str) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, text)
    return HttpResponseRedirect(_page())


def _store(request: HttpRequest, store_id: int) -> Store:
    """A store that is not there and one that the person may not set up look the same."""
    store = get_object_or_404(Store, pk=store_id, connection__isnull=False)
    if not may(person(request), line_acts.RIGHT, store):
        raise PermissionDenied
    return store


def _home() -> "ModelAdmin[StoreConnection]":
    return site.get_model_admin(StoreConnection)


def _page() -> str:
    return reverse("admin:channel_status")
