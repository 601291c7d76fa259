"""One act on many orders of the list: a page that says what would come of it, then the doing."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from oms.access.checks import scope
from oms.admin.base import BaseAdmin
from oms.admin.confirm import FIELD, is_confirmed, submitted
from oms.admin.orders.columns import order_url
from oms.admin.orders.desk.buttons import BUTTONS, Button
from oms.admin.orders.desk.summary import SUMMARIES
from oms.admin.reach import person
from oms.admin.reasons import ReasonForm
from oms.models import Order, User
from oms.refusals import Refusal
from oms.services.desk.acts import BULK_ACTS, Asked
from oms.services.desk.many import MOST, Outlook, TooMany, outlook, perform_many

Action = Callable[[Any, HttpRequest, QuerySet[Order]], HttpResponse | None]
_PREFIX = "bulk_"
_SHOWN = 30
_PATIENCE = 15.0
"""Seconds until a page must answer, before proxies and people give up; the rest is one click."""


def actions() -> list[Action]:
    """Return the actions of the list, one for each act that may be done to many."""
    return [_action(BUTTONS[key]) for key in BULK_ACTS]


def allows(user: User, name: str) -> bool:
    """Tell whether a person may use an action of the list in any store at all."""
    act = BULK_ACTS.get(name.removeprefix(_PREFIX))
    return act is None or bool(scope(user).stores(act.permission))


def _action(button: Button) -> Action:
    def act(page: BaseAdmin, request: HttpRequest, rows: QuerySet[Order]) -> HttpResponse | None:
        count = rows.count()
        if count > MOST:
            messages.error(request, str(TooMany(n=count, most=MOST)))
            return None
        return _preview(page, request, button, list(rows.values_list("pk", flat=True)), query=None)

    act.__name__ = f"{_PREFIX}{button.act.key}"
    act.short_description = button.title  # type: ignore[attr-defined]
    return act


def bulk_view(page: BaseAdmin, request: HttpRequest, key: str) -> HttpResponse:
    """Answer to the preview: do it, or show it again where the reason is missing."""
    if key not in BULK_ACTS:
        raise Http404
    if not allows(person(request), key):
        raise PermissionDenied
    button, ids = BUTTONS[key], _ids(request.POST.get("orders", ""))
    query = request.POST.get("query", "")
    if not is_confirmed(request):
        return HttpResponseRedirect(_list_url(query))
    form = _form(request, button)
    if form is not None and not form.is_valid():
        return _preview(page, request, button, ids, query=query) or _back(query)
    asked = Asked(
        actor=person(request),
        now=timezone.now(),
        reason=form.cleaned_data["reason"] if form else "",
    )
    try:
        outcome = perform_many(BULK_ACTS[key], ids=ids, asked=asked, go_on=_until(_PATIENCE))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(query)
    return _tell(page, request, button, outcome, query)


def _until(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def _preview(
    page: BaseAdmin, request: HttpRequest, button: Button, ids: Sequence[int], *, query: str | None
) -> HttpResponse | None:
    act = BULK_ACTS[button.act.key]
    try:
        found = outlook(act, ids=ids, actor=person(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return None
    context = {
        "form": _form(request, button),
        "field": FIELD,
        "ids": ",".join(map(str, ids)),
        "effects": list(SUMMARIES[act.key](found.will)) if found.will else [],
        "suggestions": button.suggestions,
    }
    kept = request.GET.urlencode() if query is None else query
    return _page(page, request, button, found, context, query=kept)


def _tell(
    page: BaseAdmin, request: HttpRequest, button: Button, outcome: Outlook, query: str
) -> HttpResponse:
    if not outcome.wont and not outcome.rest:
        messages.success(request, str(button.done_many) % {"n": len(outcome.will)})
        return _back(query)
    told = str(button.done_many) % {"n": len(outcome.will)}
    context = {
        "told": told,
        "field": FIELD,
        "rest": len(outcome.rest),
        "ids": ",".join(str(order.pk) for order in outcome.rest),
        "reason": request.POST.get("reason", ""),
    }
    return _page(page, request, button, outcome, context, query=query)


def _page(
    page: BaseAdmin,
    request: HttpRequest,
    button: Button,
    found: Outlook,
    context: dict[str, Any],
    *,
    query: str,
) -> HttpResponse:
    shared = {
        **page.admin_site.each_context(request),
        "opts": page.model._meta,
        "title": button.title,
        "button": button,
        "action": reverse("admin:oms_order_bulk", args=[button.act.key]),
        "will": found.will,
        "will_links": _links([standing.order for standing in found.will[:_SHOWN]]),
        "wont": [
            (reason, len(orders), _links(orders[:_SHOWN]), max(len(orders) - _SHOWN, 0))
            for reason, orders in found.wont.items()
        ],
        "wont_count": found.wont_count,
        "chosen": len(found.will) + found.wont_count + len(found.rest),
        "more": max(len(found.will) - _SHOWN, 0),
        "query": query,
        "back": _list_url(query),
    }
    return TemplateResponse(request, "admin/oms/order/bulk.html", shared | context)


def _links(orders: Sequence[Order]) -> list[tuple[str, str, str]]:
    return [(order.order_no, order_url(order.pk), order.store.name) for order in orders]


def _form(request: HttpRequest, button: Button) -> ReasonForm | None:
    if not button.reason:
        return None
    return ReasonForm(submitted(request), label=button.reason)


def _ids(text: str) -> list[int]:
    """Read the chosen ids; they travel as one field, because a form may have 1,000 fields only."""
    parts = (part for part in text.split(",") if part.isascii() and part.isdecimal())
    return list(dict.fromkeys(int(part) for part in parts if len(part) < 19))


def _list_url(query: str) -> str:
    """Return the list with the filters that it had; nothing else can be made of ``query``."""
    url, kept = reverse("admin:oms_order_changelist"), QueryDict(query).urlencode()
    return f"{url}?{kept}" if kept else url


def _back(query: str) -> HttpResponse:
    return HttpResponseRedirect(_list_url(query))
