"""Take a carrier's push in: prove it, keep what it tells, answer as the carrier wants."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import Q

from oms.access.checks import scope
from oms.audit.context import acting
from oms.evidence.append import append
from oms.integration.credentials import BadCredentials
from oms.integration.masking import mask_body
from oms.models import CallLog, User
from oms.models.locking import atomic_service
from warehouse.carriers.base import Carrier
from warehouse.carriers.installed import carriers
from warehouse.carriers.tracking import MalformedPush
from warehouse.models import CarrierAccount, TraceEvent
from warehouse.services.tracing.booking import note_events
from warehouse.services.waybills.accounts import connect

_TOKEN_BYTES = 32
_OPERATION = "push"


class NobodyListens(Exception):
    """No account has this address (any more): the caller is told nothing else."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the carrier is to hear. Not ``accepted``: it shall push the whole of it again."""

    body: str
    accepted: bool


def hear(kind: str, *, token: str, body: bytes, now: datetime) -> Answer:
    """Keep a push of a carrier that does not sign: the token in the address is all the proof.

    Numbers that are none of ours are accepted too: pushed again they would be no better.

    :raises NobodyListens: if no active account of the carrier has the address
    """
    account = _account(kind, token)
    try:
        carrier = connect(account, reference=_OPERATION)
    except BadCredentials as error:
        raise NobodyListens from error
    with carrier.http:
        return _take(carrier, account, body, now=now)


def _account(kind: str, token: str) -> CarrierAccount:
    rows = CarrierAccount.objects.filter(
        carrier=kind,
        issuer=CarrierAccount.Issuer.CARRIER,
        push_token_digest=_digest(token),
        is_active=True,
    )
    account = rows.order_by("pk").first() if token and kind in carriers else None
    if account is None:
        raise NobodyListens
    return account


def _take(carrier: Carrier, account: CarrierAccount, body: bytes, *, now: datetime) -> Answer:
    try:
        events = carrier.parse_push(body)
    except MalformedPush as fault:
        _keep(account, body, outcome="malformed", said=str(fault))
        return Answer(carrier.reply_to_push(body, accepted=False), accepted=False)
    try:
        note_events(events, carrier=account.carrier, source=TraceEvent.Source.PUSH, now=now)
    except DatabaseError as fault:
        # It would be lost if we said yes: the carrier pushes the batch again.
        _keep(account, body, outcome="not_kept", said=type(fault).__name__)
        return Answer(carrier.reply_to_push(body, accepted=False), accepted=False)
    return Answer(carrier.reply_to_push(body, accepted=True), accepted=True)


def _keep(account: CarrierAccount, body: bytes, *, outcome: str, said: str) -> None:
    """Keep what could not be read for a person, without the people in it."""
    with transaction.atomic():
        CallLog.objects.create(
            kind=account.carrier,
            operation=_OPERATION,
            store_id=account.store_id,
            reference=account.name[:64],
            url="",
            outcome=outcome,
            duration_ms=0,
            request_body=mask_body("application/json", body),
            response_body=said[:300],
            correlation_id=acting().correlation_id,
        )


@atomic_service
def renew_address(account_id: int, *, actor: User, now: datetime) -> str:
    """Give an account a new token for its push address and return it: it is shown once.

    The address before is void at once: whoever knows it could tell us anything of our parcels.

    :raises CarrierAccount.DoesNotExist: missing and forbidden look the same to the caller
    """
    rights = scope(actor)
    reach = Q(warehouse__in=rights.ids("manage_warehouse")) | Q(
        store__in=rights.ids("manage_store")
    )
    account = CarrierAccount.objects.filter(reach).select_for_update().get(pk=account_id)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    account.push_token_digest, account.push_token_at = _digest(token), now
    account.save(update_fields=["push_token_digest", "push_token_at"])
    append("push_address.renew", f"carrier_account:{account.pk}", at=now, actor=actor)
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
