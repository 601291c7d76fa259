"""Which orders share a parcel, told by the channel and found in the database."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from oms.dto import CipherReceiver, IncomingBuyer, PaymentTerms
from oms.flows.order import OrderStatus
from oms.models import MergeGroup, Order
from tests.factories.basics import StoreFactory, WarehouseFactory
from tests.factories.incoming import HOME, Shop, incoming_line, moved_to
from tests.oms.services.day import Day, are_together, status_of

S = OrderStatus
COD = {"payment_terms": PaymentTerms.COD, "paid_amount": Decimal(0), "paid_at": None}
SEALED = CipherReceiver(platform_ref="oaid-1", name_mask="陈*", phone_mask="138****0000",
                        street_mask="样***", province="浙江省", city="杭州市")  # fmt: skip


def fun_street(street: str) -> dict[str, Any]:
    return {"receiver": replace(HOME, country="US", province="CA", city="Springfield",
                                district="", postcode="90001", street=street)}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({}, {"lines": (incoming_line("P1", quantity=3),)}),
        ({}, {"receiver": replace(HOME, province="浙江", city="杭州")}),
        ({}, {"receiver": replace(HOME, phone="+86 138-0000-0000")}),
        (fun_street("123 Fun St."), fun_street("123 fun street")),
        ({"receiver": SEALED}, {"receiver": replace(SEALED, name_mask="", name_cipher="~x")}),
        ({"promised_carrier": "sf"}, {"promised_carrier": "sf"}),
    ],
)
def test_same_buyer_at_the_same_address(
    day: Day, one: dict[str, Any], other: dict[str, Any]
) -> None:
    orders = [day.order("1", **one), day.order("2", **other)]
    day.until(10)
    assert are_together(*orders)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"buyer": IncomingBuyer(channel_buyer_id="buyer-2")}),
        ({"buyer": None}, {"buyer": None}),
        ({"buyer": IncomingBuyer(channel_buyer_id="")}, {"buyer": None}),
        ({}, {"receiver": moved_to("样例路1号1幢102室")}),
        (fun_street("123 Fun St. Apt 1"), fun_street("123 Fun St. Apt 2")),
        ({}, {"receiver": replace(HOME, name="林晓雨")}),
        ({"receiver": SEALED}, {"receiver": replace(SEALED, platform_ref="oaid-2")}),
        ({"receiver": SEALED}, {}),
        (COD, COD),
        ({}, COD),
        ({"payment_terms": PaymentTerms.CREDIT}, {}),
        ({"currency": "USD"}, {}),
        ({"promised_carrier": "sf"}, {}),
        ({"promised_carrier": "sf"}, {"promised_carrier": "zto"}),
        ({"presale": True}, {}),
        ({"appointed_warehouse": "north"}, {}),
    ],
)
def test_what_keeps_two_orders_apart(day: Day, one: dict[str, Any], other: dict[str, Any]) -> None:
    north = WarehouseFactory.create(code="north")
    day.shop.stock(9, warehouse=north)
    orders = [day.order("1", **one), day.order("2", **other)]
    day.until(15)
    assert not MergeGroup.objects.exists()
    assert [status_of(order) for order in orders] == [S.RELEASED, S.RELEASED]


def test_who_comes_back_to_an_address_joins_the_first_order_there(day: Day) -> None:
    here, there = HOME, moved_to("示范大道8号")
    first = day.order("1", receiver=here)
    day.until(1)
    second = day.order("2", receiver=there)
    day.until(2)
    third = day.order("3", receiver=here)
    day.until(5)
    assert are_together(first, third)
    assert status_of(second) == S.WAITING_MERGE


def neighbor(day: Day, **store: Any) -> Shop:
    """Another store of the same channel that sells the same SKU."""
    channel = day.shop.store.channel
    other = Shop(StoreFactory.create(channel=channel, **store), day.shop.warehouse)
    other.listing()
    other.store.listings.update(sku=day.shop.sku())
    return other


def test_other_store_is_another_parcel(day: Day) -> None:
    orders = [day.order("1"), day.order("2", shop=neighbor(day))]
    day.until(10)
    assert not are_together(*orders)


def test_stores_of_one_scope_share_a_parcel(day: Day) -> None:
    day.shop.store.merge_scope = "festival"
    day.shop.store.save()
    orders = [day.order("1"), day.order("2", shop=neighbor(day, merge_scope="festival"))]
    day.until(10)
    assert are_together(*orders)


def test_scope_ends_at_the_channel(day: Day) -> None:
    day.shop.store.merge_scope = "festival"
    day.shop.store.save()
    elsewhere = Shop(StoreFactory.create(merge_scope="festival"), day.shop.warehouse)
    elsewhere.listing()
    elsewhere.stock(5)
    orders = [day.order("1"), day.order("2", shop=elsewhere)]
    day.until(10)
    assert not are_together(*orders)


def test_cap_shares_parcels_evenly_and_leaves_nobody_behind(day: Day) -> None:
    day.shop.store.merge_max_orders = 2
    day.shop.store.save()
    orders = [day.order(str(number)) for number in range(5)]
    day.until(4)
    day.until(5)
    assert are_together(*orders[0:2])
    assert are_together(*orders[2:4])
    assert MergeGroup.objects.count() == 2
    assert status_of(orders[4]) == S.WAITING_MERGE
    day.minute = 6
    sixth = day.order("6")
    day.until(10)
    assert are_together(orders[4], sixth)


def test_order_kept_apart_by_a_person_stays_alone(day: Day) -> None:
    orders = [day.order("1"), day.order("2")]
    Order.objects.filter(pk=orders[0].pk).update(is_kept_apart=True)
    day.until(15)
    assert [status_of(order) for order in orders] == [S.RELEASED, S.RELEASED]


def test_what_others_ship_is_neither_merged_nor_sent_by_us(day: Day) -> None:
    orders = [day.order("1"), day.order("2")]
    Order.objects.filter(pk=orders[0].pk).update(fulfilled_by="platform")
    day.until(20)
    assert [status_of(order) for order in orders] == [S.APPROVED, S.RELEASED]
