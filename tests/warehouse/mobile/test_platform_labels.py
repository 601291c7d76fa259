"""The label station, where the store's platform gives the number and its component prints."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from oms.models import Shipment
from tests.factories.warehouse import Floor
from tests.warehouse.mobile.phone import as_response, signed_in, told
from tests.warehouse.services.platform_bench import (
    COMPONENT,
    Desk,
    account_of,
    hide_receiver,
    served,
)


@pytest.fixture
def worker(floor: Floor) -> Iterator[Client]:
    with served(Desk()) as desk:
        account_of(floor, desk)
        floor.packed({floor.goods(9): 1})
        hide_receiver(Shipment.objects.get())
        yield signed_in(floor.worker)


def test_number_comes_by_itself_and_the_component_gets_the_label(worker: Client) -> None:
    parcel = Shipment.objects.get()
    label = reverse("warehouse:api_label", args=[parcel.pk])
    assert worker.get(label).json()["parcel"]["state"] == "none"
    shown = worker.post(label).json()["parcel"]
    assert (shown["state"], shown["carrier"]) == ("issued", "中通快递")
    assert "pdf" not in shown["urls"]
    job = shown["urls"]["job"]
    assert worker.get(job).status_code == 409  # not before the print is counted
    counted = worker.post(
        reverse("warehouse:api_print", args=[parcel.pk]),
        json.dumps({"reason": ""}),
        content_type="application/json",
    )
    assert told(as_response(counted))["result"] == "accepted"
    answer = worker.get(job).json()["job"]
    assert (answer["component"], answer["url"]) == ("Bench printer", COMPONENT)
    assert "sealed" in answer["message"]


def test_page_may_speak_to_a_component_of_this_computer_only(worker: Client) -> None:
    page = worker.get(reverse("warehouse:station", args=["label"]))
    policy = page["Content-Security-Policy"]
    assert "connect-src 'self' ws://127.0.0.1:* ws://localhost:*;" in policy
