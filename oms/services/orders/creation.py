"""Write new orders, many at once, exactly once each."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from oms import bulk
from oms.audit import timeline
from oms.dto import IncomingBuyer, IncomingOrder
from oms.flows.order import OrderStatus
from oms.models import Buyer, Order, OrderHold, Receiver, Store, Warehouse
from oms.models.base import new_number
from oms.rules.arrival import due_amount, first_holds, first_status
from oms.services.merging.facts import set_keys
from oms.services.orders.lines import add_lines
from oms.services.orders.mapping import Mapped
from oms.services.orders.money import add_payments
from oms.services.orders.receivers import build_receiver

Created = dict[str, Order]
"""By channel order number: only those that this call created."""


def create_orders(
    incoming: Sequence[IncomingOrder], *, store: Store, mapped: Mapped, now: datetime
) -> tuple[Created, set[int]]:
    """Write the orders that are not there yet; return them and the SKUs whose demand rose.

    A webhook and a poll may bring one order at the same instant: the unique number lets one of them
    in, and the other finds that its rows were not the ones written and leaves the order alone.
    """
    if not incoming:
        return {}, set()
    created = _insert_headers(incoming, store=store, now=now)
    pairs = [
        (created[order.channel_order_no], order)
        for order in incoming
        if order.channel_order_no in created
    ]
    skus = add_lines(pairs, mapped=mapped, now=now)
    add_payments(pairs)
    _add_holds(pairs, now=now)
    by_status: dict[str, list[int]] = {}
    for row, _order in pairs:
        by_status.setdefault(row.status, []).append(row.pk)
    for status, ids in by_status.items():
        timeline.record_created(Order.SUBJECT, ids, status, at=now)
    return created, skus


def _insert_headers(incoming: Sequence[IncomingOrder], *, store: Store, now: datetime) -> Created:
    buyers = _buyers(incoming, store=store)
    warehouses = _appointed(incoming)
    receivers = {
        order.channel_order_no: build_receiver(order.receiver, now=now)
        for order in incoming
        if order.receiver is not None
    }
    bulk.insert(list(receivers.values()))
    rows = [
        _build(order, store=store, buyers=buyers, warehouses=warehouses, now=now)
        for order in incoming
    ]
    for row, order in zip(rows, incoming, strict=True):
        row.receiver = receivers.get(order.channel_order_no)
    set_keys(rows)
    created = {str(row.channel_order_no): row for row in _insert_new(rows)}
    lost = [row.pk for number, row in receivers.items() if number not in created]
    if lost:
        Receiver.objects.filter(pk__in=lost).delete()
    return created


def _insert_new(rows: Sequence[Order]) -> Sequence[Order]:
    """Write the orders that are not there; return those that this call wrote."""
    try:
        with transaction.atomic():
            bulk.insert(rows)
    except IntegrityError:
        Order.objects.bulk_create(rows, ignore_conflicts=True)
        # Another order may have drawn the same number of ours before: then ours was not written.
        numbers = [row.order_no for row in rows]
        there = Order.objects.filter(order_no__in=numbers).in_bulk(field_name="order_no")
        rows = [row for row in rows if _is_same(there.get(row.order_no), row)]
        for row in rows:
            row.pk = there[row.order_no].pk
    return rows


def _is_same(there: Order | None, row: Order) -> bool:
    key = (row.store_id, row.channel_order_no)
    return there is not None and (there.store_id, there.channel_order_no) == key


def _build(
    order: IncomingOrder,
    *,
    store: Store,
    buyers: dict[str, Buyer],
    warehouses: dict[str, Warehouse],
    now: datetime,
) -> Order:
    status = first_status(order)
    row = Order(
        order_no=new_number("SO", now.date()),
        store=store,
        channel_order_no=order.channel_order_no,
        buyer=buyers.get(order.buyer.channel_buyer_id) if order.buyer else None,
        appointed_warehouse=warehouses.get(order.appointed_warehouse),
        payment_terms=order.payment_terms.value,
        currency=order.currency,
        ordered_at=order.ordered_at,
        ingested_at=now,
        status=status.value,
        status_at=now,
        **mirrored(order),
    )
    if status is OrderStatus.PENDING_REVIEW and not _holds(row, order):
        row.eligible_at = now
    return row


def mirrored(order: IncomingOrder) -> dict[str, object]:
    """What mirrors the channel: written at creation and again at every newer revision."""
    return {
        "parent_channel_no": order.parent_channel_no,
        "channel_status": order.channel_status.value,
        "raw_status": order.raw_status[:64],
        "channel_modified_at": order.channel_modified_at,
        "goods_amount": order.goods_amount,
        "freight": order.freight,
        "seller_discount": order.seller_discount,
        "platform_discount": order.platform_discount,
        "paid_amount": order.paid_amount,
        "receivable": max(due_amount(order) - order.paid_amount, Decimal(0)),
        "paid_at": order.paid_at,
        "ship_by": order.ship_by,
        "not_before": order.not_before,
        "promised_carrier": order.promised_carrier,
        "is_presale": order.presale,
        "buyer_memo": order.buyer_memo,
        "seller_memo": order.seller_memo,
        "seller_flag": order.seller_flag[:16],
    }


def _buyers(incoming: Iterable[IncomingOrder], *, store: Store) -> dict[str, Buyer]:
    named = {
        order.buyer.channel_buyer_id: order.buyer
        for order in incoming
        if order.buyer and order.buyer.channel_buyer_id
    }
    rows = Buyer.objects.filter(channel=store.channel_id, channel_buyer_id__in=named)
    known = {row.channel_buyer_id: row for row in rows}
    known |= know_again((named[key] for key in sorted(named.keys() - known.keys())), store=store)
    fresh = sorted(named.keys() - known.keys())
    if fresh:
        Buyer.objects.bulk_create(
            (
                Buyer(
                    channel_id=store.channel_id,
                    channel_buyer_id=key,
                    nickname=named[key].nickname,
                )
                for key in fresh
            ),
            ignore_conflicts=True,
        )
        known |= {row.channel_buyer_id: row for row in rows.filter(channel_buyer_id__in=fresh)}
    return known


def know_again(buyers: Iterable[IncomingBuyer], *, store: Store) -> dict[str, Buyer]:
    """Know buyers again whose ids are fingerprints by an older key, and name them by the newest.

    Return those who are known by now, by their newest ids.
    """
    newest = {former: buyer.channel_buyer_id for buyer in buyers for former in buyer.former_ids}
    if not newest:
        return {}
    of_channel = Buyer.objects.filter(channel=store.channel_id)
    named = of_channel.filter(channel_buyer_id__in=newest.values())
    found = {row.channel_buyer_id: row for row in named}
    rows = of_channel.filter(channel_buyer_id__in=newest)
    for row in rows.order_by("pk"):
        # One buyer whom two versions name is two rows: the older row keeps the newest name.
        if found.setdefault(newest[row.channel_buyer_id], row) is row:
            row.channel_buyer_id = newest[row.channel_buyer_id]
            row.save(update_fields=["channel_buyer_id"])
    return found


def _appointed(incoming: Iterable[IncomingOrder]) -> dict[str, Warehouse]:
    codes = {order.appointed_warehouse for order in incoming} - {""}
    return {row.code: row for row in Warehouse.objects.filter(code__in=codes)} if codes else {}


def _holds(row: Order, order: IncomingOrder) -> dict[str, str]:
    holds = first_holds(order)
    if order.appointed_warehouse and row.appointed_warehouse is None:
        # The platform takes it from nowhere else, so it must not leave from anywhere else.
        holds["unknown_warehouse"] = order.appointed_warehouse
    return holds


def _add_holds(pairs: Iterable[tuple[Order, IncomingOrder]], *, now: datetime) -> None:
    OrderHold.objects.bulk_create(
        OrderHold(
            order=row,
            code=code,
            owner=OrderHold.Owner.CHANNEL if code == "platform" else OrderHold.Owner.SYSTEM,
            detail=detail[:300],
            placed_at=now,
        )
        for row, order in pairs
        if row.status in (OrderStatus.UNPAID, OrderStatus.PENDING_REVIEW)
        for code, detail in _holds(row, order).items()
    )
