"""Customer service opens a case for a buyer who wrote or called, or sends him the form."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aftersales.models import AfterSalesCase, Kind, Reason, Source
from aftersales.portal.forms import ReturnForm
from aftersales.services import intake, links
from aftersales.services.asking import Request
from aftersales.services.filing import form_key
from aftersales.services.units import Free, free_units
from oms.access.checks import scope
from oms.admin.base import (
    StoreScopedAdmin,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)
from oms.admin.reach import person
from oms.models import Order
from oms.refusals import Refusal

TEMPLATE = "aftersales/admin/open.html"


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300, widget=UnfoldAdminTextInputWidget())


class FindForm(forms.Form):
    """Which order it is about: its number, ours or the platform's."""

    order_no = forms.CharField(
        label=_("Order number"),
        max_length=64,
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True}),
    )


class DeskForm(ReturnForm):
    """The buyer's form, and by which way he asked."""

    source = forms.ChoiceField(
        label=_("Came by"),
        choices=[(source.value, source.label) for source in (Source.CHAT, Source.PHONE)],
    )

    def __init__(self, *args: Any, free: Sequence[Free], **kwargs: Any) -> None:
        super().__init__(*args, free=free, **kwargs)
        for name in ("reason", "kind", "source"):
            field = self.fields[name]
            field.widget = UnfoldAdminSelectWidget(choices=field.choices)  # type: ignore[attr-defined]
        self.look = look = UnfoldAdminTextInputWidget().attrs["class"]
        self.fields["words"].label = _("The buyer's words")
        self.fields["words"].widget = forms.Textarea(attrs={"rows": 3, "class": look})


def open_view(page: StoreScopedAdmin, request: HttpRequest) -> HttpResponse:
    """Find the order, ask what it is about, open the case: or make a link for the buyer."""
    if not page.has_add_permission(request):
        raise PermissionDenied
    order = _order(request)
    if order is None:
        return _ask_for_order(page, request)
    if request.method == "POST" and request.POST.get("act") == "link":
        return _make_link(page, request, order)
    if request.method == "POST":
        sent = AfterSalesCase.objects.filter(
            submission_key=_key(order, request.POST.get("form_token", ""))
        ).first()
        if sent is not None:  # a second click
            return _to_case(sent)
    form = DeskForm(request.POST or None, free=free_units(order))
    if request.method == "POST" and form.is_valid():
        try:
            return _open(request, order, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _page(page, request, {"order": order, "form": form, "choices": list(form.choices())})


def _order(request: HttpRequest) -> Order | None:
    """Return the order named in the address, if the person may open cases for it."""
    given = request.GET.get("order", "") or request.GET.get("order_no", "").strip()
    allowed = scope(person(request)).ids("open_cases")
    rows = Order.objects.filter(store_id__in=allowed).select_related("store__channel", "receiver")
    if not given or "\0" in given or len(given) > 64:
        return None
    if "order" in request.GET:
        return rows.filter(pk=int(given)).first() if _is_id(given) else None
    found = rows.filter(order_no=given.upper()) | rows.filter(channel_order_no=given)
    return found.order_by("-pk").first()


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _ask_for_order(page: StoreScopedAdmin, request: HttpRequest) -> HttpResponse:
    form = FindForm(request.GET if "order_no" in request.GET else None)
    if form.is_bound and form.is_valid():
        form.add_error("order_no", gettext("There is no such order in your shops."))
    return _page(page, request, {"find": form})


def _open(request: HttpRequest, order: Order, form: DeskForm) -> HttpResponse:
    data = form.cleaned_data
    asked = Request(
        source=Source(data["source"]),
        reason=Reason(data["reason"]),
        kind=Kind(data["kind"]),
        units=data["units"],
        words=data["words"],
        submission_key=_key(order, data["form_token"]),
    )
    case = intake.open_case(order.pk, request=asked, actor=person(request), now=timezone.now())
    messages.success(request, gettext("Case %(case)s is open.") % {"case": case})
    return _to_case(case)


def _key(order: Order, form_token: str) -> str:
    return form_key(f"order {order.pk}", form_token=form_token)


def _to_case(case: AfterSalesCase) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:aftersales_aftersalescase_change", args=[case.pk]))


def _make_link(page: StoreScopedAdmin, request: HttpRequest, order: Order) -> HttpResponse:
    """Show the link once: only its hash is kept."""
    made = links.make_form_link(order.pk, actor=person(request), now=timezone.now())
    path = reverse("aftersales:form", kwargs={"token": made.token})
    link = request.build_absolute_uri(path)
    return _page(page, request, {"order": order, "link": link, "expires": made.link.expires_at})


def _page(page: StoreScopedAdmin, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(
        request,
        TEMPLATE,
        {
            **page.admin_site.each_context(request),
            "opts": page.opts,
            "title": gettext("Open a case"),
            **context,
        },
    )
