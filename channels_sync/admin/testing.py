"""Two buttons of a connection: try the line out, and get the merchant's yes."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.pages.authorized import return_address
from channels_sync.services import authorizing
from channels_sync.services.probing import Aspect, probe
from oms.admin.base import StoreScopedAdmin, UnfoldAdminTextInputWidget
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.reach import person
from oms.refusals import Refusal

_FINE = (Aspect.WORKS, Aspect.LISTENS_ONLY)


class CodeForm(forms.Form):
    """For a platform that shows the code instead of sending it back."""

    code = forms.CharField(
        label=_("authorization code"),
        required=False,
        max_length=500,
        help_text=_("Only if the platform shows one instead of coming back here."),
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )


def test_line(page: StoreScopedAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    """Ask, try, and say where the trouble lies."""
    question = Question(
        title=_("Test the line"),
        text=gettext("The platform is asked for what changed in the last five minutes."),
        yes=_("Test the line"),
        back=_page_of(object_id),
    )
    if not is_confirmed(request):
        return ask(request, page, question)
    found = probe(object_id, actor=person(request), now=timezone.now())
    text = " ".join(filter(None, (found.advice, found.said)))
    tell = messages.success if found.aspect in _FINE else messages.error
    tell(request, text)
    return HttpResponseRedirect(question.back)


def authorize(page: StoreScopedAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    """Go to the platform's page, or take the code that it showed."""
    form = CodeForm(submitted(request))
    question = Question(
        title=_("Authorize"),
        text=gettext(
            "You go to the platform, sign in with the shop's main account and say yes there. You "
            "come back here by yourself."
        ),
        yes=_("Go on"),
        back=_page_of(object_id),
        form=form,
    )
    if not is_confirmed(request) or not form.is_valid():
        return ask(request, page, question)
    try:
        return _go_on(request, object_id, code=form.cleaned_data["code"])
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(question.back)


def _go_on(request: HttpRequest, object_id: int, *, code: str) -> HttpResponse:
    actor, redirect_uri = person(request), return_address()
    address = authorizing.begin(object_id, actor=actor, redirect_uri=redirect_uri)
    if address and not code:
        return HttpResponseRedirect(address)
    authorizing.exchange(
        object_id, code=code, actor=actor, redirect_uri=redirect_uri, now=timezone.now()
    )
    messages.success(request, gettext("The shop is authorized."))
    return HttpResponseRedirect(_page_of(object_id))


def _page_of(object_id: int) -> str:
    return reverse("admin:channels_sync_storeconnection_change", args=[object_id])
