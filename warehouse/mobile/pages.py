"""The pages: the list of tasks, and one page per station that shows its screen."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from oms.admin.words import carrier_label
from oms.models import User, Warehouse
from oms.services.fulfillment.typed_waybills import CARRIERS
from warehouse.mobile import messages, places
from warehouse.mobile.screens.catalogue import STATIONS, Station, as_json
from warehouse.mobile.security import page, worker


@page
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page: what waits at each station of one's warehouse."""
    user, warehouse = worker(request), places.current(request)
    context = {
        "tiles": [_tile(row, user, warehouse) for row in places.stations(user, warehouse)]
        if warehouse
        else [],
        "place": warehouse,
        "others": [row for row in places.workplaces(user) if row != warehouse],
        "person": str(user),
    }
    return render(request, "mobile/home.html", context)


@page
@require_GET
def station(request: HttpRequest, key: str) -> HttpResponse:
    """A station: the page is the frame, its script shows one screen after another."""
    warehouse = places.current(request)
    row = STATIONS.get(key)
    if row is None:
        raise Http404
    user = worker(request)
    if warehouse is None or row not in places.stations(user, warehouse):
        return redirect("warehouse:home")
    context = {
        "title": messages.TITLES[key],
        "place": warehouse,
        "setup": {
            "station": key,
            "person": user.pk,
            "texts": _texts(),
            "reprint_reasons": [str(text) for text in messages.REPRINT_REASONS],
            "take_off_reasons": [str(text) for text in messages.TAKE_OFF_REASONS],
            "carriers": [{"value": one, "label": carrier_label(one)} for one in CARRIERS],
            "labels": _label_texts(),
            "urls": _urls(key, warehouse),
            "screen": as_json(row.screen(user, warehouse)),
        },
    }
    return render(request, "mobile/station.html", context)


@page
@require_POST
def work_in(request: HttpRequest) -> HttpResponse:
    """Choose another warehouse; one where the person has no work changes nothing."""
    raw = request.POST.get("warehouse", "")
    if raw.isascii() and raw.isdigit() and len(raw) <= 18:
        places.choose(request, int(raw))
    return redirect("warehouse:home")


def _tile(row: Station, user: User, warehouse: Warehouse) -> dict[str, object]:
    return {
        "key": row.key,
        "title": messages.TITLES[row.key],
        "url": reverse("warehouse:station", args=[row.key]),
        "count": row.waiting(warehouse.pk),
        "is_going": row.is_going(user, warehouse.pk),
    }


def _texts() -> dict[str, str]:
    return {name: str(text) for name, text in messages.PAGE.items()}


def _label_texts() -> dict[str, str]:
    return {
        "get": str(messages.GET_WAYBILL),
        "again": str(messages.TRY_AGAIN),
        "print": str(messages.PRINT),
        "reprint": str(messages.PRINT_AGAIN),
        "why": str(messages.REPRINT_WHY),
        "enter": str(messages.ENTER_NUMBER),
        "carrier": str(messages.WHICH_CARRIER),
        "number": str(messages.SCAN_NUMBER),
        "take_off": str(messages.TAKE_NUMBER_OFF),
        "take_off_why": str(messages.TAKE_OFF_WHY),
        "sent": str(messages.SENT_TO_COMPONENT),
        "no_component": str(messages.NO_COMPONENT),
        "not_printed": str(messages.NOT_PRINTED),
        "send_again": str(messages.SEND_AGAIN),
        "weigh": str(messages.WEIGH),
        "weigh_again": str(messages.WEIGH_AGAIN),
        "weight": str(messages.WEIGHT_KG),
    }


def _urls(key: str, warehouse: Warehouse) -> dict[str, str]:
    shown = reverse("warehouse:api_screen", args=[key])
    return {
        "scan": reverse("warehouse:api_scan"),
        "screen": f"{shown}?warehouse={warehouse.pk}",
        "login": reverse("warehouse:login"),
    }
