"""The list of parcels that no carrier scanned: found, sorted, explained, and acted upon."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.models import OutboxEvent, Shipment
from tests.oms.admin import rows
from tests.oms.admin.world import World, signed_in

pytestmark = pytest.mark.usefixtures("clock")
HOUR = timedelta(hours=1)


def parcel(world: World, now: datetime, *, hours: int = 30, **facts: object) -> Shipment:
    made = rows.shipment(world)
    told = {"uploaded_at": now - hours * HOUR, "scan_expected": True}
    Shipment.objects.filter(pk=made.pk).update(**(told | facts))
    made.refresh_from_db()
    return made


def listed(client: Client, **query: str | int) -> list[Shipment]:
    response = client.get(reverse("admin:oms_shipment_changelist"), query)
    assert response.status_code == 200
    return list(response.context["cl"].result_list)


def test_list_is_filtered_and_the_longest_waiting_is_first(world: World, now: datetime) -> None:
    young, old = parcel(world, now, hours=25), parcel(world, now, hours=80)
    fresh = parcel(world, now, hours=7, carrier="zto")
    client = signed_in(world.root)
    assert listed(client, scan="late") == [old, young]
    assert listed(client, scan="6") == [old, young, fresh]
    assert listed(client, scan="72") == [old]
    assert listed(client, scan="6", carrier="zto") == [fresh]
    assert listed(client, scan="late", store=world.other_store.pk) == []
    assert len(listed(client, scan="late", store=world.store.pk)) == 2
    assert len(listed(client, scan="nonsense", store="x", carrier="y")) == 3
    assert listed(client) == [fresh, old, young]


def test_list_and_page_say_what_to_do(world: World, now: datetime) -> None:
    late = parcel(world, now)
    client = signed_in(world.person("warehouse_manager"))
    url = reverse("admin:oms_shipment_changelist")
    assert "oms-steps" in client.get(url, {"scan": "late"}).content.decode()
    assert "oms-steps" not in client.get(url).content.decode()
    page = reverse("admin:oms_shipment_change", args=[late.pk])
    assert client.get(page).content.decode().count("oms-steps") == 1
    Shipment.objects.update(first_scanned_at=now)
    assert "oms-steps" not in client.get(page).content.decode()


def test_more_parcels_do_not_mean_more_questions(world: World, now: datetime) -> None:
    client = signed_in(world.root)
    counts = []
    for more in (2, 6):
        for _row in range(more):
            parcel(world, now)
        with CaptureQueriesContext(connection) as asked:
            listed(client, scan="late")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_channels_are_told_now_after_a_question(world: World, now: datetime) -> None:
    late = parcel(world, now, uploaded_at=None, handed_over_at=now - 30 * HOUR)
    client = signed_in(world.person("warehouse_manager"))
    url = reverse("admin:oms_shipment_changelist")
    chosen = {"action": "upload_now", "_selected_action": [late.pk]}
    assert client.post(url, chosen).status_code == 200
    events = OutboxEvent.objects.filter(name="oms.upload.wanted")
    assert not events.exists()
    assert client.post(url, {**chosen, "confirmed": "yes"}).status_code == 302
    assert events.get().payload == {"shipment_ids": [late.pk]}
    one = reverse("admin:oms_shipment_upload_this_now", args=[late.pk])
    assert client.post(one, {"confirmed": "yes"}).status_code == 302
    assert events.count() == 2


@pytest.mark.parametrize("role", ["customer_service", "finance"])
def test_only_who_hands_over_has_channels_told(world: World, now: datetime, role: str) -> None:
    late = parcel(world, now)
    client = signed_in(world.person(role))
    one = reverse("admin:oms_shipment_upload_this_now", args=[late.pk])
    assert client.post(one, {"confirmed": "yes"}).status_code in (302, 403)
    assert not OutboxEvent.objects.filter(name="oms.upload.wanted").exists()
