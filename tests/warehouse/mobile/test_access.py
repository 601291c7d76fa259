"""Every entrance of the phone, for everybody: nobody gets further than their rights, and a refusal
changes nothing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from oms.models import Shipment
from tests.factories.warehouse import Floor
from tests.warehouse.mobile.phone import as_response, body, post, signed_in
from tests.warehouse.services.carrier_bench import account_at, simulated_sf
from warehouse.models import Handover, PackDesk, PickTask, ScanLog, Waybill

OTHERS = ("other_warehouse", "wrong_role", "no_role")


@dataclass
class World:
    """A warehouse with a parcel that has its label, and everybody who might knock."""

    floor: Floor
    parcel: Shipment
    people: dict[str, Client]

    def unchanged(self) -> tuple[object, ...]:
        waybill = Waybill.objects.get()
        return (
            waybill.status,
            waybill.print_count,
            Waybill.objects.count(),
            PickTask.objects.filter(status="claimed").count(),
            Handover.objects.count(),
            PackDesk.objects.exclude(user=self.floor.worker).filter(shipment__isnull=False).count(),
            ScanLog.objects.filter(result="accepted").count(),
            Shipment.objects.get().weight_g,
        )


@pytest.fixture
def world(floor: Floor, tmp_path: Path) -> Iterator[World]:
    with simulated_sf(tmp_path) as bench:
        account_at(bench, floor.warehouse)
        milk = floor.goods(9)
        floor.packed({milk: 1})
        parcel = Shipment.objects.get()
        url = reverse("warehouse:api_label", args=[parcel.pk])
        assert signed_in(floor.worker).post(url).status_code == 200
        floor.document({milk: 1})
        floor.waves()
        people = {
            "anonymous": Client(),
            "other_warehouse": signed_in(Floor().worker),
            "wrong_role": signed_in(floor.person("customer_service")),
            "no_role": signed_in(floor.person()),
            "right_role": signed_in(floor.worker),
        }
        yield World(floor, parcel, people)


Knock = Callable[[World, Client], HttpResponse]


def scan_at(station: str, code: str) -> Knock:
    return lambda world, client: post(client, body(world.floor, station, code))


def scan_parcel(station: str) -> Knock:
    return lambda world, client: post(client, body(world.floor, station, world.parcel.package_no))


def screen_of(station: str) -> Knock:
    def knock(world: World, client: Client) -> HttpResponse:
        url = reverse("warehouse:api_screen", args=[station])
        return as_response(client.get(url, {"warehouse": world.floor.warehouse.pk}))

    return knock


def ask_label(world: World, client: Client) -> HttpResponse:
    return as_response(client.post(reverse("warehouse:api_label", args=[world.parcel.pk])))


def see_label(world: World, client: Client) -> HttpResponse:
    return as_response(client.get(reverse("warehouse:api_label", args=[world.parcel.pk])))


def print_label(world: World, client: Client) -> HttpResponse:
    url = reverse("warehouse:api_print", args=[world.parcel.pk])
    data = json.dumps({"reason": "test"})
    return as_response(client.post(url, data, content_type="application/json"))


def weigh(world: World, client: Client) -> HttpResponse:
    url = reverse("warehouse:api_weigh", args=[world.parcel.pk])
    data = json.dumps({"weight": "0.5"})
    return as_response(client.post(url, data, content_type="application/json"))


def fetch_pdf(world: World, client: Client) -> HttpResponse:
    url = reverse("warehouse:label_pdf", args=[Waybill.objects.get().pk])
    return as_response(client.get(url))


def fetch_job(world: World, client: Client) -> HttpResponse:
    url = reverse("warehouse:api_print_job", args=[Waybill.objects.get().pk])
    return as_response(client.get(url))


# knock -> the answers of (other warehouse, wrong role, no role, right role)
TABLE: dict[str, tuple[Knock, tuple[int, int, int, int]]] = {
    "scan pick": (scan_at("pick", "CMD:START"), (403, 403, 403, 200)),
    "scan pack": (scan_at("pack", "CMD:NEXT"), (403, 403, 403, 200)),
    "scan label": (scan_parcel("label"), (403, 403, 403, 200)),
    "scan hand over": (scan_parcel("hand_over"), (403, 403, 403, 200)),
    "scan put back": (scan_at("put_back", "X"), (403, 403, 403, 409)),
    "scan receive": (scan_at("receive", "X"), (403, 403, 403, 409)),
    "scan find": (scan_at("find", "X"), (403, 409, 403, 409)),
    "screen pick": (screen_of("pick"), (403, 403, 403, 200)),
    "screen pack": (screen_of("pack"), (403, 403, 403, 200)),
    "screen label": (screen_of("label"), (403, 403, 403, 200)),
    "screen hand over": (screen_of("hand_over"), (403, 403, 403, 200)),
    "screen put back": (screen_of("put_back"), (403, 403, 403, 200)),
    "screen receive": (screen_of("receive"), (403, 403, 403, 200)),
    "screen find": (screen_of("find"), (403, 200, 403, 200)),
    "screen nowhere": (screen_of("nowhere"), (403, 403, 403, 403)),
    "ask for a waybill": (ask_label, (404, 403, 404, 200)),
    "look at a waybill": (see_label, (404, 200, 404, 200)),
    "print": (print_label, (404, 403, 404, 200)),
    "weigh": (weigh, (404, 403, 404, 200)),
    "fetch the label": (fetch_pdf, (404, 404, 404, 409)),
    "fetch the print job": (fetch_job, (404, 404, 404, 409)),
}


@pytest.mark.parametrize("name", TABLE)
def test_entrance(world: World, name: str) -> None:
    knock, statuses = TABLE[name]
    before = world.unchanged()
    anonymous = knock(world, world.people["anonymous"])
    assert (anonymous.status_code, json.loads(anonymous.content)["result"]) == (401, "signed_out")
    for who, status in zip(OTHERS, statuses, strict=False):
        assert knock(world, world.people[who]).status_code == status, who
    assert world.unchanged() == before
    assert knock(world, world.people["right_role"]).status_code == statuses[-1]


def test_looking_at_a_waybill_shows_no_person(world: World) -> None:
    text = see_label(world, world.people["right_role"]).content.decode()
    receiver = world.parcel.fulfillment.receiver
    assert receiver is not None
    for secret in (receiver.name, receiver.phone, receiver.street):
        assert secret not in text
