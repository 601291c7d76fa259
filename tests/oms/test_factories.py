"""The factories' promise: whatever is made, the invariants of the record hold."""

from decimal import Decimal

import pytest
from django.db.models import F, Sum

from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, OrderStatus
from oms.models import (
    Demand,
    FulfillmentLine,
    Listing,
    Order,
    OrderItem,
    OrderLine,
    Reservation,
    StockLevel,
    StockMovement,
)
from tests.factories.oms import (
    PASSWORD,
    BarcodeFactory,
    FulfillmentLineFactory,
    FulfillmentOrderFactory,
    ListingFactory,
    OrderFactory,
    OrderItemFactory,
    OrderLineFactory,
    ReceiverFactory,
    StockLevelFactory,
    UserFactory,
    plain_receiver,
)

pytestmark = pytest.mark.django_db


def assert_money_adds_up() -> None:
    for order in Order.objects.all():
        paid = sum((line.paid_share for line in order.lines.all()), Decimal(0))
        goods = sum((line.unit_price * line.quantity for line in order.lines.all()), Decimal(0))
        due = goods + order.freight - order.seller_discount - order.platform_discount
        assert order.goods_amount == goods
        assert order.paid_amount == (paid + order.freight if order.paid_at else 0)
        assert order.receivable == due - order.paid_amount
    for line in OrderLine.objects.filter(items__isnull=False):
        assert line.items.aggregate(paid=Sum("paid_share"))["paid"] == line.paid_share


def assert_goods_add_up() -> None:
    for item in OrderItem.objects.all():
        active = item.fulfillment_lines.filter(cancelled_at=None)
        assert sum(active.values_list("quantity", flat=True)) == item.assigned_quantity
        if item.order.status in NOTHING_LEFT_THE_BUILDING:
            open_units = Demand.objects.get(order_item=item).quantity
            assert item.quantity == item.cancelled_quantity + open_units + item.assigned_quantity


def assert_stock_adds_up() -> None:
    for level in StockLevel.objects.all():
        promised = sum(level.reservations.values_list("quantity", flat=True))
        moved = StockMovement.objects.filter(
            warehouse=level.warehouse, sku=level.sku, condition=level.condition
        ).aggregate(on_hand=Sum("on_hand_delta"), reserved=Sum("reserved_delta"))
        assert promised == level.reserved
        assert moved == {"on_hand": level.on_hand, "reserved": level.reserved}


def assert_all_adds_up() -> None:
    assert_money_adds_up()
    assert_goods_add_up()
    assert_stock_adds_up()


@pytest.mark.parametrize("status", OrderStatus)
def test_order_of_any_status_adds_up(status: OrderStatus) -> None:
    order = OrderFactory.create(
        **{status.value: True}, lines=2, lines__quantity=3, freight=Decimal("8.00")
    )
    assert (order.status, order.lines.count(), order.items.count()) == (status, 2, 2)
    assert (order.paid_at is None) is (status == OrderStatus.UNPAID)
    assert_all_adds_up()


def test_cash_on_delivery_is_still_to_be_received() -> None:
    order = OrderFactory.create(approved=True, paid=False, payment_terms="cod")
    assert (order.paid_amount, order.receivable) == (0, Decimal("50.00"))
    assert_all_adds_up()


def test_line_added_later_counts() -> None:
    order = OrderFactory.create()
    OrderLineFactory.create(order=order, quantity=2, paid_share=Decimal("80.00"))
    order.refresh_from_db()
    assert (order.goods_amount, order.seller_discount, order.paid_amount) == (150, 20, 130)
    assert_all_adds_up()


def test_line_of_two_items_shares_its_money() -> None:
    line = OrderLineFactory.create(item__paid_share=Decimal("20.00"))
    OrderItemFactory.create(line=line, quantity=4)
    assert_all_adds_up()


def test_virtual_line_has_no_item() -> None:
    assert not OrderLineFactory.create(kind=OrderLine.Kind.VIRTUAL).items.exists()


@pytest.mark.parametrize("status", FulfillmentStatus)
def test_document_of_any_status_adds_up(status: FulfillmentStatus) -> None:
    document = FulfillmentOrderFactory.create(**{status.value: True})
    line = document.lines.get()
    assert document.status == status
    assert (line.cancelled_at is None) is (status != FulfillmentStatus.CANCELLED)
    shipped = OrderItem.objects.filter(shipped_quantity=F("quantity")).count()
    assert shipped == (status == FulfillmentStatus.HANDED_OVER)
    assert_all_adds_up()


def test_document_takes_what_is_open_and_uses_the_stock_there_is() -> None:
    order = OrderFactory.create(allocated=True, lines=2, lines__quantity=5)
    first, second = order.items.all()
    level = StockLevelFactory.create(sku=first.sku, on_hand=20)
    document = FulfillmentOrderFactory.create(order=order, warehouse=level.warehouse, lines=False)
    FulfillmentLineFactory.create(fulfillment=document, order_item=first, quantity=2)
    level.refresh_from_db()
    assert (level.on_hand, level.reserved) == (20, 2)
    rest = FulfillmentOrderFactory.create(order=order)
    quantities = FulfillmentLine.objects.filter(fulfillment=rest).values_list("quantity", flat=True)
    assert list(quantities) == [3, second.quantity]
    assert Reservation.objects.count() == 3
    assert_all_adds_up()


def test_listing_is_mapped_unless_told_otherwise() -> None:
    assert ListingFactory.create().sku
    assert ListingFactory.create(sku=None).sku is None
    assert Listing.objects.count() == 2


def test_receiver_is_readable_by_us_and_masked_for_lists() -> None:
    who = plain_receiver(3)
    row = ReceiverFactory.create(receiver=who)
    row.refresh_from_db()
    assert (row.name, row.phone, row.street) == (who.name, who.phone, who.street)
    assert row.phone_mask == f"138****{who.phone[-4:]}"
    assert row.address_key


def test_everybody_has_the_same_password() -> None:
    assert UserFactory.create().check_password(PASSWORD)


def test_every_row_has_its_own_codes() -> None:
    assert len({barcode.code for barcode in BarcodeFactory.create_batch(5)}) == 5
