"""Take Shopify's webhooks in: prove them, keep them, answer. Everything else happens later."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels_sync.connectors.shopify import codes, mapper, rest, signing
from channels_sync.connectors.shopify.ids import number
from channels_sync.connectors.shopify.notes import number_in
from channels_sync.connectors.shopify.refunds import mapper as refund_mapper
from channels_sync.dto import REFUND_EVENTS, Unreadable
from channels_sync.models import RawOrder, StoreConnection
from channels_sync.services.arrivals import Arrival, keep
from channels_sync.services.breaking.noting import Moment, note_moment
from channels_sync.services.hooks import HookRefused
from oms.models import Refund

_NOBODYS_SECRET = "a store that is not there takes as long to refuse as one that is"  # noqa: S105
_OWN_REFUND = "own_refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A request as it came, header values as text."""

    topic: str
    signature: str
    shop_domain: str
    webhook_id: str
    body: bytes
    triggered_at: str = ""


def receive(store_code: str, *, delivery: Delivery, now: datetime) -> bool:
    """Keep a delivery as a raw order; return False if it was kept before or tells nothing for us.

    :raises HookRefused: if the app's secret did not sign it, or it is no JSON
    """
    connection = _prove(store_code, delivery)
    try:
        told = json.loads(delivery.body.decode())
    except (ValueError, RecursionError):
        raise HookRefused("malformed", 400, "The body is not JSON in UTF-8.") from None
    if not isinstance(told, dict):
        raise HookRefused("schema", 422, "The body is not an object.")
    note_moment(connection.store_id, what=Moment.HEARD, now=now)
    arrival = _arrival(connection.store_id, delivery, told)
    return bool(arrival and keep(connection.store_id, arrivals=[arrival], now=now))


def _prove(store_code: str, delivery: Delivery) -> StoreConnection:
    connection = StoreConnection.objects.filter(
        store__code=store_code, store__is_active=True, is_active=True, kind=codes.KIND
    ).first()
    secrets = _secrets(connection.credentials) if connection else []
    is_signed = signing.is_signed(
        delivery.signature, secrets=secrets or [_NOBODYS_SECRET], body=delivery.body
    )
    if not (is_signed and connection and secrets):
        raise HookRefused("signature", 401, "The signature does not fit.")
    domain = str(connection.credentials.get("shop_domain") or "")
    if domain and delivery.shop_domain.lower() != domain.lower():
        # One app has one secret for all its shops.
        raise HookRefused("shop", 401, "The message is from another shop.")
    return connection


def _secrets(credentials: Mapping[str, Any]) -> list[str]:
    """After a rotation Shopify may sign with the old secret for up to an hour."""
    names = ("client_secret", "client_secret_before")
    return [str(credentials[name]) for name in names if credentials.get(name)]


def _arrival(store_id: int, delivery: Delivery, told: dict[str, Any]) -> Arrival | None:
    topic, body = delivery.topic, delivery.body.decode()
    if topic in codes.ORDER_TOPICS:
        event, order_no = codes.ORDER_TOPICS[topic], number(told.get("id"))
    elif topic in codes.REFUND_TOPICS:
        event, order_no = codes.REFUND_TOPICS[topic], refund_mapper.order_number(told)
    elif topic in codes.PRIVACY_TOPICS:
        event, order_no = topic, ""
    else:
        return None
    return Arrival(
        source=RawOrder.Source.WEBHOOK,
        event=event,
        event_id=delivery.webhook_id[:128],
        channel_order_no=order_no[:64],
        payload=body,
        modified_at=_modified_at(told) or _moment(delivery.triggered_at),
        ignored=_OWN_REFUND if event in REFUND_EVENTS and _is_ours(store_id, told) else "",
    )


def _modified_at(told: dict[str, Any]) -> datetime | None:
    try:
        return mapper.modified_at(rest.to_node(told))
    except Unreadable:
        return None


def _moment(text: str) -> datetime | None:
    """A return's message has no time of its own, only that of its delivery."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _is_ours(store_id: int, told: dict[str, Any]) -> bool:
    """Shopify tells of our own refunds too; they are known, and a person need not look."""
    refund_no = number_in(told.get("note"))
    return bool(refund_no) and Refund.objects.filter(store=store_id, refund_no=refund_no).exists()
