"""The buttons of a shipping document: for who releases and recalls there, where it is possible."""

import pytest
from django.test import Client
from django.urls import reverse

from oms.models import FulfillmentOrder, OrderHold
from oms.services.desk.documents import DocumentGone, NotToRelease
from tests.factories.oms import FulfillmentOrderFactory, OrderFactory
from tests.oms.admin.world import World, signed_in

pytestmark = pytest.mark.django_db
YES = {"confirmed": "yes", "reason": "wrong batch"}
ACTS = ("stop", "release_early")


@pytest.fixture
def manager(world: World) -> Client:
    return signed_in(world.person("warehouse_manager"))


def document(world: World, status: str) -> FulfillmentOrder:
    order = OrderFactory.create(
        store=world.store, status="allocated" if status == "allocated" else "released"
    )
    made: FulfillmentOrder = FulfillmentOrderFactory.create(
        order=order, warehouse=world.warehouse, status=status
    )
    return made


def url(row: FulfillmentOrder, act: str) -> str:
    return reverse(f"admin:oms_fulfillmentorder_{act}", args=[row.pk])


def buttons(client: Client, row: FulfillmentOrder) -> set[str]:
    page = client.get(reverse("admin:oms_fulfillmentorder_change", args=[row.pk]))
    html = page.content.decode()
    return {act for act in ACTS if url(row, act) in html}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("allocated", {"stop", "release_early"}),
        ("released", {"stop"}),
        ("picking", {"stop"}),
        ("handed_over", set()),
        ("cancelled", set()),
    ],
)
def test_page_shows_what_the_station_allows(
    world: World, manager: Client, status: str, expected: set[str]
) -> None:
    assert buttons(manager, document(world, status)) == expected


def test_stop_asks_holds_and_says_so(world: World, manager: Client) -> None:
    row = document(world, "released")
    assert manager.get(url(row, "stop")).status_code == 200
    assert manager.post(url(row, "stop"), YES | {"reason": ""}).status_code == 200
    assert not OrderHold.objects.exists()
    assert manager.post(url(row, "stop"), YES).status_code == 302
    assert OrderHold.objects.get().detail == "wrong batch"
    again = manager.post(url(row, "stop"), YES, follow=True)
    row.refresh_from_db()
    assert str(DocumentGone(status=row.get_status_display())) in again.content.decode()
    assert OrderHold.objects.count() == 1


def test_early_release_happens_once(world: World, manager: Client) -> None:
    row = document(world, "allocated")
    assert manager.get(url(row, "release_early")).status_code == 200
    assert manager.post(url(row, "release_early"), YES).status_code == 302
    row.refresh_from_db()
    assert row.status == "released"
    again = manager.post(url(row, "release_early"), YES, follow=True)
    assert str(NotToRelease(status=row.get_status_display())) in again.content.decode()
    asked = manager.get(url(row, "release_early"), follow=True)
    assert str(NotToRelease(status=row.get_status_display())) in asked.content.decode()


def test_who_only_picks_or_looks_has_no_button_and_is_refused(world: World) -> None:
    row = document(world, "allocated")
    for client in (signed_in(world.person("warehouse_staff")), signed_in(world.stranger())):
        for act in ACTS:
            assert client.post(url(row, act), YES).status_code == 403
    assert buttons(signed_in(world.person("warehouse_staff")), row) == set()
    assert Client().post(url(row, "stop"), YES).status_code == 302
    row.refresh_from_db()
    assert row.status == "allocated"
    assert not OrderHold.objects.exists()
