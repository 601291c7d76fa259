"""The demo fills an empty database once, in demo mode only, and its books are right."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from aftersales.models import AfterSalesCase
from channels_sync.models import RawOrder
from channels_sync.simulator import settings as shops
from oms.admin.dashboard import lanes_for
from oms.flows.order import OrderStatus
from oms.management.demo.goods import prices
from oms.management.demo.maker import PEOPLE
from oms.models import FulfillmentOrder, Order, OrderHold, Shipment, Sku, Store, User, Warehouse
from oms.queries.proofs import violations
from tests.channels_sync.simulator.bench import Bench, running
from tests.warehouse.services.books import assert_books_are_right
from tests.warehouse.simulator.serving import serving
from warehouse.models import PutBackTask, UnclaimedParcel

pytestmark = pytest.mark.django_db
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def shop(settings: Settings, tmp_path: Path) -> Iterator[Bench]:
    """Run demo mode beside both simulators."""
    settings.DEMO = True
    with (
        serving(tmp_path / "carriers") as carriers,
        running(tmp_path / "shops", shops.Settings()) as bench,
    ):
        settings.SIMULATED_CARRIERS = carriers.url
        settings.SIMULATED_SHOPS = bench.server.url
        yield bench


def test_demo_is_refused_outside_demo_mode() -> None:
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert not User.objects.exists()


def found(rows: object, *columns: str) -> set[object]:
    values = rows.values_list(*columns, flat=len(columns) == 1)  # type: ignore[attr-defined]
    return set(values)


def test_demo_shows_everything_and_every_number_opens_its_rows(shop: Bench) -> None:
    call_command("seed_demo")
    assert (Store.objects.count(), Warehouse.objects.count()) == (6, 2)
    assert Sku.objects.count() == len(prices()) == 200
    assert list(violations()) == []
    assert_books_are_right()
    every_order_status_but_three()
    documents = {"waved", "picking", "picked", "packed", "handed_over", "cancelled"}
    assert found(FulfillmentOrder.objects.all(), "status") >= documents
    on_the_way = {"handed_over", "in_transit", "delivered", "coming_back"}
    assert found(Shipment.objects.all(), "status") >= {"packed", "labelled", *on_the_way}
    holds = OrderHold.objects.filter(released_at=None)
    assert len(found(holds, "code")) >= 5
    causes = found(RawOrder.objects.filter(status="exception"), "cause")
    assert causes == {"unmapped_listing", "faulty_order"}
    every_lane_of_cases()
    assert PutBackTask.objects.exists()
    assert UnclaimedParcel.objects.exists()
    every_number_opens_its_rows()
    nobody_stands_in_clear()
    known = {order["order_id"] for order in shop.simulator.store.orders(limit=500)}
    assert found(Order.objects.filter(store__code="demo-shop"), "channel_order_no") <= known


def every_order_status_but_three() -> None:
    """Nothing waits for a route for longer than a moment."""
    missing = set(OrderStatus) - found(Order.objects.all(), "status")
    assert missing <= {"approved", "allocated", "partly_shipped"}


def every_lane_of_cases() -> None:
    axes = found(AfterSalesCase.objects.all(), "approval", "receipt", "money")
    assert axes >= {
        ("pending", "expected", "none"),
        ("rejected", "expected", "none"),
        ("approved", "expected", "none"),
        ("approved", "partly_received", "none"),
        ("approved", "received", "asked"),
        ("approved", "not_needed", "asked"),
    }


def every_number_opens_its_rows() -> None:
    admin = User.objects.get(username="admin")
    client = Client()
    client.force_login(admin)
    for lane in lanes_for(admin, timezone.now()):
        for count in lane.counts:
            context = client.get(count.url).context
            listed = context["cl"].result_count if "cl" in context else len(context["rows"])
            assert listed == count.count, count.key


def nobody_stands_in_clear() -> None:
    """No column of any table holds a buyer's number or name that can be read."""
    people = re.compile("|".join((r"1380000\d{4}", *PEOPLE, *map(escaped, PEOPLE))))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for value in row:
                    kept = bytes(value) if isinstance(value, memoryview) else value
                    text = kept.decode("latin-1") if isinstance(kept, bytes) else str(kept)
                    assert not people.search(text), (table, people.findall(text))


def escaped(name: str) -> str:
    """Write a name as JSON does, for a search."""
    return re.escape(json.dumps(name)[1:-1])


def test_demo_without_simulators_does_without_labels_and_runs_once(settings: Settings) -> None:
    settings.DEMO = True
    settings.SIMULATED_SHOPS = settings.SIMULATED_CARRIERS = NOWHERE
    call_command("seed_demo")
    orders = Order.objects.count()
    assert orders > 50
    assert not Shipment.objects.filter(status="handed_over").exists()
    call_command("seed_demo")
    assert Order.objects.count() == orders
