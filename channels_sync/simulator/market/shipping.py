"""Sending: what may leave, and what an order is afterwards."""

from dataclasses import replace
from datetime import datetime

from channels_sync.simulator.market.orders import LEFT, SHIPPABLE, Order, Parcel, Status
from channels_sync.simulator.market.refusals import AlreadyShipped, NotFound, WrongState


def ship(
    order: Order,
    parcel_no: str,
    *,
    carrier: str,
    waybill_no: str,
    line_nos: tuple[str, ...],
    at: datetime,
) -> Order:
    """Put lines into a parcel that leaves; all that is open where none are named.

    :raises AlreadyShipped: if one of them, or the whole, has left
    :raises WrongState: if the order may not be shipped
    :raises NotFound: if a line is not of the order
    """
    if order.status in (Status.SHIPPED, Status.COMPLETED):
        raise AlreadyShipped("订单已发货")
    if order.status not in SHIPPABLE:
        raise WrongState("订单不是待发货")
    chosen = line_nos or tuple(line.number for line in order.open_lines)
    _check(order, chosen)
    box = parcel(parcel_no, carrier, waybill_no, chosen, at)
    return settled(replace(order, parcels=(*order.parcels, box)), at=at)


def parcel(
    number: str, carrier: str, waybill_no: str, line_nos: tuple[str, ...], at: datetime
) -> Parcel:
    return Parcel(
        number=number,
        carrier=carrier,
        waybill_no=waybill_no,
        line_nos=line_nos,
        shipped_at=at.replace(microsecond=0),
    )


def settled(order: Order, *, at: datetime) -> Order:
    """Derive the status from what has left, what is still open and what was paid back."""
    if order.status not in (*SHIPPABLE, *LEFT):
        return order
    if not any(line.left for line in order.lines if line.price):
        return replace(order, status=Status.CANCELLED, finished_at=at)
    if not order.parcels:
        return order
    if order.open_lines:
        return replace(order, status=Status.PARTIALLY_SHIPPED)
    if order.status is Status.COMPLETED:
        return order
    return replace(order, status=Status.SHIPPED, shipped_at=order.shipped_at or at)


def _check(order: Order, chosen: tuple[str, ...]) -> None:
    for number in chosen:
        line = order.line(number)
        if line is None:
            raise NotFound("没有这一行商品")
        if number in order.shipped_lines:
            raise AlreadyShipped("这一行已发货")
        if not line.left:
            raise WrongState("这一行已退款")
    if not chosen:
        raise WrongState("没有可发的商品")
