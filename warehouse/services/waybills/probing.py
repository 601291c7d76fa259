"""Find out whether a carrier account works, without changing anything at the carrier."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.integration.credentials import BadCredentials
from oms.integration.errors import IntegrationError
from oms.integration.registry import UnknownKind
from oms.models import User
from oms.refusals import Refusal
from warehouse.models import CarrierAccount
from warehouse.services.waybills.accounts import connect

_NO_ORDER = "connection-check-0"


class AccountDoesNotWork(Refusal):
    message = _("The carrier says: %(problem)s")


def probe(account_id: int, *, actor: User) -> None:
    """Ask the carrier about an order that does not exist.

    :raises CarrierAccount.DoesNotExist: missing and forbidden look the same to the caller
    :raises AccountDoesNotWork: with the carrier's words
    """
    rights = scope(actor)
    reach = Q(warehouse__in=rights.ids("manage_warehouse")) | Q(
        store__in=rights.ids("manage_store")
    )
    account = CarrierAccount.objects.filter(reach).get(pk=account_id)
    try:
        carrier = connect(account, reference=_NO_ORDER)
        with carrier.http:
            carrier.find_waybill(_NO_ORDER)
    except (IntegrationError, BadCredentials, UnknownKind) as problem:
        raise AccountDoesNotWork(problem=str(problem)) from problem
