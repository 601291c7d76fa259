"""What every public page has in common: strict headers, and a limit before anything is read."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from aftersales.services.photos import MAX_BYTES, MAX_PHOTOS

View = Callable[..., HttpResponseBase]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# The texts of a form are small beside its photos.
MAX_FORM_BYTES = MAX_PHOTOS * MAX_BYTES + 1024 * 1024


def guarded(view: View) -> View:
    """Send a page without scripts, never kept by anybody on the way, never found by a search."""

    @wraps(view)
    def send(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Content-Security-Policy"] = POLICY
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return send


def limited(view: View) -> View:
    """Refuse a request that is too long by its head, before the form is read to find its token.

    The check of the token would read the whole form; so it comes after this one.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _length(request) > MAX_FORM_BYTES:
            return render(request, "aftersales/portal/too_large.html", status=413)
        return protected(request, *args, **kwargs)

    return check


def _length(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isdecimal() else 0
