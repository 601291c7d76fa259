import pytest
from django.test import Client
from django.urls import reverse

from oms.models import Warehouse
from tests.factories.oms import grant
from tests.factories.warehouse import Floor
from tests.warehouse.mobile.phone import signed_in
from warehouse.mobile.screens.catalogue import STATIONS

HOME = "/wh/"


def station(key: str) -> str:
    return reverse("warehouse:station", args=[key])


def test_first_page_shows_what_waits_at_each_station(floor: Floor) -> None:
    floor.document({floor.goods(5): 1})
    floor.waves()
    page = signed_in(floor.worker).get(reverse("warehouse:home"))
    tiles = {tile["key"]: tile for tile in page.context["tiles"]}
    assert list(tiles) == list(STATIONS)
    assert (tiles["pick"]["count"], tiles["pick"]["is_going"]) == (1, False)
    floor.claim()
    page = signed_in(floor.worker).get(reverse("warehouse:home"))
    tile = next(tile for tile in page.context["tiles"] if tile["key"] == "pick")
    assert (tile["count"], tile["is_going"]) == (0, True)


@pytest.mark.parametrize("key", STATIONS)
def test_every_station_is_one_tap_from_the_first_page(floor: Floor, key: str) -> None:
    client = signed_in(floor.worker)
    assert station(key) in client.get(reverse("warehouse:home")).content.decode()
    page = client.get(station(key))
    assert page.status_code == 200
    assert page.context["setup"]["screen"]["station"] == key


@pytest.mark.parametrize("name", ["warehouse:home", "warehouse:login"])
def test_pages_load_nothing_foreign_and_run_nothing_inline(floor: Floor, name: str) -> None:
    client = signed_in(floor.worker) if name.endswith("home") else Client()
    page = client.get(reverse(name))
    assert "script-src 'self' 'wasm-unsafe-eval'" in page["Content-Security-Policy"]
    assert page["Permissions-Policy"] == "camera=(self)"
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert "style=" not in text
    assert "onclick" not in text


def test_stranger_is_asked_to_sign_in_and_comes_back(floor: Floor) -> None:
    page = Client().get(station("pick"))
    assert page.status_code == 302
    assert page["Location"] == f"{reverse('warehouse:login')}?next=%2Fwh%2Fpick%2F"


def test_person_without_work_is_told(floor: Floor) -> None:
    client = signed_in(floor.person())
    page = client.get(reverse("warehouse:home"))
    assert page.context["tiles"] == []
    assert client.get(station("pick"))["Location"] == reverse("warehouse:home")


def test_customer_service_may_only_look_things_up(floor: Floor) -> None:
    client = signed_in(floor.person("customer_service"))
    page = client.get(reverse("warehouse:home"))
    assert [tile["key"] for tile in page.context["tiles"]] == ["find"]
    assert client.get(station("pack")).status_code == 302


def test_unknown_station_is_not_found(floor: Floor) -> None:
    assert signed_in(floor.worker).get(station("fly")).status_code == 404


def test_one_can_work_in_another_of_ones_warehouses(floor: Floor) -> None:
    other = Floor()
    grant(floor.worker, "warehouse_staff", other.warehouse)
    client = signed_in(floor.worker)
    page = client.get(reverse("warehouse:home"))
    assert page.context["others"] == [other.warehouse]
    client.post(reverse("warehouse:work_in"), {"warehouse": other.warehouse.pk})
    assert client.get(reverse("warehouse:home")).context["place"] == other.warehouse


@pytest.mark.parametrize("choice", ["", "x", "0", "9" * 30, "²"])
def test_nonsense_warehouse_changes_nothing(floor: Floor, choice: str) -> None:
    client = signed_in(floor.worker)
    assert client.post(reverse("warehouse:work_in"), {"warehouse": choice}).status_code == 302
    assert client.get(reverse("warehouse:home")).context["place"] == floor.warehouse


def test_warehouse_of_others_cannot_be_chosen(floor: Floor) -> None:
    other: Warehouse = Floor().warehouse
    client = signed_in(floor.worker)
    client.post(reverse("warehouse:work_in"), {"warehouse": other.pk})
    assert client.get(reverse("warehouse:home")).context["place"] == floor.warehouse


def test_closed_warehouse_is_no_place_to_work(floor: Floor) -> None:
    Warehouse.objects.filter(pk=floor.warehouse.pk).update(is_active=False)
    assert signed_in(floor.worker).get(reverse("warehouse:home")).context["place"] is None
