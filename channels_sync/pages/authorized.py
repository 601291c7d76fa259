"""Where a platform sends the merchant back to after his yes."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from channels_sync.services import authorizing
from oms.admin.reach import person
from oms.refusals import Refusal


def return_address() -> str:
    """Return the address of this page as the outside knows it: platforms ask for it beforehand and
    send nobody elsewhere."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse('channel_authorized')}"


@login_required
def authorized(request: HttpRequest) -> HttpResponse:
    """Keep the token and go back to the connection; a no is told there."""
    try:
        connection_id = authorizing.finish(
            request.GET.get("state", ""),
            code=request.GET.get("code", ""),
            actor=person(request),
            redirect_uri=return_address(),
            now=timezone.now(),
            query=request.GET.dict(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:channels_sync_storeconnection_changelist")
    messages.success(request, gettext("The shop is authorized."))
    return redirect("admin:channels_sync_storeconnection_change", connection_id)
