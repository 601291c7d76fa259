"""One act on one order: asked on a page of its own, which says what will happen."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.access.checks import scope
from oms.admin.base import BaseAdmin
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.orders.columns import order_url
from oms.admin.orders.desk.buttons import BUTTONS, Button
from oms.admin.orders.desk.forms import HoldsForm
from oms.admin.reach import person
from oms.admin.reasons import ReasonForm
from oms.models import Order
from oms.refusals import Refusal
from oms.services.desk.acts import Asked, perform
from oms.services.desk.judging import endable
from oms.services.standing import Standing, standing_of


def act_view(page: BaseAdmin, request: HttpRequest, object_id: str, key: str) -> HttpResponse:
    """Ask before an act and do it; whoever may not, or not now, is told why."""
    button = BUTTONS.get(key)
    order: Order | None = page.get_object(request, object_id)
    if button is None or order is None:
        raise Http404
    if order.store_id not in scope(person(request)).stores(button.act.permission):
        raise PermissionDenied
    standing, now = standing_of(order.pk), timezone.now()
    form = _form(request, button, standing)
    if is_confirmed(request) and (form is None or form.is_valid()):
        return _do(request, button, order, form)
    refusal = button.act.against(standing, now=now)
    if refusal is not None:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(order_url(order.pk))
    question = Question(
        title=button.title,
        text=_name(order),
        yes=button.title,
        back=order_url(order.pk),
        effects=list(button.effects(standing, now)),
        suggestions=button.suggestions,
        form=form,
        danger=button.danger,
    )
    return ask(request, page, question)


def act_url(order: Order, button: Button) -> str:
    return reverse("admin:oms_order_act", args=[order.pk, button.act.key])


def _do(
    request: HttpRequest, button: Button, order: Order, form: forms.Form | None
) -> HttpResponse:
    given: dict[str, Any] = form.cleaned_data if form else {}
    chosen = given.get("holds")
    asked = Asked(
        actor=person(request),
        now=timezone.now(),
        reason=given.get("reason", ""),
        hold_ids=frozenset(map(int, chosen)) if chosen is not None else None,
    )
    try:
        perform(button.act, order_id=order.pk, asked=asked)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(button.done) % {"no": order.order_no})
    return HttpResponseRedirect(order_url(order.pk))


def _form(request: HttpRequest, button: Button, standing: Standing) -> forms.Form | None:
    if not button.reason:
        return None
    data = submitted(request)
    if button.act.key == "release":
        return HoldsForm(data, label=button.reason, holds=endable(standing))
    return ReasonForm(data, label=button.reason)


def _name(order: Order) -> str:
    names = {"no": order.order_no, "store": order.store.name}
    return _("Order %(no)s of %(store)s") % names
