"""The label station, where only the platform's own tool can print the waybill."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from oms.dto import CipherReceiver
from oms.models import FulfillmentOrder, Shipment
from oms.services.orders.receivers import build_receiver
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.mobile.phone import as_response, signed_in, told

NUMBER = "YT8801234567890"


@pytest.fixture
def parcel(floor: Floor) -> Shipment:
    document = floor.packed({floor.goods(9): 1})
    receiver = build_receiver(CipherReceiver(platform_ref="oaid-1"), now=NOW)
    receiver.save()
    FulfillmentOrder.objects.filter(pk=document.pk).update(receiver=receiver)
    return Shipment.objects.get()


def send(client: Client, name: str, parcel: Shipment, **data: object) -> dict[str, object]:
    url = reverse(f"warehouse:{name}", args=[parcel.pk])
    return told(as_response(client.post(url, json.dumps(data), content_type="application/json")))


def test_station_says_by_itself_what_to_do_and_takes_the_number(
    floor: Floor, parcel: Shipment
) -> None:
    worker = signed_in(floor.worker)
    seen = worker.get(reverse("warehouse:api_label", args=[parcel.pk])).json()["parcel"]
    assert (seen["state"], seen["error"]) == ("by_hand", "")
    answer = send(worker, "api_typed", parcel, carrier="yto", waybill_no=NUMBER)
    shown = answer["parcel"]
    assert isinstance(shown, dict)
    assert (shown["state"], shown["waybill_no"]) == ("typed", NUMBER)
    answer = send(worker, "api_untyped", parcel, reason="Wrong number")
    assert isinstance(answer["parcel"], dict)
    assert answer["parcel"]["state"] == "by_hand"


def test_refused_and_unreadable_entries_change_nothing(floor: Floor, parcel: Shipment) -> None:
    worker = signed_in(floor.worker)
    wrong = send(worker, "api_typed", parcel, carrier="sf", waybill_no=NUMBER)
    assert (wrong["result"], bool(wrong["message"])) == ("refused", True)
    assert send(worker, "api_typed", parcel, carrier=["sf"], waybill_no=1)["result"] == "invalid"
    stranger = signed_in(Floor().worker)
    assert send(stranger, "api_typed", parcel, carrier="yto", waybill_no=NUMBER)["result"] == (
        "missing"
    )
    assert Shipment.objects.get().waybill_no is None
