"""Which carrier account issues a parcel's waybill, and the line to it."""

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.audit.context import acting
from oms.integration.http import Timeouts
from oms.integration.pacing import ONCE
from oms.integration.wire import CallRecord
from oms.models import CallLog, FulfillmentOrder, Receiver
from oms.refusals import Refusal
from warehouse.carriers.base import Carrier
from warehouse.carriers.installed import carriers
from warehouse.models import CarrierAccount

PATIENCE = Timeouts(connect=3, read=5, total=5, queue=2)
"""Seconds: somebody stands at the packing table and waits."""


class NoCarrierAccount(Refusal):
    message = _("No carrier account for this parcel (%(carrier)s). Ask for one to be set up.")


def account_for(document: FulfillmentOrder) -> CarrierAccount:
    """Return the shop's own account, else the warehouse's first one, of the document's carrier.

    A receiver in a platform's ciphertext needs an account of the shop at that platform.

    :raises NoCarrierAccount: if there is none
    """
    rows = CarrierAccount.objects.filter(is_active=True, issuer=_issuer_for(document)).filter(
        Q(store=document.store_id, warehouse=None)
        | Q(store=document.store_id, warehouse=document.warehouse_id)
        | Q(store=None, warehouse=document.warehouse_id)
    )
    if document.carrier:
        rows = rows.filter(carrier=document.carrier)
    found = sorted(rows, key=lambda row: (row.store_id is None, row.priority, row.pk))
    if not found:
        raise NoCarrierAccount(carrier=document.carrier or "—")
    return found[0]


def has_platform_account(document: FulfillmentOrder) -> bool:
    """Tell whether the shop may get numbers from its platform for this document."""
    rows = CarrierAccount.objects.filter(is_active=True, issuer=CarrierAccount.Issuer.PLATFORM)
    mine = rows.filter(store=document.store_id).filter(
        Q(warehouse=None) | Q(warehouse=document.warehouse_id)
    )
    return mine.exists()


def is_ciphertext(receiver: Receiver | None) -> bool:
    """Tell whether only the platform's own service can read where the parcel goes."""
    return receiver is not None and receiver.kind != Receiver.Kind.PLAIN


def _issuer_for(document: FulfillmentOrder) -> CarrierAccount.Issuer:
    issuer = CarrierAccount.Issuer
    return issuer.PLATFORM if is_ciphertext(document.receiver) else issuer.CARRIER


def connect(account: CarrierAccount, *, reference: str) -> Carrier:
    """Open a line to the account that issues, or issued, a waybill; calls go to the call log.

    :raises BadCredentials: if the account is not filled in
    """
    kind = carriers.get(account.carrier)
    return kind.connect(
        credentials_of(account), log=_log(account, reference), timeouts=PATIENCE, retry=ONCE
    )


def credentials_of(account: CarrierAccount) -> dict[str, str]:
    """Return what the carrier's class wants, empty values left out so that its defaults hold."""
    own = {
        "monthly_card": account.monthly_card,
        "sign_mode": account.sign_mode,
        "base_url": account.base_url,
    }
    return {name: value for name, value in {**account.credentials, **own}.items() if value}


def _log(account: CarrierAccount, reference: str) -> Callable[[CallRecord], None]:
    def write(record: CallRecord) -> None:
        CallLog.objects.create(
            kind=record.kind,
            operation=record.operation[:100],
            store_id=account.store_id,
            reference=reference[:64],
            url=record.url[:300],
            status=record.status,
            outcome=record.outcome.value[:32],
            duration_ms=record.duration_ms,
            request_body=record.request_body,
            response_body=record.response_body,
            correlation_id=acting().correlation_id,
        )

    return write
