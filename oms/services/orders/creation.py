"""Write new orders, many at once, exactly once each."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from oms.audit import timeline
from oms.dto import IncomingOrder
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
    Receiver.objects.bulk_create(receivers.values())
    rows = [
        _build(order, store=store, buyers=buyers, warehouses=warehouses, now=now)
        for order in incoming
    ]
    for row, order in zip(rows, incoming, strict=True):
        row.receiver = receivers.get(order.channel_order_no)
    set_keys(rows)
    Order.objects.bulk_create(rows, ignore_conflicts=True)
    ours = {row.order_no: row for row in rows}
    written = Order.objects.filter(store=store, order_no__in=ours)
    for order_no, channel_no, pk in written.values_list("order_no", "channel_order_no", "pk"):
        # Another order may have drawn the same number before: then ours was not written.
        if ours[order_no].channel_order_no == channel_no:
            ours[order_no].pk = pk
    created = {str(row.channel_order_no): row for row in rows if row.pk is not None}
    lost = [row.pk for number, row in receivers.items() if number not in created]
    if lost:
        Receiver.objects.filter(pk__in=lost).delete()
    return created


def _build(
    order: IncomingOrder,
    *,
    store: Store,
    buyers: dict[str, Buyer],
    warehouses: dict[str, Warehouse],
    now: datetime,
) -> Order:
    status = first_status(order)
    ready = status is OrderStatus.PENDING_REVIEW and not first_holds(order)
    return Order(
        order_no=new_number("SO", now.date()),
        store=store,
        channel_order_no=order.channel_order_no,
        buyer=buyers.get(order.buyer.channel_buyer_id) if order.buyer else None,
        appointed_warehouse=warehouses.get(order.appointed_warehouse),
        payment_terms=order.payment_terms.value,
        currency=order.currency,
        ordered_at=order.ordered_at,
        ingested_at=now,
        eligible_at=now if ready else None,
        status=status.value,
        status_at=now,
        **mirrored(order),
    )


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
    if not named:
        return {}
    Buyer.objects.bulk_create(
        (
            Buyer(channel_id=store.channel_id, channel_buyer_id=key, nickname=buyer.nickname)
            for key, buyer in sorted(named.items())
        ),
        ignore_conflicts=True,
    )
    rows = Buyer.objects.filter(channel=store.channel_id, channel_buyer_id__in=named)
    return {row.channel_buyer_id: row for row in rows}


def _appointed(incoming: Iterable[IncomingOrder]) -> dict[str, Warehouse]:
    codes = {order.appointed_warehouse for order in incoming} - {""}
    return {row.code: row for row in Warehouse.objects.filter(code__in=codes)} if codes else {}


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
        for code, detail in first_holds(order).items()
    )
