"""Names the signed-in person in everything that a request records."""

import ipaddress
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from oms.audit.context import acting_as, new_correlation_id

_QUIET_PATHS = ("/healthz", f"/{settings.STATIC_URL.lstrip('/')}")
_SAFE_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class AuditMiddleware:
    """Sets the acting person (looked up only when something is recorded), the address and the
    correlation id, and returns the id in ``X-Correlation-Id`` so that an error can be quoted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_QUIET_PATHS):
            return self.get_response(request)
        given = request.headers.get("X-Correlation-Id", "")
        correlation_id = given if _SAFE_ID.fullmatch(given) else new_correlation_id()
        with acting_as(
            request.user,  # type: ignore[arg-type]  # lazy: an anonymous one is not recorded
            remote_addr=remote_address(request),
            correlation_id=correlation_id,
        ):
            response = self.get_response(request)
        response["X-Correlation-Id"] = correlation_id
        return response


def remote_address(request: HttpRequest) -> str | None:
    """Return the caller's address; a forwarded one counts only behind a proxy of ours.

    The last hop is taken, which our proxy wrote; the first one anybody can forge.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_PROXY:
        address = request.headers.get("X-Forwarded-For", address).split(",")[-1].strip()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
