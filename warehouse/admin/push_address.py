"""The address to which a carrier pushes what happens to parcels: made on demand, shown once."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import BaseAdmin
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.reach import person
from warehouse.models import CarrierAccount
from warehouse.services.tracing.hearing import renew_address


def answer(page: BaseAdmin, request: HttpRequest, account_id: int) -> HttpResponse:
    """Ask whether a new address is to be made; make it by POST and show it this one time."""
    account: CarrierAccount = page.get_queryset(request).get(pk=account_id)
    if is_confirmed(request):
        token = renew_address(account.pk, actor=person(request), now=timezone.now())
        return _shown(page, request, account, token)
    before = gettext("There is none yet.")
    if account.push_token_at is not None:
        before = gettext("The one before stops working at once.")
    question = Question(
        title=_("New address for pushes"),
        text=gettext(
            "The carrier pushes traces to a secret address of ours. Enter it at the carrier's open "
            "platform. %(before)s"
        )
        % {"before": before},
        yes=_("Make an address"),
        back=_page(account.pk),
    )
    return ask(request, page, question)


def _shown(
    page: BaseAdmin, request: HttpRequest, account: CarrierAccount, token: str
) -> HttpResponse:
    path = reverse("warehouse:carrier_push", args=[account.carrier, token])
    context = {
        **page.admin_site.each_context(request),
        "title": _("New address for pushes"),
        "address": show.copyable(request.build_absolute_uri(path), strong=True),
        "back": _page(account.pk),
    }
    response = TemplateResponse(request, "warehouse/push_address.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _page(account_id: int) -> str:
    return reverse("admin:warehouse_carrieraccount_change", args=[account_id])
