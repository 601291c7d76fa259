"""Show one receiver in clear, once: the answer to a question that asks what for."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.admin import show
from oms.admin.base import BaseAdmin
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.orders.columns import order_url
from oms.admin.reach import person
from oms.admin.reasons import ReasonForm
from oms.models import Order, User
from oms.refusals import Refusal
from oms.services.reveal import Revealed, against_nothing, reveal_receiver

Text = str | Promise
_PERMISSION = "view_buyer_contact"
_PURPOSES = (
    _("Ask the buyer about the address"),
    _("The carrier cannot reach the buyer"),
    _("The buyer called about this order"),
    _("After-sales"),
)
_EFFECTS = (
    _("Your name, the time, your network address and the purpose go on record."),
    _("Whoever sees this order sees on its timeline that you looked."),
    _("It is shown once: the page keeps nothing."),
)


def may_reveal(user: User, order: Order) -> bool:
    """Tell whether the person may see this receiver in clear, and we could show it."""
    if order.store_id not in scope(user).stores(_PERMISSION):
        return False
    try:
        against_nothing(order.receiver)
    except Refusal:
        return False
    return True


def reveal_url(order: Order) -> str:
    return reverse("admin:oms_order_reveal", args=[order.pk])


def reveal_view(page: BaseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    order: Order | None = page.get_object(request, object_id)
    if order is None:
        raise Http404
    if order.store_id not in scope(person(request)).stores(_PERMISSION):
        raise PermissionDenied
    form = ReasonForm(submitted(request), label=_("What for"))
    if is_confirmed(request) and form.is_valid():
        return _reveal(page, request, order, form.cleaned_data["reason"])
    question = Question(
        title=_("Show the receiver"),
        text=f"{order.order_no} · {order.receiver or ''}",
        yes=_("Show once"),
        back=order_url(order.pk),
        effects=_EFFECTS,
        suggestions=_PURPOSES,
        form=form,
    )
    return ask(request, page, question)


def _reveal(page: BaseAdmin, request: HttpRequest, order: Order, reason: str) -> HttpResponse:
    try:
        found = reveal_receiver(order.pk, actor=person(request), reason=reason, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(order_url(order.pk))
    return _shown(page, request, order, found)


def _shown(page: BaseAdmin, request: HttpRequest, order: Order, revealed: Revealed) -> HttpResponse:
    context = {
        **page.admin_site.each_context(request),
        "opts": page.model._meta,
        "title": _("Receiver"),
        "order": order,
        "rows": _rows(revealed),
        "back": order_url(order.pk),
    }
    response = TemplateResponse(request, "admin/oms/order/revealed.html", context)
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _rows(revealed: Revealed) -> list[tuple[Text, SafeString]]:
    rows = (
        (_("Name"), revealed.name),
        (_("Phone"), revealed.phone),
        (_("Address"), revealed.address),
        (_("Postcode"), revealed.postcode),
        (_("E-mail"), revealed.email),
    )
    return [(label, show.copyable(value)) for label, value in rows if value]
