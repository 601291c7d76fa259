import pytest

from aftersales.management.demo.coming_back import seed_coming_back
from aftersales.models import AfterSalesCase
from oms.models import ExpectedReturn, User
from oms.registries import demo_steps
from tests.factories.aftersales import service_person, shipped_order, supervisor
from tests.factories.oms import NOW, StoreFactory

pytestmark = pytest.mark.django_db


def test_returns_come_after_the_parcels_have_left() -> None:
    order = {step.key: step.order for step in demo_steps}
    assert order["parcels of 0 days ago"] < order["returns on their way"]


def test_some_orders_are_sent_back_and_agreed_to() -> None:
    store = StoreFactory.create()
    orders = [shipped_order(store=store) for _ in range(5)]
    desk, boss = service_person(orders[0]), supervisor(orders[0])
    User.objects.filter(pk=desk.pk).update(username="kefu")
    User.objects.filter(pk=boss.pk).update(username="kefuzhuguan")
    seed_coming_back(NOW)
    assert AfterSalesCase.objects.count() == 4
    assert ExpectedReturn.objects.exclude(return_waybill_no="").count() >= 2


def test_without_people_nobody_sends_anything_back() -> None:
    shipped_order()
    seed_coming_back(NOW)
    assert not AfterSalesCase.objects.exists()
