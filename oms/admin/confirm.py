"""Ask before doing: what will happen to how many, which ones cannot and why. One click does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.functional import Promise

from oms.refusals import Refusal

Text = str | Promise
FIELD = "confirmed"


@dataclass(frozen=True)
class Question:
    """``will`` are the rows that change, ``wont`` those that cannot with the reason for each.

    ``effects`` say what will happen otherwise, ``suggestions`` are answers to the form's first
    question that a click fills in. ``hidden`` is sent back with the answer (the selected rows of a
    list, the name of the action).
    """

    title: Text
    text: Text
    yes: Text
    back: str
    will: Sequence[str] = ()
    wont: Sequence[tuple[str, Text]] = ()
    effects: Sequence[Text] = ()
    suggestions: Sequence[Text] = ()
    form: Form | None = None
    danger: bool = False
    hidden: Sequence[tuple[str, str]] = field(default_factory=tuple)


def is_confirmed(request: HttpRequest) -> bool:
    """Tell whether the person has seen the question and said yes; only ever by POST."""
    return request.method == "POST" and request.POST.get(FIELD) == "yes"


def submitted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, where the question was answered."""
    return request.POST if is_confirmed(request) else None


def confirmed(
    request: HttpRequest,
    page: "ModelAdmin[Any]",
    question: Question,
    do: Callable[[], Text | None],
) -> HttpResponse:
    """Ask the question, or do the one service call and tell what came of it, if it says so."""
    form = question.form
    if not is_confirmed(request) or (form is not None and not form.is_valid()):
        return ask(request, page, question)
    try:
        told = do()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if told:
            messages.success(request, str(told))
    return HttpResponseRedirect(question.back)


def ask(request: HttpRequest, page: "ModelAdmin[Any]", question: Question) -> TemplateResponse:
    context = {
        **page.admin_site.each_context(request),
        "opts": page.model._meta,
        "title": question.title,
        "question": question,
        "field": FIELD,
        "media": question.form.media if question.form else "",
    }
    return TemplateResponse(request, "admin/oms/confirm.html", context)
