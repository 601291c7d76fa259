"""What the script of the phone calls. Every answer is JSON with ``result`` and ``message``."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oms.access.checks import NotAllowed, scope
from oms.models import Shipment, User, Warehouse
from oms.refusals import Refusal
from oms.registries import barcode_kinds
from oms.services.fulfillment import parcels, typed_waybills
from warehouse.mobile import messages
from warehouse.mobile.parsing import (
    BadRequest,
    reason_of,
    scan_request,
    typed_waybill,
    typed_weight,
)
from warehouse.mobile.places import workplaces
from warehouse.mobile.screens import parcel
from warehouse.mobile.screens.catalogue import STATIONS, as_json
from warehouse.mobile.screens.pick import of_walk
from warehouse.mobile.screens.screen import Screen
from warehouse.mobile.security import api, worker
from warehouse.models import ReturnPhoto, Waybill
from warehouse.services.picking.walk import Walk
from warehouse.services.receiving import photos
from warehouse.services.scanning import scan as scanning
from warehouse.services.scanning.values import Answer, ScanRequest
from warehouse.services.waybills import labelling, printing

_STATUS = {"accepted": 200, "refused": 409}


@api
@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """Take one scan. 200 done, 409 refused, 403 no right, 422 not understood or key used twice."""
    device = request.headers.get("X-Device", "")
    try:
        asked = scan_request(request.body, device=device)
    except BadRequest:
        return _invalid(str(messages.BAD_REQUEST))
    user = worker(request)
    try:
        answer = scanning.scan(asked, actor=user, now=timezone.now())
    except scanning.KeyReused as refusal:
        return _invalid(str(refusal))
    status = 403 if answer.is_forbidden else _STATUS[answer.result]
    shown = _at_hand(user, asked, answer) or _screen(user, asked.station, asked.warehouse_id)
    return JsonResponse({**_told(answer), "screen": shown}, status=status)


@api
@require_GET
def screen(request: HttpRequest, station: str) -> HttpResponse:
    """Show what a station has to do now: after a pause, or on another device."""
    raw = request.GET.get("warehouse", "")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 18:
        return _invalid(str(messages.BAD_REQUEST))
    shown = _screen(worker(request), station, int(raw))
    if shown is None:
        return JsonResponse({"result": "refused", "message": str(messages.NOT_HERE)}, status=403)
    return JsonResponse({"result": "accepted", "message": "", "screen": shown})


@api
@require_http_methods(["GET", "POST"])
def label(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Get the waybill of a parcel (POST), or ask how it stands (GET)."""
    user = worker(request)
    shipment = _own_parcel(user, shipment_id)
    if shipment is None:
        return _missing()
    if request.method == "POST":
        try:
            labelling.label_parcel(shipment.pk, actor=user, now=timezone.now())
        except Refusal as refusal:
            return _refused(refusal, shipment)
    return JsonResponse({"result": "accepted", "message": "", "parcel": _shown(shipment)})


@api
@require_POST
def print_label(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Count a print and say where the PDF is."""

    def do(user: User) -> None:
        reason = reason_of(request.body)
        labelling.note_print(shipment_id, actor=user, now=timezone.now(), reason=reason)

    return _changed(request, shipment_id, do)


def _changed(request: HttpRequest, shipment_id: int, do: Callable[[User], None]) -> HttpResponse:
    """Do one thing to a parcel and show how it stands then, also after a refusal."""
    user = worker(request)
    shipment = _own_parcel(user, shipment_id)
    if shipment is None:
        return _missing()
    try:
        do(user)
    except BadRequest:
        return _invalid(str(messages.BAD_REQUEST))
    except Refusal as refusal:
        return _refused(refusal, shipment)
    return JsonResponse({"result": "accepted", "message": "", "parcel": _shown(shipment)})


@api
@require_POST
def type_waybill(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Put a number that was printed elsewhere on a parcel."""

    def do(user: User) -> None:
        carrier, number = typed_waybill(request.body)
        typed_waybills.type_waybill(
            shipment_id, carrier=carrier, waybill_no=number, actor=user, now=timezone.now()
        )

    return _changed(request, shipment_id, do)


@api
@require_POST
def take_off_typed(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Take such a number off again; the body is ``{"reason"}``."""

    def do(user: User) -> None:
        reason = reason_of(request.body)
        typed_waybills.take_off_typed(shipment_id, reason=reason, actor=user, now=timezone.now())

    return _changed(request, shipment_id, do)


@api
@require_POST
def weigh(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Note what a parcel weighs; the body is ``{"weight"}``, kilograms as a scale shows them."""

    def do(user: User) -> None:
        grams = typed_weight(request.body)
        parcels.weigh(shipment_id, weight_g=grams, actor=user, now=timezone.now())

    return _changed(request, shipment_id, do)


@api
@require_GET
@xframe_options_sameorigin
def label_pdf(request: HttpRequest, waybill_id: int) -> HttpResponse:
    try:
        pdf = labelling.label_pdf(waybill_id, actor=worker(request), now=timezone.now())
    except Waybill.DoesNotExist:
        return _missing()
    except Refusal as refusal:
        return JsonResponse({"result": "refused", "message": str(refusal)}, status=409)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="label-{waybill_id}.pdf"'
    return response


@api
@require_GET
def print_job(request: HttpRequest, waybill_id: int) -> HttpResponse:
    """Say what a platform's print component is to be sent for the print that was counted last."""
    try:
        job = printing.print_job(waybill_id, actor=worker(request))
    except Waybill.DoesNotExist:
        return _missing()
    except Refusal as refusal:
        return JsonResponse({"result": "refused", "message": str(refusal)}, status=409)
    shown = {**asdict(job), "component": gettext(job.component)}
    return JsonResponse({"result": "accepted", "message": "", "job": shown})


@api
@require_POST
def return_photo(request: HttpRequest, warehouse_id: int) -> HttpResponse:
    """Keep a photo of the returned parcel in hand; the body is the form's file ``photo``."""
    user, upload = worker(request), request.FILES.get("photo")
    if upload is None or not Warehouse.objects.filter(pk=warehouse_id).exists():
        return _invalid(str(messages.BAD_REQUEST))
    try:
        photos.keep(
            warehouse_id, file=upload, size=upload.size or 0, actor=user, now=timezone.now()
        )
    except Refusal as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 409
        return JsonResponse({"result": "refused", "message": str(refusal)}, status=status)
    shown = _screen(user, "receive", warehouse_id)
    return JsonResponse(
        {"result": "accepted", "message": str(messages.PHOTO_KEPT), "screen": shown}
    )


@api
@require_GET
def return_picture(request: HttpRequest, photo_id: int) -> HttpResponseBase:
    """Send a photo to whoever may see it. There is no other way to it."""
    try:
        photo = photos.visible(worker(request), photo_id=photo_id)
    except ReturnPhoto.DoesNotExist:
        return _missing()
    return FileResponse(photo.file.open("rb"), content_type="image/jpeg")


def _told(answer: Answer) -> dict[str, Any]:
    """Put the answer into words: a refusal brings its own, an outcome has them here."""
    facts = _worded(answer.facts)
    text = answer.message or str(messages.OUTCOMES[answer.code]) % facts
    return {
        "result": answer.result,
        "code": answer.code,
        "tone": answer.tone,
        "kind": answer.kind,
        "message": text,
        "follow": dict(answer.follow),
    }


def _worded(facts: Mapping[str, Any]) -> dict[str, Any]:
    kind = facts.get("kind")
    if kind is None:
        return dict(facts)
    ours = messages.KINDS.get(str(kind))
    theirs = (row.label for row in barcode_kinds if row.key == kind)
    return {**facts, "kind": str(ours or next(theirs, kind))}


def _at_hand(user: User, asked: ScanRequest, answer: Answer) -> dict[str, Any] | None:
    """Return the picker's screen from what the scan itself has read, if it did."""
    walk, place = answer.shown, asked.warehouse_id
    if not isinstance(walk, Walk) or walk.warehouse_id != place:
        return None
    return as_json(of_walk(walk)) if place in scope(user).ids("pick") else None


def _screen(user: User, station: str, warehouse_id: int) -> dict[str, Any] | None:
    """Return the screen, or None where the person has nothing to do."""
    row = STATIONS.get(station)
    if row is None or warehouse_id not in scope(user).ids(row.permission):
        return None
    warehouse = Warehouse.objects.get(pk=warehouse_id)
    shown: Screen = row.screen(user, warehouse)
    return as_json(shown)


def _own_parcel(user: User, shipment_id: int) -> Shipment | None:
    """Missing and forbidden look the same."""
    places = [place.pk for place in workplaces(user)]
    rows = Shipment.objects.filter(pk=shipment_id, fulfillment__warehouse__in=places)
    return rows.first()


def _shown(shipment: Shipment) -> dict[str, Any]:
    shipment.refresh_from_db()
    return as_json(parcel.view(shipment))


def _refused(refusal: Refusal, shipment: Shipment) -> HttpResponse:
    status = 403 if isinstance(refusal, NotAllowed) else 409
    answer = {"result": "refused", "message": str(refusal), "parcel": _shown(shipment)}
    return JsonResponse(answer, status=status)


def _invalid(message: str) -> HttpResponse:
    return JsonResponse({"result": "invalid", "message": message}, status=422)


def _missing() -> HttpResponse:
    return JsonResponse({"result": "missing", "message": str(messages.NOT_HERE)}, status=404)
