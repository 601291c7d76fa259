"""Our own parcel comes back: refused, undeliverable or intercepted, without a case."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.audit import timeline
from oms.flows.shipment import ON_THE_ROAD, ShipmentStatus
from oms.models import (
    ExpectedReturn,
    ExpectedReturnLine,
    Order,
    OrderItem,
    Shipment,
    ShipmentLine,
    User,
    Warehouse,
)
from oms.models.base import new_number
from oms.models.locking import atomic_service, lock_row, lock_rows
from oms.refusals import Refusal
from oms.services.returns.announcing import SUBJECT
from oms.transitions import fire

Kind = ExpectedReturn.Kind
_NEVER_LEFT = (ShipmentStatus.PACKED, ShipmentStatus.LABELLED, ShipmentStatus.CANCELLED)


class NeverLeft(Refusal):
    message = _("Parcel %(package)s never left: bring it to the packing table.")


class WasDelivered(Refusal):
    message = _("Parcel %(package)s was delivered: look for the return by order or phone number.")


class CameBackAlready(Refusal):
    message = _("Everything in parcel %(package)s has come back already.")


@dataclass(frozen=True, slots=True)
class InParcel:
    """Units of an order item that a parcel of ours still holds, as far as we know."""

    item: OrderItem
    units: int


def still_inside(shipment_id: int) -> list[InParcel]:
    """Return what a parcel that comes back should hold; nothing is written.

    :raises NeverLeft, WasDelivered, CameBackAlready: as for ``expect_parcel_back``
    """
    shipment = Shipment.objects.get(pk=shipment_id)
    _check(shipment)
    parts = [InParcel(_item(part), _left(part)) for part in _parts(shipment_id)]
    if not any(part.units for part in parts):
        raise CameBackAlready(package=shipment.package_no)
    return [part for part in parts if part.units]


@atomic_service
def expect_parcel_back(
    shipment_id: int,
    *,
    warehouse_id: int,
    actor: User,
    now: datetime,
    kind: str = Kind.UNDELIVERABLE,
) -> ExpectedReturn:
    """Expect a parcel of ours with all it holds that has not come back otherwise; once per parcel.

    It may hold goods of several orders, and come back to another warehouse.

    :raises NotAllowed: if the person may not receive returns in the warehouse
    :raises NeverLeft: if it is still in the building
    :raises WasDelivered: if the buyer has it: whatever comes in its box is a return
    :raises CameBackAlready: if nothing of it is missing any more
    """
    require(actor, "receive_returns", Warehouse.objects.get(pk=warehouse_id))
    parts = _lock(shipment_id)
    shipment = lock_row(Shipment, shipment_id)
    known = ExpectedReturn.objects.filter(shipment=shipment).first()
    if known is not None:
        return known
    _check(shipment)
    if shipment.status in ON_THE_ROAD:
        fire(shipment, "turn_back", now=now, actor=actor)
    return _announce(shipment, parts, warehouse_id=warehouse_id, kind=kind, actor=actor, now=now)


def _lock(shipment_id: int) -> list[ShipmentLine]:
    """Lock the orders of which goods are in the parcel; return its lines."""
    lock_rows(Order, {_item(part).order_id for part in _parts(shipment_id)})
    return _parts(shipment_id)


def _parts(shipment_id: int) -> list[ShipmentLine]:
    lines = ShipmentLine.objects.filter(shipment=shipment_id)
    return list(lines.select_related("fulfillment_line__order_item__sku").order_by("pk"))


def _item(part: ShipmentLine) -> OrderItem:
    return part.fulfillment_line.order_item


def _check(shipment: Shipment) -> None:
    if shipment.status in _NEVER_LEFT:
        raise NeverLeft(package=shipment.package_no)
    if shipment.status == ShipmentStatus.DELIVERED:
        raise WasDelivered(package=shipment.package_no)


def _announce(
    shipment: Shipment,
    parts: list[ShipmentLine],
    *,
    warehouse_id: int,
    kind: str,
    actor: User,
    now: datetime,
) -> ExpectedReturn:
    orders = {_item(part).order_id for part in parts}
    units = {part: _left(part) for part in parts}
    if not any(units.values()):
        raise CameBackAlready(package=shipment.package_no)
    expected = ExpectedReturn.objects.create(
        return_no=new_number("RT", now.date()),
        kind=kind,
        store_id=shipment.fulfillment.store_id,
        order_id=next(iter(orders)) if len(orders) == 1 else None,
        shipment=shipment,
        warehouse_id=warehouse_id,
        return_carrier=shipment.carrier,
        return_waybill_no=shipment.waybill_no or "",
        created_at=now,
    )
    ExpectedReturnLine.objects.bulk_create(
        ExpectedReturnLine(
            expected_return=expected,
            order_item=_item(part),
            sku_id=_item(part).sku_id,
            quantity=left,
        )
        for part, left in units.items()
        if left
    )
    timeline.record(SUBJECT, expected.pk, "expect", at=now, actor=actor, note=shipment.package_no)
    return expected


def _left(part: ShipmentLine) -> int:
    item = _item(part)
    return max(0, min(part.quantity, item.shipped_quantity - item.returned_quantity))
