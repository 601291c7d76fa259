"""The scale beside the packing table: what it shows is noted, and a shop may wait for it."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from oms.models import OutboxEvent, Shipment, Store, UploadMoment
from tests.factories.warehouse import Floor
from tests.warehouse.mobile.phone import as_response, signed_in, told
from warehouse.mobile.parsing import BadRequest, WeightNotRead, typed_weight


@pytest.fixture
def parcel(floor: Floor) -> Shipment:
    floor.packed({floor.goods(9): 1})
    return Shipment.objects.get()


def enter(client: Client, parcel: Shipment, weight: object) -> dict[str, object]:
    url = reverse("warehouse:api_weigh", args=[parcel.pk])
    data = json.dumps({"weight": weight})
    return told(as_response(client.post(url, data, content_type="application/json")))


def card(client: Client, parcel: Shipment) -> tuple[str, str]:
    url = reverse("warehouse:api_label", args=[parcel.pk])
    shown = told(as_response(client.get(url)))["parcel"]
    return shown["weighing"], shown["weight"]


def test_weight_is_noted_and_shown_beside_what_the_goods_weigh(
    floor: Floor, parcel: Shipment
) -> None:
    Shipment.objects.update(expected_weight_g=500)
    worker = signed_in(floor.worker)
    assert card(worker, parcel) == ("may", "")
    assert enter(worker, parcel, "0.525")["result"] == "accepted"
    assert Shipment.objects.get().weight_g == 525
    assert card(worker, parcel) == ("again", "重 0.525 kg（按商品预估 0.500 kg）")
    [event] = OutboxEvent.objects.filter(name="oms.package.weighed")
    assert event.payload == {"shipment_ids": [parcel.pk]}


def test_station_asks_for_the_weight_that_a_shop_waits_for(floor: Floor, parcel: Shipment) -> None:
    Store.objects.update(upload_moment=UploadMoment.WEIGH)
    worker = signed_in(floor.worker)
    offer, words = card(worker, parcel)
    assert (offer, bool(words)) == ("wanted", True)
    enter(worker, parcel, "1")
    assert card(worker, parcel)[0] == "again"


@pytest.mark.parametrize("weight", ["0", "200", "heavy", "", "0.5255", "-1"])
def test_what_no_parcel_weighs_is_refused_in_words(
    floor: Floor, parcel: Shipment, weight: str
) -> None:
    answer = enter(signed_in(floor.worker), parcel, weight)
    assert (answer["result"], bool(answer["message"])) == ("refused", True)
    assert Shipment.objects.get().weight_g is None


@pytest.mark.parametrize(
    ("text", "grams"),
    [("0.525", 525), ("1", 1000), ("0,5", 500), (" 12.3 KG", 12300), ("525g", 525), ("1.5", 1500)],
)
def test_kilograms_are_read_as_scales_and_people_write_them(text: str, grams: int) -> None:
    assert typed_weight(json.dumps({"weight": text}).encode()) == grams


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"weight": 1}'])
def test_what_is_no_entry_is_no_weight(body: bytes) -> None:
    with pytest.raises(BadRequest):
        typed_weight(body)


def test_wrong_unit_is_no_weight() -> None:
    with pytest.raises(WeightNotRead):
        typed_weight(b'{"weight": "1 lb"}')
