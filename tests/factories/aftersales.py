"""Orders that a buyer may send back, the people who decide, and cases in every state.

Cases are made by the services themselves: a case in a state that no service leads to proves little.
"""
# mypy: disable-error-code="no-untyped-call"

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image

from aftersales.models import AfterSalesCase, Kind, Reason, Source
from aftersales.services import intake
from aftersales.services.asking import Request
from oms.models import (
    ExpectedReturn,
    Order,
    Payment,
    PaymentAllocation,
    Shipment,
    User,
)
from tests.factories.leaving import leave
from tests.factories.oms import (
    NOW,
    FulfillmentOrderFactory,
    OrderFactory,
    StoreFactory,
    UserFactory,
    WarehouseFactory,
    grant,
)

_numbers = count(5_000_000)


def pay(order: Order) -> Payment:
    """Write the payment that the order's amounts speak of."""
    payment = Payment.objects.create(
        store=order.store,
        payment_no=f"PAY-{order.order_no}",
        amount=order.paid_amount,
        paid_at=NOW - timedelta(hours=1),
    )
    PaymentAllocation.objects.create(payment=payment, order=order, amount=order.paid_amount)
    return payment


def shipped_order(**order: object) -> Order:
    """Make an order that was paid, packed and handed over with a waybill."""
    document = FulfillmentOrderFactory.create(
        handed_over=True,
        order=OrderFactory.create(shipped=True, **order),
        warehouse=WarehouseFactory.create(
            address="样例路1号退货组", contact_name="退货组", contact_phone="0571-00000000"
        ),
    )
    made = document.order
    assert made is not None
    pay(made)
    leave(document, number=next(_numbers))
    return made


def parcel_of(order: Order) -> Shipment:
    return Shipment.objects.get(
        lines__fulfillment_line__order_item=order.items.order_by("pk").first()
    )


def unshipped_order(**order: object) -> Order:
    made = OrderFactory.create(**{"approved": True, **order})
    pay(made)
    return made


def all_units(order: Order) -> dict[int, int]:
    return {item.pk: item.quantity for item in order.items.order_by("pk")}


def request_for(order: Order, **told: object) -> Request:
    """Say what a buyer asks for: everything of the order, unless told otherwise."""
    asked: dict[str, object] = {
        "source": Source.PORTAL,
        "reason": Reason.CHANGED_MIND,
        "units": all_units(order),
    }
    return Request(**{**asked, **told})  # type: ignore[arg-type]


def open_case(
    order: Order | None = None, *, actor: User | None = None, **told: object
) -> AfterSalesCase:
    """Open a case through the one way in: return and refund, waiting for approval."""
    order = order or shipped_order()
    return intake.open_case(order.pk, request=request_for(order, **told), actor=actor, now=NOW)


def refund_only_case(order: Order | None = None, **told: Any) -> AfterSalesCase:
    return open_case(order, reason=Reason.NOT_RECEIVED, kind=Kind.REFUND_ONLY, **told)


def supervisor(case_or_order: AfterSalesCase | Order) -> User:
    """Make somebody who may decide on returns of the store."""
    user = UserFactory.create(is_staff=True)
    grant(user, "service_supervisor", case_or_order.store)
    return user


def service_person(case_or_order: AfterSalesCase | Order) -> User:
    user = UserFactory.create(is_staff=True)
    grant(user, "customer_service", case_or_order.store)
    return user


def dock_hand(expected: ExpectedReturn) -> User:
    user = UserFactory.create(is_staff=True)
    grant(user, "warehouse_staff", expected.warehouse)
    return user


def photo(
    *,
    color: str = "teal",
    size: tuple[int, int] = (640, 480),
    form: str = "JPEG",
    exif: "Image.Exif | None" = None,
) -> bytes:
    """Draw a picture as a telephone would send it."""
    out = BytesIO()
    image = Image.new("RGB", size, color)
    options = {"exif": exif} if exif is not None else {}
    image.save(out, form, **options)
    return out.getvalue()


def money(text: str) -> Decimal:
    return Decimal(text)


__all__ = [
    "NOW",
    "StoreFactory",
    "all_units",
    "dock_hand",
    "money",
    "open_case",
    "parcel_of",
    "pay",
    "photo",
    "refund_only_case",
    "request_for",
    "service_person",
    "shipped_order",
    "supervisor",
    "unshipped_order",
]
