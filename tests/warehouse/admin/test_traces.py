"""What a carrier told is read on the parcel's and the order's page; its address is made once."""

import pytest
from django.test import Client
from django.urls import reverse

from oms.models import Order, Shipment
from tests.factories.oms import NOW, UserFactory
from tests.factories.warehouse import Floor
from tests.warehouse.admin.test_rights import in_office
from tests.warehouse.services.tracing.road import HOUR, S, account, event, on_the_road, told
from warehouse.models import CarrierAccount, Trace
from warehouse.pages.traces import order_panel, parcel_panel

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor() -> Floor:
    return Floor()


def page(floor: Floor, name: str, pk: int) -> str:
    client: Client = in_office(floor, "warehouse_manager")
    response = client.get(reverse(f"admin:{name}_change", args=[pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_parcel_page_tells_its_way_without_the_people_in_it(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    told(event(parcel, S.COLLECTED), event(parcel, S.DELIVERED, hours=20))
    shown = page(floor, "oms_shipment", parcel.pk)
    assert "杭州市" in shown
    assert shown.index("138****1234") > 0
    assert "13800001234" not in shown


def test_parcel_page_says_why_nothing_is_known(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    Trace.objects.update(last_error="A1006 数字签名无效")
    assert "A1006" in page(floor, "oms_shipment", parcel.pk)
    Trace.objects.all().delete()
    assert "oms-timeline" in page(floor, "oms_shipment", parcel.pk)


def test_parcel_without_a_waybill_has_no_way(floor: Floor) -> None:
    floor.packed({floor.goods(9): 1})
    parcel = Shipment.objects.get()
    assert parcel_panel(parcel, floor.manager) == ""


def test_order_page_tells_the_latest_to_whom_the_parcels_are_shown(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    told(*(event(parcel, S.IN_TRANSIT, hours=hour) for hour in range(1, 6)))
    order = Order.objects.get()
    assert order_panel(order, floor.manager).count("<li>") == 3
    assert order_panel(order, UserFactory.create()) == ""
    assert parcel_panel(parcel, UserFactory.create()) == ""


def test_address_for_pushes_is_shown_once_and_works(floor: Floor) -> None:
    on_the_road(floor)
    client = in_office(floor, "warehouse_manager")
    url = reverse("admin:warehouse_carrieraccount_push_address", args=[account().pk])
    assert client.get(url).status_code == 200
    assert CarrierAccount.objects.get().push_token_digest == ""
    response = client.post(url, {"confirmed": "yes"})
    assert "no-store" in response["Cache-Control"]
    assert "/wh/hooks/sf/" in response.content.decode()
    assert CarrierAccount.objects.get().push_token_at is not None


def test_times_of_the_way_are_those_of_the_carrier(floor: Floor) -> None:
    [parcel] = on_the_road(floor)
    told(event(parcel, S.COLLECTED, hours=2))
    parcel.refresh_from_db()
    assert parcel.first_scanned_at == NOW + 2 * HOUR
    assert "2026-11-11 12:00" in page(floor, "oms_shipment", parcel.pk)
