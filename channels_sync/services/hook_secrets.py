"""Make and change the secret by which a shop's messages are known to be its own."""

import secrets
from datetime import datetime

from channels_sync.connectors.knocks import before
from channels_sync.connectors.listening_installed import listeners
from channels_sync.connectors.webhook.connector import WebhookConnector
from channels_sync.models import StoreConnection
from channels_sync.services.connecting import RIGHT
from oms.access.checks import require
from oms.evidence.append import append
from oms.models import Store, User
from oms.models.locking import atomic_service, lock_row

_SECRET_BYTES = 32


def secret_name(kind: str) -> str:
    """Return the credential that we make up for a platform; empty where the platform gives it."""
    if kind == WebhookConnector.kind:
        return "hook_secret"
    return listeners.get(kind).own_key if kind in listeners else ""


@atomic_service
def renew_hook_secret(store_id: int, *, actor: User, now: datetime) -> str:
    """Give a store's line a new secret and return it: it is shown once and never again.

    The one before stays good until the next renewal, so that the shop can change over in peace;
    renewing twice shuts out whoever knows an old one. A store without a connection gets one.

    :raises NotAllowed: if the person may not set the store up
    :raises ValueError: if the platform makes the secret itself
    """
    store = lock_row(Store, store_id)
    require(actor, RIGHT, store)
    connection, _is_new = StoreConnection.objects.select_for_update().get_or_create(
        store=store, defaults={"kind": WebhookConnector.kind, "created_at": now}
    )
    name, secret = secret_name(connection.kind), secrets.token_urlsafe(_SECRET_BYTES)
    if not name:
        raise ValueError(connection.kind)
    kept = {name: secret, before(name): connection.credentials.get(name) or ""}
    connection.credentials = {**connection.credentials, **kept}
    connection.secret_changed_at = now
    connection.save(update_fields=["credentials", "secret_changed_at"])
    append("hook_secret.renew", f"store:{store.pk}", at=now, actor=actor)
    return secret
