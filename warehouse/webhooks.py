"""Where carriers push what happens to parcels. No session, no form token: see ``hearing``."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from warehouse.services.tracing.hearing import NobodyListens, hear

LARGEST_BODY = 1024 * 1024


@csrf_exempt
@require_POST
def carrier_push(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """Answer in the carrier's own words, under a status that fits them."""
    told = request.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) > LARGEST_BODY:
        return JsonResponse({"error": "too_large"}, status=413)
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        return JsonResponse({"error": "too_large"}, status=413)
    try:
        answer = hear(kind, token=token, body=body, now=timezone.now())
    except NobodyListens:
        return JsonResponse({"error": "not found"}, status=404)
    form = "text/xml" if answer.body.startswith("<") else "application/json"
    return HttpResponse(answer.body, content_type=f"{form}; charset=utf-8")
