"""The buttons of a shipping document: stop it, or hand it over before its time."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.admin.base import WarehouseScopedAdmin, page_action
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.reach import person
from oms.admin.reasons import ReasonForm
from oms.models import FulfillmentOrder, Order
from oms.queries.orders import visible_orders
from oms.refusals import Refusal
from oms.services.desk.documents import (
    PERMISSION,
    against_early_release,
    against_stop,
    release_early,
    standing_on,
    stop_document,
)

_AGAINST = {"stop": against_stop, "release_early": against_early_release}


class DocumentActs(WarehouseScopedAdmin):
    """What whoever releases and recalls documents of a warehouse may do to one of them."""

    actions_detail: Sequence[Any] = ("release_early", "stop")
    empty_hint = _("Approved orders become documents here as soon as a warehouse has their goods.")

    def has_recall_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        document = self.get_object(request, object_id) if object_id is not None else None
        allowed = scope(person(request)).warehouses(PERMISSION)
        return document is not None and document.warehouse_id in allowed

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer only what the document's station allows."""
        document = self.get_object(request, object_id)
        if document is None:
            return []
        return [
            one
            for one in super().get_actions_detail(request, object_id)
            if _AGAINST[one.path](document) is None
        ]

    @page_action(_("Recall"), permissions=("recall",), icon="front_hand", url_path="stop")
    def stop(self, request: HttpRequest, object_id: str) -> HttpResponse:
        document = _found(self, request, object_id)
        form = ReasonForm(submitted(request), label=_("Why it is recalled"))
        if is_confirmed(request) and form.is_valid():
            reason = form.cleaned_data["reason"]
            return _do(request, document, lambda: _stop(request, document, reason))
        question = Question(
            title=_("Recall the document"),
            text=_name(document),
            yes=_("Recall"),
            back=_url(document),
            effects=_stop_effects(document),
            suggestions=(_("Buyer asks for a refund"), _("Wrong goods"), _("Address in doubt")),
            will=_named(request, document),
            form=form,
            danger=True,
        )
        return self._ask_or_refuse(request, document, question, against_stop(document))

    @page_action(_("Hand over now"), permissions=("recall",), icon="bolt", url_path="release_early")
    def release_early(self, request: HttpRequest, object_id: str) -> HttpResponse:
        document = _found(self, request, object_id)
        if is_confirmed(request):
            return _do(request, document, lambda: _release(request, document))
        question = Question(
            title=_("Hand over now"),
            text=_name(document),
            yes=_("Hand over now"),
            back=_url(document),
            effects=(
                _("The warehouse gets it at once."),
                _("Until it is picked, late siblings can still join."),
            ),
            will=_named(request, document),
        )
        return self._ask_or_refuse(request, document, question, against_early_release(document))

    def _ask_or_refuse(
        self,
        request: HttpRequest,
        document: FulfillmentOrder,
        question: Question,
        refusal: Refusal | None,
    ) -> HttpResponse:
        if refusal is None:
            return ask(request, self, question)
        messages.error(request, str(refusal))
        return HttpResponseRedirect(_url(document))


def _found(page: DocumentActs, request: HttpRequest, object_id: str) -> FulfillmentOrder:
    document: FulfillmentOrder | None = page.get_object(request, object_id)
    if document is None:
        raise Http404
    return document


def _do(request: HttpRequest, document: FulfillmentOrder, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(_url(document))


def _stop(request: HttpRequest, document: FulfillmentOrder, reason: str) -> str:
    held = stop_document(document.pk, actor=person(request), reason=reason, now=timezone.now())
    text = ngettext("Recalled: %(n)d order is held.", "Recalled: %(n)d orders are held.", len(held))
    return text % {"n": len(held)}


def _release(request: HttpRequest, document: FulfillmentOrder) -> str:
    release_early(document.pk, actor=person(request), now=timezone.now())
    return gettext("Document %(no)s is with the warehouse.") % {"no": document.fulfillment_no}


def _stop_effects(document: FulfillmentOrder) -> list[str]:
    facts = {"at": document.get_status_display()}
    if document.frozen_at:
        what = gettext("It is %(at)s: no station lets it pass any more, the goods stay there.")
    else:
        what = gettext("It is %(at)s and comes back whole: its stock is free again.")
    return [
        what % facts,
        gettext("Its orders are held by hand; customer service ends the holds or cancels them."),
    ]


def _named(request: HttpRequest, document: FulfillmentOrder) -> list[str]:
    """Name the orders that the person may see; of the others, say that they exist."""
    ids = standing_on(document.pk)
    seen = visible_orders(person(request)).filter(pk__in=ids).select_related("store")
    named = [_line(order) for order in seen.order_by("pk")]
    rest = len(ids) - len(named)
    unseen = gettext("%(n)d of stores that you do not see") % {"n": rest}
    return [*named, unseen] if rest else named


def _line(order: Order) -> str:
    return f"{order.order_no} · {order.store.name}"


def _name(document: FulfillmentOrder) -> str:
    return f"{document.fulfillment_no} · {document.warehouse.name}"


def _url(document: FulfillmentOrder) -> str:
    return reverse("admin:oms_fulfillmentorder_change", args=[document.pk])
