"""Read from orders what decides about merging, and the key that follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet

from oms.flows.order import OrderStatus
from oms.models import Order, Store
from oms.rules.merge_key import VERSION, MergeFacts, merge_key

FREE = (OrderStatus.APPROVED, OrderStatus.WAITING_MERGE)
"""Approved, and on no document yet."""


_SEALED = ("buyer_memo", "seller_memo", "invoice_request") + tuple(
    f"receiver__{part}"
    for part in ("name", "phone", "street", "postcode", "email", "platform_cipher")
)


def for_parcels(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Load what decides about parcels. Nothing is decrypted to merge or to route."""
    return orders.select_related("store", "receiver").defer(*_SEALED)


@dataclass(frozen=True, slots=True)
class MergeSettings:
    """The store's own numbers, or the system's defaults."""

    look_back: timedelta
    wait: timedelta
    max_orders: int
    """0 = no limit."""


def settings_of(store: Store) -> MergeSettings:
    look_back = store.merge_look_back_minutes
    wait = store.merge_wait_minutes
    return MergeSettings(
        look_back=timedelta(
            minutes=settings.MERGE_LOOK_BACK_MINUTES if look_back is None else look_back
        ),
        wait=timedelta(minutes=settings.MERGE_WAIT_MINUTES if wait is None else wait),
        max_orders=store.merge_max_orders,
    )


def facts_of(order: Order) -> MergeFacts:
    """Return the facts of an order whose store and receiver are loaded."""
    store = order.store
    scope = (
        f"channel:{store.channel_id}/{store.merge_scope}"
        if store.merge_scope
        else f"store:{store.pk}"
    )
    return MergeFacts(
        scope=scope,
        buyer_id=order.buyer_id,
        address_key=order.receiver.address_key if order.receiver else "",
        payment_terms=order.payment_terms,
        currency=order.currency,
        presale=order.is_presale,
        promised_carrier=order.promised_carrier,
        appointed_warehouse_id=order.appointed_warehouse_id,
        shipped_by_us=order.fulfilled_by == Order.FulfilledBy.US,
        kept_apart=order.is_kept_apart,
    )


def set_keys(orders: Iterable[Order]) -> list[Order]:
    """Set the orders' merge keys in memory; return those whose key was another."""
    changed = []
    for order in orders:
        key = merge_key(facts_of(order))
        if (order.merge_key, order.merge_key_version) != (key, VERSION):
            order.merge_key, order.merge_key_version = key, VERSION
            changed.append(order)
    return changed
