"""The automatic mode: believable buyers at a rate, and every kind of scene."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from channels_sync.simulator.goods import NOBODY_SELLS, PRODUCTS
from oms.dto import ChannelStatus
from oms.management.demo.goods import prices
from oms.rules.incoming import Fault, faults_of

from .bench import Bench, Listener


def test_goods_are_the_demos() -> None:
    known = prices()
    assert {product.sku_code: product.yuan for product in PRODUCTS}.items() <= known.items()
    assert NOBODY_SELLS.sku_code not in known


def play(bench: Bench, scene: str, *, minutes: int = 0) -> None:
    assert bench.press("scene", scene=scene).status_code == 303
    for _minute in range(minutes):
        bench.wait(minutes=1)


def test_siblings_are_two_minutes_apart(bench: Bench, listener: Listener) -> None:
    play(bench, "siblings", minutes=1)
    assert len(listener.orders()) == 1
    bench.wait(minutes=1)
    first, second = listener.orders()
    assert second.ordered_at - first.ordered_at == timedelta(minutes=2)
    assert (first.buyer, first.receiver) == (second.buyer, second.receiver)
    assert first.channel_order_no != second.channel_order_no


def test_one_of_the_merged_is_cancelled_later(bench: Bench, listener: Listener) -> None:
    play(bench, "merged_then_cancelled", minutes=7)
    assert len(listener.posts) == 2
    bench.wait(minutes=1)
    event, number = listener.events[-1]
    assert (event, number) == ("order.cancelled", listener.events[0][1])


def test_buyer_pays_later(bench: Bench, listener: Listener) -> None:
    play(bench, "pays_later", minutes=1)
    statuses = [order.channel_status for order in listener.orders()]
    assert statuses == [ChannelStatus.UNPAID, ChannelStatus.PAID]


def test_buyer_moves(bench: Bench, listener: Listener) -> None:
    play(bench, "moves", minutes=1)
    before, after = listener.orders()
    assert before.receiver != after.receiver


def test_buyer_asks_for_a_refund(bench: Bench, listener: Listener) -> None:
    play(bench, "asks_refund", minutes=8)
    assert [event for event, _number in listener.events] == ["order.paid", "refund.created"]


def test_unknown_sku(bench: Bench, listener: Listener) -> None:
    play(bench, "unknown_sku")
    (order,) = listener.orders()
    assert [line.merchant_code for line in order.lines] == [NOBODY_SELLS.sku_code]
    assert faults_of(order) == []


@pytest.mark.parametrize("seed", range(6))
def test_broken_order_is_one_the_system_refuses(
    bench: Bench, listener: Listener, seed: int
) -> None:
    bench.simulator.automatic._chance.seed(seed)
    play(bench, "broken")
    (order,) = listener.orders()
    assert set(faults_of(order)) & {Fault.PRICE, Fault.AMOUNT, Fault.QUANTITY, Fault.NO_LINES}


def test_buyer_who_comes_too_late_stops_nobody(bench: Bench, listener: Listener) -> None:
    play(bench, "moves")
    order = bench.simulator.store.orders()[0]
    bench.press("act", act="cancel", order_id=order["order_id"])
    bench.wait(minutes=1)
    assert [event for event, _number in listener.events] == ["order.paid", "order.cancelled"]


def test_scenes_come_at_the_rate(bench: Bench) -> None:
    bench.press("automatic", rate="6", is_on="1")
    for _second in range(600):
        bench.wait(seconds=1)
    placed = len(bench.simulator.store.orders(limit=1000))
    assert 40 <= placed <= 90


def test_switched_off_nothing_new_comes(bench: Bench, listener: Listener) -> None:
    bench.press("automatic", rate="60", is_on="1")
    bench.press("automatic", rate="60", is_on="")
    before = len(listener.posts)
    for _minute in range(5):
        bench.wait(minutes=1)
    assert not bench.simulator.settings.is_automatic
    assert len(listener.posts) - before <= 2


def test_chance_chooses_every_scene(bench: Bench) -> None:
    automatic = bench.simulator.automatic
    automatic._chance = random.Random(7)
    played = Counter(automatic.begin(at=bench.now) for _scene in range(400))
    assert set(played) == set(automatic.scenes)
    assert played.most_common(1)[0][0] == "single"
