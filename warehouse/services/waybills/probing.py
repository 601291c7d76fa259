"""Find out whether a carrier account works, without changing anything at the carrier."""

from django.utils.translation import gettext_lazy as _

from oms.integration.credentials import BadCredentials
from oms.integration.errors import IntegrationError
from oms.integration.registry import UnknownKind
from oms.models import User
from oms.refusals import Refusal
from warehouse.models import CarrierAccount
from warehouse.services.waybills.accounts import connect
from warehouse.services.waybills.branches import offered, visible

_NO_ORDER = "connection-check-0"


class AccountDoesNotWork(Refusal):
    message = _("The carrier says: %(problem)s")


class BranchIsGone(Refusal):
    message = _("Choose the branch first: the platform does not list the one that is set.")


class NothingLeft(Refusal):
    message = _("Branch %(branch)s has no waybills left. Buy more from it, or choose another.")


def probe(account_id: int, *, actor: User) -> None:
    """Ask the carrier about an order that does not exist; the platform, what is left.

    :raises CarrierAccount.DoesNotExist: missing and forbidden look the same to the caller
    :raises AccountDoesNotWork: with the carrier's words
    :raises PlatformRefuses, NoSubscription, BranchIsGone, NothingLeft: as the platform says
    """
    account = CarrierAccount.objects.filter(visible(actor)).get(pk=account_id)
    if account.issuer == CarrierAccount.Issuer.PLATFORM:
        _probe_branch(account, actor=actor)
        return
    try:
        carrier = connect(account, reference=_NO_ORDER)
        with carrier.http:
            carrier.find_waybill(_NO_ORDER)
    except (IntegrationError, BadCredentials, UnknownKind) as problem:
        raise AccountDoesNotWork(problem=str(problem)) from problem


def _probe_branch(account: CarrierAccount, *, actor: User) -> None:
    branches, _templates = offered(account.pk, actor=actor)
    mine = [each for each in branches if each.branch_code == account.branch_code]
    if not mine:
        raise BranchIsGone
    if all(each.balance is not None and each.balance <= 0 for each in mine):
        raise NothingLeft(branch=mine[0].branch_name)
