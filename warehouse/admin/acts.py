"""How a button of the back office acts: ask, do by POST, tell, go back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.admin.base import BaseAdmin, UnfoldAdminTextInputWidget
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.reach import person
from oms.refusals import Refusal

Text = str | Promise


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget())


def confirmed(
    request: HttpRequest, page: BaseAdmin, question: Question, do: Callable[[], Text]
) -> HttpResponse:
    """Ask the question, or do the one service call and tell what came of it."""
    form = question.form
    if not is_confirmed(request) or (form is not None and not form.is_valid()):
        return ask(request, page, question)
    try:
        messages.success(request, str(do()))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(question.back)


def holds(request: HttpRequest, warehouse_id: int, permission: str) -> bool:
    return warehouse_id in scope(person(request)).ids(permission)


def submitted(request: HttpRequest) -> dict[str, Any] | None:
    """Return what was filled in, where the question was answered."""
    return request.POST.dict() if is_confirmed(request) else None
