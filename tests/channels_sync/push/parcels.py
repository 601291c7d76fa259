"""Parcels that left, of one order or of a merge; rows only, all invented."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count

from channels_sync.models import PushJob, StoreConnection
from oms.flows.fulfillment import FulfillmentStatus
from oms.models import (
    FulfillmentLine,
    MergeGroup,
    Order,
    OrderItem,
    Refund,
    Shipment,
    ShipmentLine,
    Store,
)
from tests.factories.oms import (
    NOW,
    FulfillmentLineFactory,
    FulfillmentOrderFactory,
    OrderFactory,
    StoreFactory,
)

_NUMBERS = count(1)


def connected_store(kind: str = "scripted", **told: object) -> Store:
    """Make a store with a line outward."""
    store = StoreFactory.create()
    StoreConnection.objects.create(store=store, kind=kind, **told)
    return store


def order_of(store: Store, *, quantity: int = 1, lines: int = 1) -> Order:
    return OrderFactory.create(store=store, released=True, lines=lines, lines__quantity=quantity)


def parcel(units: Mapping[OrderItem, int], *, at: datetime = NOW) -> Shipment:
    """Let a parcel with these units leave, on a document of its own."""
    orders = {item.order_id: item.order for item in units}
    first = next(iter(orders.values()))
    whole = {"lines": False, "store": first.store, "receiver": first.receiver, "ship_by": None}
    if len(orders) == 1:
        document = FulfillmentOrderFactory.create(order=first, handed_over=True, **whole)
    else:
        group = MergeGroup.objects.create(
            group_no=f"MG{next(_NUMBERS)}", store=first.store, merge_key="k", made_at=at
        )
        document = FulfillmentOrderFactory.create(
            order=None, merge_group=group, status=FulfillmentStatus.HANDED_OVER, **whole
        )
    number = next(_NUMBERS)
    shipment = Shipment.objects.create(
        package_no=f"PK261111-{number:08d}",
        fulfillment=document,
        carrier="sf",
        waybill_no=f"SF{number:013d}",
        created_at=at,
        handed_over_at=at,
        status="handed_over",
    )
    for item, quantity in units.items():
        item.refresh_from_db()
        line: FulfillmentLine = FulfillmentLineFactory.create(
            fulfillment=document, order_item=item, quantity=quantity
        )
        ShipmentLine.objects.create(shipment=shipment, fulfillment_line=line, quantity=quantity)
    return shipment


def items_of(order: Order) -> list[OrderItem]:
    return list(order.items.order_by("pk"))


def whole(order: Order) -> dict[OrderItem, int]:
    """Return everything that the order is to get."""
    return {item: item.quantity - item.cancelled_quantity for item in items_of(order)}


def refund_of(order: Order, *, amount: str = "20.00") -> Refund:
    """Make a refund that was asked for; its lines matter to the core only."""
    number = next(_NUMBERS)
    return Refund.objects.create(
        refund_no=f"RF261111-{number:08d}",
        store=order.store,
        order=order,
        amount=amount,
        asked_at=NOW,
        status="asked",
    )


def the_job() -> PushJob:
    return PushJob.objects.get()
