"""Take a signed message in: prove it, keep it, answer. Everything else happens later."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import IntegrityError, connection

from channels_sync.connectors.webhook import mapper, signing
from channels_sync.connectors.webhook.connector import WebhookConnector
from channels_sync.dto import Unreadable
from channels_sync.flows import RawOrderStatus
from channels_sync.models import HookNonce, RawOrder, StoreConnection
from channels_sync.services.breaking.noting import Moment, note_moment
from channels_sync.services.intake import DRAIN
from oms import bulk, scheduling
from oms.privacy.fields import EncryptedJSONField
from oms.statements import rows

LARGEST_BODY = 1_000_000
"""Bytes. A body of more is refused before it is read."""
_SKEW = timedelta(seconds=signing.SKEW_SECONDS)
_NONCE = re.compile(r"[\x21-\x7e]{1,64}")
_TIMESTAMP = re.compile(r"[0-9]{1,11}")
_CREDENTIALS = cast("EncryptedJSONField[Any, Any]", StoreConnection._meta.get_field("credentials"))
_NOBODYS_SECRET = "a store that is not there takes as long to refuse as one that is"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedMessage:
    """A request as it came, header values as text."""

    method: str
    path: str
    timestamp: str
    nonce: str
    signature: str
    event_id: str
    body: bytes


class HookRefused(Exception):
    """``error`` is the code that the sender is answered with, under ``status``."""

    def __init__(self, error: str, status: int, text: str) -> None:
        super().__init__(text)
        self.error = error
        self.status_code = status
        self.text = text


def receive(store_code: str, *, message: SignedMessage, now: datetime) -> bool:
    """Keep the message as a raw order; return False if its event was kept before.

    :raises HookRefused: if it is not signed by the store, too old, replayed, or not an event
    """
    store_id = _prove(store_code, message)
    _check_time(message.timestamp, now=now)
    try:
        told = mapper.decode(message.body)
    except ValueError:
        raise HookRefused("malformed", 400, "The body is not JSON in UTF-8.") from None
    try:
        envelope = mapper.open_envelope(told, store_code=store_code)
    except Unreadable as error:
        text = f"{error.where}: {error.problem}."
        raise HookRefused("schema", 422, text) from None
    if message.event_id not in ("", envelope.event_id):
        raise HookRefused("schema", 422, "The header and the body name different events.")
    raw = RawOrder(
        store_id=store_id,
        source=RawOrder.Source.WEBHOOK,
        channel_order_no=envelope.order_no,
        event=envelope.event,
        event_id=envelope.event_id,
        payload=message.body.decode(),
        digest=hashlib.sha256(message.body).hexdigest(),
        received_at=now,
        not_before=now,
        channel_modified_at=envelope.modified_at,
        status=RawOrderStatus.RECEIVED,
        status_at=now,
    )
    is_new = _keep(raw, nonce=message.nonce, now=now)
    note_moment(raw.store_id, what=Moment.HEARD, now=now)
    return is_new


_LINE = """
SELECT line.store_id, line.credentials FROM channels_sync_storeconnection line
JOIN oms_store store ON store.id = line.store_id
WHERE store.code = %s AND line.kind = %s AND store.is_active AND line.is_active
"""


def _prove(store_code: str, message: SignedMessage) -> int:
    """Return the id of the store that signed the message."""
    store_id, sealed = next(iter(rows(_LINE, [store_code, WebhookConnector.kind])), (0, None))
    secrets = _secrets(_CREDENTIALS.from_db_value(sealed, None, connection) or {})
    is_signed = signing.is_signed(
        message.signature,
        secrets=secrets or [_NOBODYS_SECRET],
        method=message.method,
        path=message.path,
        timestamp=message.timestamp,
        nonce=message.nonce,
        body=message.body,
    )
    if not (is_signed and store_id and secrets and _NONCE.fullmatch(message.nonce)):
        raise HookRefused("signature", 401, "The signature does not fit.")
    return int(store_id)


def _secrets(credentials: Mapping[str, object]) -> list[str]:
    names = ("hook_secret", "hook_secret_before")
    return [str(credentials[name]) for name in names if credentials.get(name)]


def _check_time(timestamp: str, *, now: datetime) -> None:
    is_number = _TIMESTAMP.fullmatch(timestamp)
    if not is_number or abs(now.timestamp() - int(timestamp)) > _SKEW.total_seconds():
        raise HookRefused("timestamp", 401, "The time stamp is more than 300 seconds off.")


def _keep(raw: RawOrder, *, nonce: str, now: datetime) -> bool:
    used = HookNonce(store_id=raw.store_id, nonce=nonce, seen_at=now)
    try:
        bulk.insert_together([used, raw])
    except IntegrityError:
        # Either came before. The nonce tells which, and is used up by a known event too.
        _use_up(used)
        return False
    scheduling.nudge(DRAIN)
    return True


def _use_up(nonce: HookNonce) -> None:
    try:
        bulk.insert_together([nonce])
    except IntegrityError:
        raise HookRefused("nonce", 409, "The nonce was used before.") from None


def prune_nonces(*, now: datetime) -> int:
    """Drop nonces whose time stamp could not pass any more; return how many."""
    # A stamp may be early by the skew when it comes, and stays good for the skew after it.
    dropped, _per_model = HookNonce.objects.filter(seen_at__lt=now - 2 * _SKEW).delete()
    return dropped
