"""The buyers of the tour buy by the simulated shop: signed messages come in, nothing is written."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from channels_sync.management.demo.simulated import NobodyThere, NotDone, press
from channels_sync.models import RawOrder, StoreConnection
from channels_sync.services import intake
from channels_sync.simulator.goods import PRODUCTS
from channels_sync.simulator.settings import SECRET
from channels_sync.simulator.settings import Settings as Shops
from oms.management.demo.tour import BURST, SCARCE, burst_orders, orders
from oms.models import Order
from oms.registries import tour_steps
from tests.channels_sync.simulator.bench import Bench, running
from tests.factories.oms import SkuFactory, StoreFactory
from tests.factories.warehouse import stand_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(
    tmp_path: Path, live_server: LiveServer, clock: time_machine.Traveller, settings: Settings
) -> Iterator[Bench]:
    with running(tmp_path / "db", Shops(oms_url=live_server.url, seed=1)) as bench:
        clock.move_to(bench.now)
        settings.SIMULATED_SHOPS = bench.server.url
        store = StoreFactory.create(code="demo-shop", maps_by_code=True)
        StoreConnection.objects.create(
            store=store,
            kind="webhook",
            base_url=bench.shop_url,
            credentials={"hook_secret": SECRET},
        )
        yield bench


def do(key: str) -> None:
    step = next(step for step in tour_steps if step.key == key)
    assert step.act is not None
    step.act()


def is_done(key: str) -> bool:
    return next(step for step in tour_steps if step.key == key).is_done()


def test_second_order_of_the_tours_buyer_comes_two_minutes_later(
    shop: Bench, clock: time_machine.Traveller
) -> None:
    for product in PRODUCTS:
        SkuFactory.create(code=product.sku_code)
    do("merge.bought")
    intake.drain(now=shop.now)
    assert (orders().count(), is_done("merge.bought")) == (1, False)
    clock.shift(timedelta(minutes=2))
    shop.wait(minutes=2)
    intake.drain(now=shop.now)
    assert (orders().count(), is_done("merge.bought")) == (2, True)


def test_everybody_wants_the_same_at_once(shop: Bench) -> None:
    SkuFactory.create(code=SCARCE)
    do("burst.came")
    intake.drain(now=shop.now)
    assert (burst_orders().count(), is_done("burst.came")) == (BURST, True)


def test_buyer_of_earphones_asks_for_the_money_back_once(shop: Bench) -> None:
    SkuFactory.create(code="EARB-01")
    with pytest.raises(NotDone):
        do("return.asked")
    press("place", {"buyer": "3", "sku_code": "EARB-01", "quantity": "1", "is_paid": "1"})
    intake.drain(now=shop.now)
    stand_at(Order.objects.all(), "shipped")
    order = Order.objects.get()
    do("return.asked")
    [raw] = RawOrder.objects.filter(event="refund.created")
    assert raw.channel_order_no == order.channel_order_no
    with pytest.raises(NotDone):
        do("return.asked")


def test_orders_from_before_are_known_to_the_shop_and_stay_as_they_are(shop: Bench) -> None:
    number = shop.order()["order_id"]
    told = [
        {"order_id": number, "buyer_id": "demo-buyer-007", "status": "cancelled"},
        {"order_id": "D-1", "buyer_id": "demo-buyer-009"},
    ]
    press("adopt", {"orders": json.dumps(told)})
    assert shop.simulator.store.buyer_of("D-1") == 9
    assert shop.simulator.store.orders()[1]["status"] == "paid"


def test_button_that_the_shop_does_not_have_is_refused(shop: Bench, settings: Settings) -> None:
    with pytest.raises(NotDone):
        press("explode", {})
    settings.SIMULATED_SHOPS = "http://127.0.0.1:1"
    with pytest.raises(NobodyThere):
        press("buy_twice", {"buyer": "1"})
