"""The demo fills an empty database once, in demo mode only, and its books are right."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from oms.flows.order import OrderStatus
from oms.management.demo.goods import prices
from oms.models import Order, Sku, Store, User, Warehouse
from oms.queries.proofs import violations

pytestmark = pytest.mark.django_db


def test_demo_is_refused_outside_demo_mode() -> None:
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert not User.objects.exists()


def test_demo_fills_an_empty_database_and_changes_nothing_twice(
    settings: Settings,
) -> None:
    settings.DEMO = True
    call_command("seed_demo")
    assert (Store.objects.count(), Warehouse.objects.count()) == (3, 2)
    assert Sku.objects.count() == len(prices()) == 200
    found = set(Order.objects.values_list("status", flat=True))
    assert found >= {
        OrderStatus.UNPAID,
        OrderStatus.PENDING_REVIEW,
        OrderStatus.WAITING_MERGE,
        OrderStatus.MERGED,
        OrderStatus.RELEASED,
        OrderStatus.CANCELLED,
        OrderStatus.CLOSED_EXTERNAL,
    }
    assert list(violations()) == []
    orders = Order.objects.count()
    call_command("seed_demo")
    assert Order.objects.count() == orders
