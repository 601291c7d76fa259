"""The buyer's pages. Each request makes one service call; every refusal is a sentence on a page."""

from collections.abc import Iterable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aftersales.models import AfterSalesCase, CaseLink, Kind, Reason, Source
from aftersales.portal.forms import LookupForm, ParcelForm, ReturnForm
from aftersales.portal.guard import guarded, limited
from aftersales.portal.showing import form_context, status_context
from aftersales.services import closing, filing, goods, links, photos, throttle
from aftersales.services.asking import Request
from aftersales.services.links import LinkNotValid, Purpose
from aftersales.services.units import free_units
from oms.audit.middleware import remote_address
from oms.refusals import Refusal

QUARTER = timedelta(minutes=15)
TRIES_PER_ADDRESS = 20
TRIES_PER_ORDER = 10
FORMS_PER_ADDRESS = 30


@guarded
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """Let in whoever has both numbers. Every wrong pair gets the same answer."""
    form = LookupForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "aftersales/portal/lookup.html", {"form": form})
    order_no, waybill_no = form.cleaned_data["order_no"], form.cleaned_data["waybill_no"]
    if not _may_try(request, order_no):
        context = {"form": form, "error": _("Too many tries. Please wait a quarter of an hour.")}
        return render(request, "aftersales/portal/lookup.html", context, status=429)
    found = links.look_up(waybill_no, order_no=order_no, now=timezone.now())
    if found is None:
        text = _("These two numbers do not belong together. Please check them on your parcel.")
        return render(request, "aftersales/portal/lookup.html", {"form": form, "error": text})
    return redirect("aftersales:form", token=found.token)


def _may_try(request: HttpRequest, order_no: str) -> bool:
    """Count the try for the address and for the order, known or not."""
    address = remote_address(request) or "unknown"
    return _allow("lookup", address, TRIES_PER_ADDRESS) and _allow(
        "lookup-order", order_no, TRIES_PER_ORDER
    )


def _allow(what: str, who: str, limit: int) -> bool:
    return throttle.allow(what, who=who, limit=limit, window=QUARTER, now=timezone.now())


@guarded
@limited
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, token: str) -> HttpResponse:
    """Take in a request: what, why, how."""
    try:
        link = links.find(token, purpose=Purpose.FORM, now=timezone.now())
        if request.method == "POST":
            return _file(request, link)
        if link.used_at is not None:
            raise LinkNotValid
    except LinkNotValid:
        return _gone(request)
    filled = ReturnForm(free=free_units(link.order))
    return render(request, "aftersales/portal/form.html", form_context(link, filled))


def _file(request: HttpRequest, link: CaseLink) -> HttpResponse:
    if not _allow("form", remote_address(request) or "unknown", FORMS_PER_ADDRESS):
        text = _("Too many tries. Please wait a quarter of an hour.")
        return _notice(request, text, status=429)
    form_token = request.POST.get("form_token", "")
    if link.used_at is not None:
        return _sent_before(link, form_token) or _gone(request)
    errors = photos.keep(link, uploads=request.FILES.getlist("photos"), now=timezone.now())
    filled = ReturnForm(request.POST, free=free_units(link.order))
    if filled.is_valid() and not errors:
        try:
            return _send(link, filled)
        except Refusal as refusal:
            errors.append(refusal)
    # The other half of a double click may have come first: then what was wrong here is nothing.
    sent = _sent_before(link, form_token)
    if sent is not None:
        return sent
    context = form_context(link, filled, errors=errors)
    return render(request, "aftersales/portal/form.html", context, status=422)


def _sent_before(link: CaseLink, form_token: str) -> HttpResponseRedirect | None:
    status = filing.find_filed(link.pk, form_token=form_token, now=timezone.now())
    return redirect("aftersales:status", token=status.token) if status else None


def _send(link: CaseLink, filled: ReturnForm) -> HttpResponseRedirect:
    data = filled.cleaned_data
    asked = Request(
        source=Source.PORTAL,
        reason=Reason(data["reason"]),
        kind=Kind(data["kind"]),
        units=data["units"],
        words=data["words"],
    )
    status = filing.file_request(
        link.pk, request=asked, form_token=data["form_token"], now=timezone.now()
    )
    return redirect("aftersales:status", token=status.token)


@guarded
@limited
@require_POST
def follow(request: HttpRequest, token: str, case_no: str) -> HttpResponse:
    """Show the state of a case that is open already, to whoever may file one for its order."""
    try:
        link = links.find(token, purpose=Purpose.FORM, now=timezone.now())
    except LinkNotValid:
        return _gone(request)
    case = AfterSalesCase.objects.filter(order=link.order_id, case_no=case_no).first()
    if case is None or link.used_at is not None:
        return _gone(request)
    status = links.make_status_link(case, now=timezone.now())
    return redirect("aftersales:status", token=status.token)


@guarded
@require_GET
def status(request: HttpRequest, token: str) -> HttpResponse:
    """Show where a case stands, like a parcel."""
    try:
        link = links.find(token, purpose=Purpose.STATUS, now=timezone.now())
    except LinkNotValid:
        return _gone(request)
    return _show_status(request, link, token)


def _show_status(
    request: HttpRequest,
    link: CaseLink,
    token: str,
    *,
    parcel_form: ParcelForm | None = None,
    errors: Iterable[Refusal] = (),
) -> HttpResponse:
    assert link.case is not None  # noqa: S101  # the table's constraint says so
    context = status_context(link.case) | {"token": token, "errors": list(errors)}
    context["parcel_form"] = parcel_form or ParcelForm()
    failed = bool(errors or (parcel_form and parcel_form.errors))
    return render(request, "aftersales/portal/status.html", context, status=422 if failed else 200)


@guarded
@limited
@require_POST
def send_back(request: HttpRequest, token: str) -> HttpResponse:
    """Note under which number the goods are on their way."""
    try:
        link = links.find(token, purpose=Purpose.STATUS, now=timezone.now())
    except LinkNotValid:
        return _gone(request)
    filled = ParcelForm(request.POST)
    if not filled.is_valid():
        return _show_status(request, link, token, parcel_form=filled)
    data = filled.cleaned_data
    try:
        goods.set_waybill(
            _case_id(link),
            carrier=data["carrier"],
            waybill_no=data["waybill_no"].upper(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _show_status(request, link, token, errors=[refusal])
    return redirect("aftersales:status", token=token)


@guarded
@limited
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take the request back."""
    try:
        link = links.find(token, purpose=Purpose.STATUS, now=timezone.now())
    except LinkNotValid:
        return _gone(request)
    try:
        reason = "withdrawn by the buyer"
        closing.withdraw_case(_case_id(link), actor=None, reason=reason, now=timezone.now())
    except Refusal as refusal:
        return _show_status(request, link, token, errors=[refusal])
    return redirect("aftersales:status", token=token)


def _case_id(link: CaseLink) -> int:
    assert link.case_id is not None  # noqa: S101  # the table's constraint says so
    return link.case_id


def _gone(request: HttpRequest) -> HttpResponse:
    """Say the same of every link that leads nowhere: never made, used up, or run out."""
    return _notice(request, str(LinkNotValid.message), status=404)


def _notice(request: HttpRequest, text: str, *, status: int) -> HttpResponse:
    return render(request, "aftersales/portal/notice.html", {"text": text}, status=status)
