from datetime import timedelta
from typing import Any

import pytest

from oms.flows.order import OrderStatus
from oms.models import Order, RouteDecision, Warehouse
from oms.services.orders.cancel import cancel_order
from tests.factories.basics import WarehouseFactory, plain_receiver
from tests.factories.incoming import at, incoming_line
from tests.oms.services.day import Day, status_of
from tests.oms.services.floor import Floor, document_of

S = OrderStatus
PLACES: dict[str, dict[str, Any]] = {
    "ningbo": {"province": "浙江", "city": "宁波市", "priority": 50},
    "shenzhen": {"province": "广东省", "city": "深圳", "priority": 10},
    "chengdu": {"province": "四川省", "city": "成都市", "priority": 20},
}


@pytest.fixture
def places(day: Day) -> dict[str, Warehouse]:
    """The shop's own in Hangzhou, and three more with the same goods."""
    made = {code: WarehouseFactory.create(code=code, **told) for code, told in PLACES.items()}
    for warehouse in made.values():
        day.shop.stock(9, warehouse=warehouse)
    return made | {"hangzhou": day.shop.warehouse}


def alone(day: Day, number: str = "1", **told: Any) -> Order:
    """Send an order of a guest on at once."""
    order = day.order(number, buyer=None, **told)
    day.until(day.minute)
    return order


@pytest.mark.parametrize(
    ("receiver", "where", "why"),
    [
        (plain_receiver(0), "hangzhou", "same_city"),
        (plain_receiver(1), "shenzhen", "same_city"),
        (plain_receiver(2), "chengdu", "same_city"),
    ],
)
def test_warehouse_in_the_buyers_city_sends(
    day: Day, places: dict[str, Warehouse], receiver: Any, where: str, why: str
) -> None:
    order = alone(day, receiver=receiver)
    assert document_of(order).warehouse == places[where]
    assert RouteDecision.objects.get().reason == why


def test_next_comes_the_province_then_the_priority(day: Day, places: dict[str, Warehouse]) -> None:
    places["hangzhou"].stock.update(on_hand=50, reserved=0)
    Warehouse.objects.filter(code=day.shop.warehouse.code).update(is_active=False)
    assert document_of(alone(day, "1")).warehouse == places["ningbo"]
    Warehouse.objects.filter(code="ningbo").update(is_active=False)
    assert document_of(alone(day, "2")).warehouse == places["shenzhen"]


def test_platforms_choice_beats_ours(day: Day, places: dict[str, Warehouse]) -> None:
    order = alone(day, appointed_warehouse="chengdu")
    assert document_of(order).warehouse == places["chengdu"]
    lines = (incoming_line(quantity=99),)
    short = alone(day, "2", appointed_warehouse="chengdu", lines=lines)
    assert short.holds.get().code == "shortage"
    verdicts = {
        row["warehouse"]: row["verdict"] for row in short.route_decisions.get().alternatives
    }
    assert verdicts["chengdu"] == "short"
    assert verdicts["ningbo"] == "not_appointed"


def test_decision_keeps_its_table_of_alternatives(day: Day, places: dict[str, Warehouse]) -> None:
    sku = day.shop.sku()
    places["ningbo"].stock.update(on_hand=9)
    order = alone(day, lines=(incoming_line(quantity=10),))
    decision = order.route_decisions.get()
    assert (decision.warehouse, decision.decided_at) == (places["hangzhou"], day.now)
    table = {row["warehouse"]: row for row in decision.alternatives}
    assert set(table) == {*PLACES, day.shop.warehouse.code}
    assert table["ningbo"] == {
        "warehouse": "ningbo",
        "verdict": "short",
        "missing": {str(sku.pk): 1},
    }
    assert table[day.shop.warehouse.code]["missing"] == {}


def test_cold_goods_leave_from_a_cold_place(day: Day, places: dict[str, Warehouse]) -> None:
    sku = day.shop.sku()
    sku.needs_cold_chain = True
    sku.save()
    order = alone(day, "1")
    assert order.holds.get().code == "shortage"
    Warehouse.objects.filter(code="chengdu").update(cold_chain=True)
    assert document_of(alone(day, "2")).warehouse == places["chengdu"]


def test_daily_limit_counts_what_was_not_cancelled_since_local_midnight(
    day: Day, floor: Floor
) -> None:
    day.shop.warehouse.daily_order_limit = 2
    day.shop.warehouse.save()
    orders = [alone(day, str(number)) for number in range(3)]
    assert [status_of(order) for order in orders] == [S.RELEASED, S.RELEASED, S.APPROVED]
    assert orders[2].route_decisions.get().alternatives[0]["verdict"] == "full_today"
    cancel_order(orders[0].pk, actor=floor.actor, reason="", now=day.now)
    assert status_of(alone(day, "8")) == S.RELEASED
    assert status_of(alone(day, "9")) == S.APPROVED
    # It is ten in the morning in Shanghai: fourteen hours later the next day has begun.
    day.minute = 14 * 60 - 1
    assert status_of(alone(day, "10")) == S.APPROVED
    day.minute = 14 * 60
    assert status_of(alone(day, "11")) == S.RELEASED
    assert at(14 * 60) == day.now
    assert timedelta(hours=14).total_seconds() == 14 * 3600


def test_limit_counts_within_one_page(day: Day) -> None:
    day.shop.warehouse.daily_order_limit = 3
    day.shop.warehouse.save()
    orders = [day.order(str(number), buyer=None) for number in range(5)]
    day.until(0)
    assert [status_of(order) for order in orders].count(S.RELEASED) == 3


def test_defective_goods_are_not_for_sale(day: Day) -> None:
    day.shop.warehouse.stock.update(condition="defective")
    day.shop.sku().movements.update(condition="defective")
    assert alone(day).holds.get().code == "shortage"
