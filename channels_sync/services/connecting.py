"""Connect a store to its platform: which one, where, with which keys."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.installed import connectors
from channels_sync.models import StoreConnection
from channels_sync.services.breaking.noting import mend
from oms.access.checks import require
from oms.evidence.append import append
from oms.integration.addresses import check_address
from oms.integration.credentials import BadCredentials, complete
from oms.models import Store, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal

RIGHT = "manage_store"


class AlreadyConnected(Refusal):
    message = _("%(store)s is connected already. Change the connection that is there.")


class UnknownPlatform(Refusal):
    message = _("There is no connector for “%(kind)s”.")


class IncompleteKeys(Refusal):
    message = _("%(problem)s")


@atomic_service
def connect_store(store_id: int, *, kind: str, actor: User, now: datetime) -> StoreConnection:
    """Choose the platform of a store. It stays switched off until its keys are there.

    Whether the platform writes to buyers itself is noted in the store; a person may change it.

    :raises NotAllowed: if the person may not set the store up
    :raises AlreadyConnected: if the store has a connection
    """
    store = lock_row(Store, store_id)
    require(actor, RIGHT, store)
    if kind not in connectors:
        raise UnknownPlatform(kind=kind)
    if StoreConnection.objects.filter(store=store).exists():
        raise AlreadyConnected(store=store)
    connector = connectors.get(kind)
    is_ready = not connector.credential_fields
    store.notifies_buyer = connector.capabilities.notifies_buyer
    store.save(update_fields=["notifies_buyer"])
    row = StoreConnection.objects.create(store=store, kind=kind, created_at=now, is_active=is_ready)
    append("channel.connect", f"store:{store.pk}", at=now, actor=actor, facts={"kind": kind})
    return row


def merged(
    row: StoreConnection, *, entered: Mapping[str, str], base_url: str, is_active: bool
) -> dict[str, str]:
    """Return the keys as they would be: those entered beside those that are there.

    :raises IncompleteKeys: if it shall work and a key is missing
    :raises BadAddress: if the address is none that we may call
    """
    if base_url:
        check_address(base_url, allow_private=settings.ALLOW_PRIVATE_ADDRESSES)
    credentials = {**row.credentials, **entered}
    if not is_active or row.kind not in connectors:
        return credentials
    try:
        return complete(credentials, connectors.get(row.kind).credential_fields)
    except BadCredentials as problem:
        raise IncompleteKeys(problem=problem) from problem


@atomic_service
def set_up(
    connection_id: int,
    *,
    entered: Mapping[str, str],
    base_url: str,
    is_active: bool,
    actor: User,
    now: datetime,
) -> None:
    """Change the address, the keys and the switch; keys that were not entered stay.

    :raises NotAllowed: if the person may not set the store up
    :raises IncompleteKeys: if it shall work and a key is missing
    :raises BadAddress: if the address is none that we may call
    """
    row = lock_row(StoreConnection, connection_id)
    require(actor, RIGHT, row.store)
    credentials = merged(row, entered=entered, base_url=base_url, is_active=is_active)
    row.credentials, row.base_url, row.is_active = credentials, base_url.rstrip("/"), is_active
    if entered:
        row.secret_changed_at = now
    row.save(update_fields=["credentials", "base_url", "is_active", "secret_changed_at"])
    mend(row.store_id)
    facts = {"keys": sorted(entered), "is_active": is_active}
    append("channel.set_up", f"store:{row.store_id}", at=now, actor=actor, facts=facts)
