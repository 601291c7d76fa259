"""An order that left in one parcel, and the dock to which it may come back."""

from collections.abc import Mapping

from oms.models import ExpectedReturn, Order, Shipment, User
from oms.services import returns
from oms.services.returns import Found
from tests.factories.leaving import leave
from tests.factories.oms import (
    NOW,
    FulfillmentOrderFactory,
    OrderFactory,
    UserFactory,
    grant,
)


def shipped(**order: object) -> Order:
    document = FulfillmentOrderFactory.create(
        handed_over=True, order=OrderFactory.create(shipped=True, **order)
    )
    leave(document, number=document.pk)
    made = document.order
    assert isinstance(made, Order)
    return made


def parcel_of(order: Order) -> Shipment:
    return (
        Shipment.objects.filter(lines__fulfillment_line__order_item__order=order).distinct().get()
    )


def dock_hand(expected: ExpectedReturn) -> User:
    user: User = UserFactory.create()
    grant(user, "warehouse_staff", expected.warehouse)
    return user


def announced(order: Order, *, case_no: str = "AS-1", units: int | None = None) -> ExpectedReturn:
    """Announce everything of the order, or so many units of each item."""
    lines = {item.pk: units or item.quantity for item in order.items.all()}
    return announce(order, lines, case_no=case_no)


def announce(order: Order, lines: Mapping[int, int], *, case_no: str = "AS-1") -> ExpectedReturn:
    return returns.expect_return(
        store_id=order.store_id,
        order_id=order.pk,
        warehouse_id=parcel_of(order).fulfillment.warehouse_id,
        case_no=case_no,
        lines=lines,
        now=NOW,
    )


def receive(expected: ExpectedReturn, *found: Found, remark: str = "") -> ExpectedReturn:
    """Count what came; nothing said means everything, in good order."""
    every = [Found(line.quantity, line_id=line.pk) for line in expected.lines.all()]
    return returns.receive(
        expected.pk,
        found=found or (() if remark else every),
        actor=dock_hand(expected),
        remark=remark,
        now=NOW,
    )
