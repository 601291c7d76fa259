from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model

from oms.models import StockLevel, Warehouse
from oms.registries import demo_steps
from tests.factories.oms import NOW, SkuFactory, UserFactory, WarehouseFactory
from tests.factories.warehouse import CarrierAccountFactory, Floor
from tests.warehouse.services.books import assert_books_are_right
from warehouse.management.demo.on_the_road import ARRIVES, NOT_AT_HOME, REFUSED, happened_at
from warehouse.management.demo.places import NoKeeper, seed_stock
from warehouse.management.demo.returned import receive_returns
from warehouse.management.demo.work import PICKER, seed_work
from warehouse.models import Bin, CarrierAccount, PickTask, UnclaimedParcel

pytestmark = pytest.mark.django_db


def test_stock_comes_before_the_orders_and_work_after_them() -> None:
    order = {step.key: step.order for step in demo_steps}
    assert order["stock"] < order["orders"] < order["warehouse work"]


def test_every_sku_lies_on_a_shelf_of_every_warehouse() -> None:
    UserFactory.create(superuser=True)
    skus = [SkuFactory.create() for _ in range(3)]
    places = [WarehouseFactory.create() for _ in range(2)]
    seed_stock(NOW)
    for place in places:
        assert StockLevel.objects.filter(warehouse=place, sku__in=skus, on_hand__gt=0).count() == 3
        assert Bin.objects.filter(warehouse=place, kind="tote").exists()
        assert CarrierAccount.objects.filter(warehouse=place, carrier="sf").count() == 1
    assert_books_are_right()


def test_stock_needs_somebody_who_books_it() -> None:
    WarehouseFactory.create()
    with pytest.raises(NoKeeper):
        seed_stock(NOW)


def test_one_cart_of_each_warehouse_is_picked() -> None:
    floor = Floor()
    picker = floor.person("warehouse_staff")
    get_user_model().objects.filter(pk=picker.pk).update(username=PICKER)
    a, b = floor.goods(9), floor.goods(9, has_serial=True)
    for _ in range(4):
        floor.tote()
    floor.document({a: 2, b: 2})
    floor.document({a: 1, b: 1})
    Warehouse.objects.exclude(pk=floor.warehouse.pk).delete()
    floor.tote()
    CarrierAccountFactory.create(warehouse=floor.warehouse)
    seed_work(NOW)
    assert PickTask.objects.get().status == "done"
    assert_books_are_right()


@pytest.mark.parametrize("hour", range(24))
def test_nobody_rings_at_night(hour: int) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    left_at = datetime(2026, 11, 20, hour, 30, tzinfo=zone)
    for way in (ARRIVES, NOT_AT_HOME, REFUSED):
        times = [happened_at(scan, left_at=left_at, zone=zone) for scan in way]
        assert times == sorted(times)
        at_the_door = [at for scan, at in zip(way, times, strict=True) if scan.code in {"80", "70"}]
        assert all(8 <= at.astimezone(zone).hour < 22 for at in at_the_door)


def test_dock_of_an_empty_demo_has_nothing_to_open() -> None:
    floor = Floor()
    worker = floor.person("warehouse_staff")
    get_user_model().objects.filter(pk=worker.pk).update(username=PICKER)
    receive_returns(NOW)
    assert not UnclaimedParcel.objects.exists()
