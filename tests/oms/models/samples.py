"""One valid row of every table that has a constraint, unlike any other row made here."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import count

from django.contrib.auth.models import Group, Permission
from django.db import models

from oms.events.types import StockChanged
from oms.models import (
    ApprovalRequest,
    ApprovalStep,
    Barcode,
    Bundle,
    BundleComponent,
    Buyer,
    BuyerMessage,
    Category,
    Channel,
    ChannelRefund,
    Delegation,
    Demand,
    Department,
    EventDelivery,
    ExpectedReturn,
    ExpectedReturnLine,
    FulfillmentLine,
    FulfillmentOrder,
    Listing,
    MergeGroup,
    MergeMembership,
    Order,
    OrderHold,
    OrderItem,
    OrderLine,
    OutboxEvent,
    Payment,
    PaymentAllocation,
    Project,
    Refund,
    RefundLine,
    Reservation,
    RoleAssignment,
    SellerNote,
    Shipment,
    ShipmentLine,
    Sku,
    StockAllotment,
    StockLevel,
    StockMovement,
    Store,
    StoreGroupPermission,
    StoreUserPermission,
    User,
    Warehouse,
    WarehouseGroupPermission,
    WarehouseUserPermission,
)
from tests.factories import oms as made
from tests.factories.oms import NOW

_numbers = count(1)
LATER = NOW + timedelta(days=1)


def role_assignment() -> RoleAssignment:
    user, store = made.UserFactory.create(), made.StoreFactory.create()
    return RoleAssignment.objects.create(user=user, role="finance", store=store, granted_at=NOW)


def approval_request() -> ApprovalRequest:
    return ApprovalRequest.objects.create(
        kind="refund",
        subject=f"case-{next(_numbers)}",
        store=made.StoreFactory.create(),
        opened_at=NOW,
        status="open",
        status_at=NOW,
    )


def approval_step() -> ApprovalStep:
    return ApprovalStep.objects.create(
        request=approval_request(),
        level=1,
        permission="approve_returns",
        status="open",
        status_at=NOW,
    )


def delegation() -> Delegation:
    absent, present = made.UserFactory.create_batch(2)
    return Delegation.objects.create(
        from_user=absent, to_user=present, starts_at=NOW, ends_at=LATER
    )


def bundle() -> Bundle:
    return Bundle.objects.create(code=f"bundle-{next(_numbers)}", name="A set")


def bundle_component() -> BundleComponent:
    return BundleComponent.objects.create(bundle=bundle(), sku=made.SkuFactory.create())


def category() -> Category:
    return Category.objects.create(code=f"category-{next(_numbers)}", name="Tea")


def department() -> Department:
    return Department.objects.create(code=f"department-{next(_numbers)}", name="East")


def project() -> Project:
    return Project.objects.create(code=f"project-{next(_numbers)}", name="Festival")


def merge_group() -> MergeGroup:
    return MergeGroup.objects.create(
        group_no=f"MG{next(_numbers)}", store=made.StoreFactory.create(), made_at=NOW
    )


def merge_membership() -> MergeMembership:
    order = made.OrderFactory.create()
    return MergeMembership.objects.create(group=merge_group(), order=order, joined_at=NOW)


def order_hold() -> OrderHold:
    return OrderHold.objects.create(
        order=made.OrderFactory.create(), code="memo", owner="person", placed_at=NOW
    )


def buyer_message() -> BuyerMessage:
    order = made.OrderFactory.create()
    return BuyerMessage.objects.create(
        dedupe_key=f"shipped:{next(_numbers)}",
        store=order.store,
        order=order,
        template="shipped",
        not_before=NOW,
        created_at=NOW,
    )


def event_delivery() -> EventDelivery:
    event = OutboxEvent.objects.create(name=StockChanged.name, payload={"sku_ids": [1]})
    return EventDelivery.objects.create(event=event, handler=f"handler_{next(_numbers)}")


def payment() -> Payment:
    return Payment.objects.create(
        store=made.StoreFactory.create(),
        payment_no=f"pay-{next(_numbers)}",
        amount=Decimal("50.00"),
        paid_at=NOW,
    )


def allocation() -> PaymentAllocation:
    order = made.OrderFactory.create()
    return PaymentAllocation.objects.create(payment=payment(), order=order, amount=Decimal(50))


def refund() -> Refund:
    number, order = next(_numbers), made.OrderFactory.create()
    return Refund.objects.create(
        refund_no=f"RF{number}",
        channel_refund_no=f"R{number}",
        store=order.store,
        order=order,
        amount=Decimal("10.00"),
        asked_at=NOW,
        status="asked",
        status_at=NOW,
    )


def channel_refund() -> ChannelRefund:
    number, order = next(_numbers), made.OrderFactory.create()
    return ChannelRefund.objects.create(
        store=order.store,
        channel_refund_no=f"R{number}",
        channel_order_no=str(order.channel_order_no),
        order=order,
        kind="refund_only",
        stage="wait_merchant",
        amount=Decimal("10.00"),
        channel_modified_at=NOW,
        first_heard_at=NOW,
    )


def order() -> Order:
    return made.OrderFactory.create(made_for=f"AS{next(_numbers)}")


def refund_line() -> RefundLine:
    return RefundLine.objects.create(
        refund=refund(), allocation=allocation(), amount=Decimal("10.00")
    )


def expected_return() -> ExpectedReturn:
    number = next(_numbers)
    return ExpectedReturn.objects.create(
        return_no=f"RT{number}",
        case_no=f"AS{number}",
        shipment=shipment(),
        store=made.StoreFactory.create(),
        warehouse=made.WarehouseFactory.create(),
        created_at=NOW,
    )


def expected_return_line() -> ExpectedReturnLine:
    return ExpectedReturnLine.objects.create(
        expected_return=expected_return(), sku=made.SkuFactory.create(), quantity=1
    )


def fulfillment_line() -> FulfillmentLine:
    return made.FulfillmentOrderFactory.create(picked=True).lines.get()


def shipment() -> Shipment:
    number = next(_numbers)
    return Shipment.objects.create(
        package_no=f"PK{number}",
        fulfillment=made.FulfillmentOrderFactory.create(packed=True),
        carrier="sf",
        waybill_no=f"SF{number:012d}",
        created_at=NOW,
        status="packed",
        status_at=NOW,
    )


def shipment_line() -> ShipmentLine:
    parcel = shipment()
    line = parcel.fulfillment.lines.get()
    return ShipmentLine.objects.create(shipment=parcel, fulfillment_line=line, quantity=1)


def stock_movement() -> StockMovement:
    level = made.StockLevelFactory.create()
    return StockMovement.objects.get(sku=level.sku)


def allotment() -> StockAllotment:
    return StockAllotment.objects.create(
        sku=made.SkuFactory.create(),
        kind="exclusive",
        store=made.StoreFactory.create(),
        quantity=5,
    )


def order_item() -> OrderItem:
    return made.OrderFactory.create(lines__quantity=3).items.get()


def order_line() -> OrderLine:
    return made.OrderLineFactory.create(position=next(_numbers))


def demand() -> Demand:
    return Demand.objects.get(order_item=order_item())


def reservation() -> Reservation:
    return Reservation.objects.get(fulfillment_line=fulfillment_line())


def user() -> User:
    return made.UserFactory.create(badge_no=f"B{next(_numbers)}")


def granted(table: type[models.Model], **values: object) -> models.Model:
    row: models.Model = table._base_manager.create(**values)
    return row


def store_user() -> models.Model:
    return granted(
        StoreUserPermission,
        user=user(),
        permission=Permission.objects.get(codename="view_orders"),
        content_object=made.StoreFactory.create(),
    )


def store_group() -> models.Model:
    return granted(
        StoreGroupPermission,
        group=Group.objects.create(name=f"group-{next(_numbers)}"),
        permission=Permission.objects.get(codename="view_orders"),
        content_object=made.StoreFactory.create(),
    )


def seller_note() -> SellerNote:
    order = made.OrderFactory.create()
    return SellerNote.objects.create(order=order, known_at=NOW, changed_at=NOW)


def warehouse_user() -> models.Model:
    return granted(
        WarehouseUserPermission,
        user=user(),
        permission=Permission.objects.get(codename="pick"),
        content_object=made.WarehouseFactory.create(),
    )


def warehouse_group() -> models.Model:
    return granted(
        WarehouseGroupPermission,
        group=Group.objects.create(name=f"group-{next(_numbers)}"),
        permission=Permission.objects.get(codename="pick"),
        content_object=made.WarehouseFactory.create(),
    )


SAMPLES: dict[type[models.Model], Callable[[], models.Model]] = {
    ApprovalRequest: approval_request,
    ApprovalStep: approval_step,
    Barcode: made.BarcodeFactory.create,
    Bundle: bundle,
    BundleComponent: bundle_component,
    Buyer: made.BuyerFactory.create,
    BuyerMessage: buyer_message,
    Category: category,
    Channel: made.ChannelFactory.create,
    ChannelRefund: channel_refund,
    SellerNote: seller_note,
    Delegation: delegation,
    Demand: demand,
    Department: department,
    EventDelivery: event_delivery,
    ExpectedReturn: expected_return,
    ExpectedReturnLine: expected_return_line,
    FulfillmentLine: fulfillment_line,
    FulfillmentOrder: made.FulfillmentOrderFactory.create,
    Listing: made.ListingFactory.create,
    MergeGroup: merge_group,
    MergeMembership: merge_membership,
    Order: order,
    OrderHold: order_hold,
    OrderItem: order_item,
    OrderLine: order_line,
    Payment: payment,
    PaymentAllocation: allocation,
    Project: project,
    Refund: refund,
    RefundLine: refund_line,
    Reservation: reservation,
    RoleAssignment: role_assignment,
    Shipment: shipment,
    ShipmentLine: shipment_line,
    Sku: made.SkuFactory.create,
    StockAllotment: allotment,
    StockLevel: made.StockLevelFactory.create,
    StockMovement: stock_movement,
    Store: made.StoreFactory.create,
    StoreGroupPermission: store_group,
    StoreUserPermission: store_user,
    User: user,
    Warehouse: made.WarehouseFactory.create,
    WarehouseGroupPermission: warehouse_group,
    WarehouseUserPermission: warehouse_user,
}
