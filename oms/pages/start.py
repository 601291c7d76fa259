"""The first page: in demo mode what this is and who to be, otherwise straight to work."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from oms.access.roles import ROLES
from oms.management.demo.people import ACCOUNTS, ADMIN, PASSWORD
from oms.models import User

_WORK_OF = {"warehouse_staff": "warehouse:home"}
"""Where the work of a role is that does not begin in the back office."""

_ROLE_OF = {username: role for username, _name, role in ACCOUNTS}


def first_page(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        return redirect("admin:index")
    people = [
        {
            "username": username,
            "name": name,
            "role": ROLES[role].label,
            "on_phone": role in _WORK_OF,
        }
        for username, name, role in ACCOUNTS
    ]
    context = {"people": people, "admin": ADMIN, "password": PASSWORD}
    return render(request, "start.html", context)


@require_POST
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people; outside demo mode this page does not exist."""
    if not settings.DEMO:
        raise Http404
    names = [username for username, _name, _role in ACCOUNTS] + [ADMIN[0]]
    user = get_object_or_404(User, username=request.POST.get("username", ""), username__in=names)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    return redirect(_WORK_OF.get(_ROLE_OF.get(user.username, ""), "admin:index"))
