"""Sign-in with badge or name and password, in a form for gloves.

A badge scan fills the first field; a PIN of its own does not exist yet, so the password is asked.
"""

from typing import cast

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from oms.models import User
from warehouse.mobile import messages
from warehouse.mobile.security import guard
from warehouse.services.barcodes import clean

_LONGEST = 150


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    onward = _onward(request)
    if request.user.is_authenticated:
        return redirect(onward)
    error = ""
    if request.method == "POST":
        user = _known(request)
        if user is not None:
            login(request, user)
            return redirect(onward)
        error = str(messages.WRONG_LOGIN)
    context = {"error": error, "next": onward, "name": request.POST.get("name", "")[:_LONGEST]}
    status = 403 if error else 200
    response = render(request, "mobile/login.html", context, status=status)
    return cast("HttpResponse", guard(response))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("warehouse:login")


def _known(request: HttpRequest) -> User | None:
    """Check the password of whoever the badge or the name belongs to."""
    name = clean(request.POST.get("name", ""))[:_LONGEST]
    holder = User.objects.filter(badge_no=name).first() if name else None
    username = holder.get_username() if holder else name
    password = request.POST.get("password", "")
    return authenticate(request, username=username, password=password)


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    home = reverse("warehouse:home")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted.startswith(home) else home
