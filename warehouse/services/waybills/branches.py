"""Set up a store's e-waybill account without code: the platform lists its branches and labels."""

from collections.abc import Sequence
from dataclasses import asdict

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.dto import WaybillBranch, WaybillTemplate
from oms.integration.errors import IntegrationError
from oms.models import User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from warehouse.models import CarrierAccount
from warehouse.services.waybills.issuers import open_platform

_PLACE = ("province", "city", "district", "town", "street")


class PlatformRefuses(Refusal):
    message = _("The platform says: %(problem)s")


class NoSubscription(Refusal):
    message = _("The store has no e-waybill subscription for this carrier at its platform.")


def visible(actor: User) -> Q:
    """Choose the accounts that a person looks after, by warehouse or by store."""
    rights = scope(actor)
    return Q(warehouse__in=rights.ids("manage_warehouse")) | Q(store__in=rights.ids("manage_store"))


def offered(
    account_id: int, *, actor: User
) -> tuple[Sequence[WaybillBranch], Sequence[WaybillTemplate]]:
    """Ask the platform which branches and labels the store may use; nothing is changed.

    :raises CarrierAccount.DoesNotExist: missing and forbidden look the same to the caller
    :raises PlatformRefuses: in the platform's words
    :raises NoSubscription: if there is none for the account's carrier
    """
    account = CarrierAccount.objects.filter(visible(actor)).get(
        pk=account_id, issuer=CarrierAccount.Issuer.PLATFORM
    )
    try:
        with open_platform(account, reference=f"account-{account.pk}") as line:
            branches = line.branches(account.carrier)
            templates = line.templates(account.carrier) if branches else ()
    except IntegrationError as error:
        raise PlatformRefuses(problem=str(error)) from error
    if not branches:
        raise NoSubscription
    return branches, templates


@atomic_service
def choose(
    account_id: int, *, branch: WaybillBranch, template_url: str, actor: User
) -> CarrierAccount:
    """Keep the branch, its address of the sender, and the label.

    :raises CarrierAccount.DoesNotExist: missing and forbidden look the same to the caller
    """
    CarrierAccount.objects.filter(visible(actor)).get(pk=account_id)
    account = lock_row(CarrierAccount, account_id)
    told = asdict(branch)
    account.branch_code = branch.branch_code
    account.branch_place = {name: told[name] for name in _PLACE}
    account.template_url = template_url
    account.save(update_fields=["branch_code", "branch_place", "template_url"])
    return account
