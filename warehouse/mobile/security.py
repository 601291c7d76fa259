"""Who may open a page of the phone, and what its browser may load."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode

from oms.models import User
from warehouse.mobile import messages

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        # The platforms' print components listen on the packer's own computer.
        "connect-src 'self' ws://127.0.0.1:* ws://localhost:*",
        "media-src 'self' blob:",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)


def worker(request: HttpRequest) -> User:
    """Return who is signed in; the decorators let nobody else through."""
    return cast("User", request.user)


def page(view: View[P]) -> View[P]:
    """A page for signed-in people, with a strict policy of what it may load."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not _is_at_work(request):
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('warehouse:login')}?{query}")
        return guard(view(request, *args, **kwargs))

    return guarded


def api(view: View[P]) -> View[P]:
    """An address that only our own script calls: whoever is not signed in is told so in JSON."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not _is_at_work(request):
            answer = {"result": "signed_out", "message": str(messages.SIGNED_OUT)}
            return guard(JsonResponse(answer, status=401))
        return guard(view(request, *args, **kwargs))

    return guarded


def guard(response: HttpResponseBase) -> HttpResponseBase:
    """Put the headers on: nothing foreign loads, the camera is ours alone, nothing is cached."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Permissions-Policy"] = "camera=(self)"
    if isinstance(response, HttpResponse):
        add_never_cache_headers(response)
    return response


def _is_at_work(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated and request.user.is_active)
