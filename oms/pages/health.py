"""For the monitor: is the web up, does the database answer, is the worker alive."""

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from oms.services import heartbeat


def healthz(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    worker = heartbeat.is_alive("worker", now=timezone.now())
    body = {"database": "ok", "worker": "ok" if worker else "silent"}
    return JsonResponse(body, status=200 if worker else 503)
