# mypy: disable-error-code="no-untyped-call, untyped-decorator"
"""Rows of the shared schema, each consistent with its neighbors.

An order's amounts are its lines', goods that are owed make demand, a document's lines turn demand
into reservations, and stock moves with them. Call ``create``; all names and numbers are invented.
"""

from datetime import timedelta
from decimal import Decimal

from django.db.models import F, Sum
from factory.declarations import LazyAttribute, SelfAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from oms.access import checks, grants
from oms.dto import ChannelStatus
from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, OrderStatus
from oms.models import (
    Demand,
    Department,
    FulfillmentLine,
    FulfillmentOrder,
    Order,
    OrderItem,
    OrderLine,
    Project,
    Reservation,
    RoleAssignment,
    StockLevel,
    StockMovement,
    Store,
    User,
    Warehouse,
)
from tests.factories.basics import (
    NOW,
    PASSWORD,
    BarcodeFactory,
    BuyerFactory,
    ChannelFactory,
    ListingFactory,
    ReceiverFactory,
    SkuFactory,
    StoreFactory,
    UserFactory,
    WarehouseFactory,
    plain_receiver,
)

__all__ = [
    "BarcodeFactory",
    "BuyerFactory",
    "ChannelFactory",
    "FulfillmentLineFactory",
    "FulfillmentOrderFactory",
    "ListingFactory",
    "NOW",
    "OrderFactory",
    "OrderItemFactory",
    "OrderLineFactory",
    "PASSWORD",
    "ReceiverFactory",
    "SkuFactory",
    "StockLevelFactory",
    "StoreFactory",
    "UserFactory",
    "WarehouseFactory",
    "grant",
    "plain_receiver",
]

S = OrderStatus
_CHANNEL_STATUS = {
    S.UNPAID: ChannelStatus.UNPAID,
    S.PARTLY_SHIPPED: ChannelStatus.PARTLY_SHIPPED,
    S.SHIPPED: ChannelStatus.SHIPPED,
    S.DELIVERED: ChannelStatus.SHIPPED,
    S.COMPLETED: ChannelStatus.COMPLETED,
    S.CLOSED_EXTERNAL: ChannelStatus.COMPLETED,
    S.CANCELLED: ChannelStatus.CANCELLED,
}


class OrderFactory(DjangoModelFactory[Order]):
    """``OrderFactory.create(approved=True, lines=2, lines__quantity=3)``.

    Every status is a trait; all but an unpaid order are ``paid`` unless told otherwise. The goods
    stand in no document yet, whatever the status: that is ``FulfillmentOrderFactory``'s.
    """

    class Meta:
        model = Order
        skip_postgeneration_save = True

    class Params:
        paid = LazyAttribute(lambda order: order.status != S.UNPAID)
        unpaid = Trait(status=S.UNPAID)
        pending_review = Trait(status=S.PENDING_REVIEW)
        approved = Trait(status=S.APPROVED)
        waiting_merge = Trait(status=S.WAITING_MERGE)
        merged = Trait(status=S.MERGED)
        allocated = Trait(status=S.ALLOCATED)
        released = Trait(status=S.RELEASED)
        partly_shipped = Trait(status=S.PARTLY_SHIPPED)
        shipped = Trait(status=S.SHIPPED)
        delivered = Trait(status=S.DELIVERED)
        completed = Trait(status=S.COMPLETED)
        cancelled = Trait(status=S.CANCELLED)
        closed_external = Trait(status=S.CLOSED_EXTERNAL)

    order_no = Sequence(lambda n: f"SO261111-{n:08d}")
    store = SubFactory(StoreFactory)
    channel_order_no = Sequence(lambda n: f"2611110000{n:08d}")
    status = S.PENDING_REVIEW
    status_at = NOW
    channel_status = LazyAttribute(
        lambda order: _CHANNEL_STATUS.get(order.status, ChannelStatus.PAID).value
    )
    channel_modified_at = NOW
    buyer = SubFactory(BuyerFactory, channel=SelfAttribute("..store.channel"))
    receiver = SubFactory(ReceiverFactory)
    ordered_at = NOW - timedelta(hours=2)
    paid_at = LazyAttribute(lambda order: NOW - timedelta(hours=1) if order.paid else None)
    ingested_at = NOW
    eligible_at = LazyAttribute(lambda order: NOW if order.paid else None)
    ship_by = NOW + timedelta(hours=48)

    @post_generation
    def lines(order: Order, create: bool, extracted: int | None, **line: object) -> None:  # noqa: N805
        OrderLineFactory.create_batch(1 if extracted is None else extracted, order=order, **line)


class OrderLineFactory(DjangoModelFactory[OrderLine]):
    """``OrderLineFactory.create(order=order, quantity=2, item__sku=sku)``; a ``paid_share`` below
    the list price is a discount of the seller's. ``item=False`` makes no item."""

    class Meta:
        model = OrderLine
        skip_postgeneration_save = True

    order = SubFactory(OrderFactory, lines=0)
    position = LazyAttribute(lambda line: line.order.lines.count() + 1)
    channel_line_no = Sequence(lambda n: f"L{n}")
    title = Sequence(lambda n: f"样品{n}")
    quantity = 1
    unit_price = Decimal("50.00")
    paid_share = LazyAttribute(
        lambda line: line.unit_price * line.quantity if line.order.paid_at else Decimal(0)
    )

    @post_generation
    def item(line: OrderLine, create: bool, extracted: bool | None, **item: object) -> None:  # noqa: N805
        _add_up(line.order)
        goods = (OrderLine.Kind.GOODS, OrderLine.Kind.GIFT)
        if line.kind in goods and extracted is not False:
            OrderItemFactory.create(line=line, **item)


def _add_up(order: Order) -> None:
    sums = order.lines.aggregate(goods=Sum(F("unit_price") * F("quantity")), paid=Sum("paid_share"))
    order.goods_amount = sums["goods"]
    if order.paid_at:
        order.seller_discount = sums["goods"] - sums["paid"] - order.platform_discount
        order.paid_amount = sums["paid"] + order.freight
    due = order.goods_amount + order.freight - order.seller_discount - order.platform_discount
    order.receivable = due - order.paid_amount
    order.save(update_fields=["goods_amount", "seller_discount", "paid_amount", "receivable"])


class OrderItemFactory(DjangoModelFactory[OrderItem]):
    """A SKU under a line, with what is left of the line's money, and its demand while owed."""

    class Meta:
        model = OrderItem
        skip_postgeneration_save = True

    line = SubFactory(OrderLineFactory, item=False)
    order = SelfAttribute("line.order")
    sku = SubFactory(SkuFactory)
    quantity = SelfAttribute("line.quantity")
    cancelled_quantity = SelfAttribute("line.cancelled_quantity")
    paid_share = LazyAttribute(
        lambda item: (
            item.line.paid_share - sum(item.line.items.values_list("paid_share", flat=True))
        )
    )

    @post_generation
    def demand(item: OrderItem, create: bool, extracted: None) -> None:  # noqa: N805
        owed = item.quantity - item.cancelled_quantity
        if owed and item.order.status in NOTHING_LEFT_THE_BUILDING:
            Demand.objects.create(
                order_item=item,
                sku=item.sku,
                store=item.order.store,
                quantity=owed,
                created_at=NOW,
            )


class StockLevelFactory(DjangoModelFactory[StockLevel]):
    """``StockLevelFactory.create(sku=sku, on_hand=5)``, with its opening movement."""

    class Meta:
        model = StockLevel
        skip_postgeneration_save = True

    warehouse = SubFactory(WarehouseFactory)
    sku = SubFactory(SkuFactory)
    on_hand = 10

    @post_generation
    def opening(level: StockLevel, create: bool, extracted: None) -> None:  # noqa: N805
        if level.on_hand:
            _move(level, StockMovement.Kind.OPENING, on_hand=level.on_hand)


def _move(level: StockLevel, kind: str, *, on_hand: int = 0, reserved: int = 0) -> None:
    StockMovement.objects.create(
        warehouse=level.warehouse,
        sku=level.sku,
        condition=level.condition,
        kind=kind,
        on_hand_delta=on_hand,
        reserved_delta=reserved,
        at=NOW,
    )


D = FulfillmentStatus
_PICKED = (D.PICKED, D.PACKED, D.HANDED_OVER)
_PACKED = (D.PACKED, D.HANDED_OVER)
_STATUS_OF_ORDER = {
    D.ALLOCATED: S.ALLOCATED,
    D.HANDED_OVER: S.SHIPPED,
    D.CANCELLED: S.APPROVED,
}


class FulfillmentOrderFactory(DjangoModelFactory[FulfillmentOrder]):
    """``FulfillmentOrderFactory.create(order=order, released=True)`` takes all of the order's open
    goods; missing stock is put on the shelf. Every status is a trait."""

    class Meta:
        model = FulfillmentOrder
        skip_postgeneration_save = True

    class Params:
        allocated = Trait(status=D.ALLOCATED)
        released = Trait(status=D.RELEASED)
        waved = Trait(status=D.WAVED)
        picking = Trait(status=D.PICKING)
        picked = Trait(status=D.PICKED)
        packed = Trait(status=D.PACKED)
        handed_over = Trait(status=D.HANDED_OVER)
        cancelled = Trait(status=D.CANCELLED)

    fulfillment_no = Sequence(lambda n: f"FO261111-{n:08d}")
    status = D.ALLOCATED
    status_at = NOW
    order = SubFactory(
        OrderFactory,
        status=LazyAttribute(
            lambda order: _STATUS_OF_ORDER.get(order.factory_parent.status, S.RELEASED)
        ),
    )
    store = SelfAttribute("order.store")
    warehouse = SubFactory(WarehouseFactory)
    receiver = SelfAttribute("order.receiver")
    ship_by = SelfAttribute("order.ship_by")
    created_at = NOW
    released_at = LazyAttribute(lambda document: NOW if document.status != D.ALLOCATED else None)

    @post_generation
    def lines(document: FulfillmentOrder, create: bool, extracted: bool | None) -> None:  # noqa: N805
        if document.order is None or extracted is False:
            return
        for item in document.order.items.all():
            if item.quantity > item.cancelled_quantity + item.assigned_quantity:
                FulfillmentLineFactory.create(fulfillment=document, order_item=item)


class FulfillmentLineFactory(DjangoModelFactory[FulfillmentLine]):
    """All open units of an item (or ``quantity`` of them) on a document, promised from its
    warehouse's stock; on a handed-over document they have left."""

    class Meta:
        model = FulfillmentLine
        skip_postgeneration_save = True

    fulfillment = SubFactory(FulfillmentOrderFactory, lines=False)
    order_item = LazyAttribute(lambda line: line.fulfillment.order.items.first())
    sku = SelfAttribute("order_item.sku")
    quantity = LazyAttribute(
        lambda line: (
            line.order_item.quantity
            - line.order_item.cancelled_quantity
            - line.order_item.assigned_quantity
        )
    )
    picked_quantity = LazyAttribute(
        lambda line: line.quantity if line.fulfillment.status in _PICKED else 0
    )
    packed_quantity = LazyAttribute(
        lambda line: line.quantity if line.fulfillment.status in _PACKED else 0
    )
    cancelled_at = LazyAttribute(
        lambda line: NOW if line.fulfillment.status == D.CANCELLED else None
    )

    @post_generation
    def stock(line: FulfillmentLine, create: bool, extracted: None) -> None:  # noqa: N805
        if line.cancelled_at is None:
            _assign(line)
            level = _reserve(line)
            if line.fulfillment.status == D.HANDED_OVER:
                _ship(line, level)


def _assign(line: FulfillmentLine) -> None:
    item = line.order_item
    item.assigned_quantity += line.quantity
    item.save(update_fields=["assigned_quantity"])
    open_units = item.quantity - item.cancelled_quantity - item.assigned_quantity
    Demand.objects.filter(order_item=item).update(quantity=open_units)


def _reserve(line: FulfillmentLine) -> StockLevel:
    where = {"warehouse": line.fulfillment.warehouse, "sku": line.sku, "condition": "good"}
    level = StockLevel.objects.filter(**where).first() or StockLevelFactory.create(
        **where, on_hand=0
    )
    missing = line.quantity - (level.on_hand - level.reserved)
    if missing > 0:
        level.on_hand += missing
        _move(level, StockMovement.Kind.OPENING, on_hand=missing)
    level.reserved += line.quantity
    level.save(update_fields=["on_hand", "reserved"])
    _move(level, StockMovement.Kind.RESERVE, reserved=line.quantity)
    Reservation.objects.create(
        fulfillment_line=line, stock_level=level, quantity=line.quantity, created_at=NOW
    )
    return level


def _ship(line: FulfillmentLine, level: StockLevel) -> None:
    level.on_hand -= line.quantity
    level.reserved -= line.quantity
    level.save(update_fields=["on_hand", "reserved"])
    _move(level, StockMovement.Kind.SHIP, on_hand=-line.quantity, reserved=-line.quantity)
    Reservation.objects.filter(fulfillment_line=line).update(quantity=0)
    line.order_item.shipped_quantity += line.quantity
    line.order_item.save(update_fields=["shipped_quantity"])


def grant(user: User, role: str, place: Store | Warehouse | Department | Project) -> RoleAssignment:
    """Give a person a role: ``grant(user, "customer_service", store)``."""
    assignment = grants.assign_role(user.pk, role=role, place=place, now=NOW, granted_by=None)
    checks.forget(user)
    return assignment
