"""Ciphertext orders leave under a number of their platform: real HTTP, real services."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine

from channels_sync.services import waybills as service
from channels_sync.services.push import queueing
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.orders import Order as MarketOrder
from channels_sync.simulator.market.orders import Status
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.market.store import Waybill as Given
from channels_sync.simulator.pinduoduo.platform import Pinduoduo
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.taobao.platform import Taobao
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import CallLog, FulfillmentOrder, Order, Receiver, Shipment, Sku
from tests.factories.oms import BarcodeFactory, FulfillmentOrderFactory
from tests.factories.warehouse import Floor, stand_at
from warehouse.models import CarrierAccount, Waybill
from warehouse.services.waybills import branches, printing
from warehouse.services.waybills.labelling import label_parcel, note_print
from warehouse.services.waybills.platform_requests import build
from warehouse.services.waybills.probing import NothingLeft, probe
from warehouse.services.waybills.settling import settle_due
from warehouse.services.waybills.voiding import ask_void

from .bench import running
from .journey import Journey

pytestmark = pytest.mark.django_db(transaction=True)

KEYS: dict[type[Platform], dict[str, str]] = {
    Taobao: {"app_key": Taobao.app.key, "app_secret": Taobao.app.secret},
    Pinduoduo: {"client_id": Pinduoduo.app.key, "client_secret": Pinduoduo.app.secret},
}
GET = {Taobao: "cainiao.waybill.ii.get", Pinduoduo: "pdd.waybill.get"}
PORT = {Taobao: 13528, Pinduoduo: 5000}


@dataclass
class Shop:
    """A shop whose warehouse has an account at the platform's waybill service."""

    journey: Journey
    floor: Floor
    account: CarrierAccount

    def given(self) -> list[Given]:
        """List the platform's numbers, the newest first."""
        return self.journey.market.store.waybills()

    def packed(self) -> tuple[MarketOrder, Shipment]:
        """Have an order bought, pulled and packed."""
        placed = self.journey.place()
        self.journey.pull(minutes=4)
        order = self.journey.order(placed.number)
        sku = Sku.objects.get(code="HOOD-02")
        self.floor.stock(sku, 9)
        stand_at(Order.objects.filter(pk=order.pk), "released")
        order.refresh_from_db()
        document: FulfillmentOrder = FulfillmentOrderFactory.create(
            order=order,
            store=order.store,
            receiver=order.receiver,
            warehouse=self.floor.warehouse,
            released=True,
            carrier="zto",
        )
        self.floor.waves()
        self.floor.pick_all()
        self.floor.pack(document.fulfillment_no)
        self.floor.pack(sku.code, quantity=2)
        return placed, Shipment.objects.get(fulfillment=document)

    def choose(self, carrier: str) -> None:
        """Set the account up as a person would: by what the platform lists."""
        CarrierAccount.objects.update(carrier=carrier)
        boss = self.floor.manager
        found, labels = branches.offered(self.account.pk, actor=boss)
        branches.choose(self.account.pk, branch=found[0], template_url=labels[0].url, actor=boss)

    def label(self, shipment: Shipment) -> Waybill:
        return label_parcel(shipment.pk, actor=self.floor.worker, now=self.journey.bench.now)

    def later(self) -> None:
        self.journey.wait(hours=1)
        settle_due(now=self.journey.bench.now)

    def fault(self, kind: FaultKind) -> None:
        self.journey.bench.plan(kind, GET[self.journey.platform])


@pytest.fixture(params=[Taobao, Pinduoduo], ids=lambda kind: kind.key)
def shop(
    request: pytest.FixtureRequest, tmp_path: Path, clock: time_machine.Traveller
) -> Iterator[Shop]:
    kind = request.param
    with running(tmp_path / "db", Settings(), platforms=[kind]) as bench:
        journey = Journey(bench, clock, kind, KEYS[kind])
        floor = Floor(now=bench.now)
        BarcodeFactory.create(sku=Sku.objects.get(code="HOOD-02"))
        account = CarrierAccount.objects.create(
            name="平台面单",
            carrier="zto",
            issuer=CarrierAccount.Issuer.PLATFORM,
            store=journey.connection.store,
            warehouse=floor.warehouse,
        )
        made = Shop(journey, floor, account)
        made.choose("zto")
        yield made


def test_order_leaves_under_the_platform_s_number(shop: Shop) -> None:
    placed, shipment = shop.packed()
    assert [each.kind for each in Receiver.objects.all()] == ["cipher"]
    waybill = shop.label(shipment)
    (issued,) = shop.given()
    assert (waybill.status, waybill.waybill_no) == ("issued", issued.waybill_no)
    assert issued.orders == [placed.number]
    note_print(shipment.pk, actor=shop.floor.worker, now=shop.journey.bench.now)
    job = printing.print_job(waybill.pk, actor=shop.floor.worker)
    told = json.loads(job.message)
    (document,) = told["task"]["documents"]
    assert (told["cmd"], told["requestID"], document["documentID"]) == (
        *("print", job.key),
        waybill.waybill_no,
    )
    assert document["contents"][0]["encryptedData"]
    assert job.url.endswith(f":{PORT[shop.journey.platform]}")
    shop.floor.at_dock(waybill.waybill_no)
    shop.floor.at_dock("CMD:HANDOVER")
    queueing.queue_shipments([shipment.pk], now=shop.journey.bench.now)
    shop.journey.push(minutes=1)
    sent = shop.journey.market.order(placed.number)
    assert (sent.status, sent.parcels[0].waybill_no) == (Status.SHIPPED, waybill.waybill_no)


def test_token_that_ended_on_the_way_is_renewed(shop: Shop) -> None:
    _placed, shipment = shop.packed()
    shop.journey.bench.press(f"{shop.journey.platform.key}/expire")
    assert shop.label(shipment).status == "issued"


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.MALFORMED])
def test_number_that_came_about_without_an_answer_is_found_again(
    shop: Shop, kind: FaultKind
) -> None:
    _placed, shipment = shop.packed()
    shop.fault(kind)
    assert shop.label(shipment).status == "unknown"
    shop.later()
    (issued,) = shop.given()
    assert Waybill.objects.get().waybill_no == issued.waybill_no


def test_void_gives_the_number_back_and_the_next_is_another(shop: Shop) -> None:
    _placed, shipment = shop.packed()
    first = shop.label(shipment)
    ask_void(first.pk, actor=shop.floor.worker, reason="换箱", now=shop.journey.bench.now)
    shop.later()
    second = shop.label(shipment)
    assert second.waybill_no != first.waybill_no
    assert [each.is_void for each in shop.given()] == [0, 1]
    with service.open_line(shipment.fulfillment.store_id, reference="again") as line:
        line.void(carrier="zto", waybill_no=first.waybill_no)
        assert line.read(build(second), first.waybill_no) is None
        known = line.read(build(second), second.waybill_no)
    assert known is not None
    assert known.print_data


def test_collected_parcel_is_not_taken_back(shop: Shop) -> None:
    placed, shipment = shop.packed()
    waybill = shop.label(shipment)
    shop.journey.market.ship(
        placed.number, carrier="zto", waybill_no=waybill.waybill_no, at=shop.journey.bench.now
    )
    ask_void(waybill.pk, actor=shop.floor.worker, reason="取消", now=shop.journey.bench.now)
    shop.later()
    waybill.refresh_from_db()
    assert (waybill.status, "揽收" in waybill.last_error) == ("void_refused", True)


def test_subscription_that_is_used_up_is_told(shop: Shop) -> None:
    _placed, shipment = shop.packed()
    shop.choose("yto")
    FulfillmentOrder.objects.update(carrier="yto")
    waybill = shop.label(shipment)
    assert (waybill.status, "库存不足" in waybill.last_error) == ("failed", True)
    with pytest.raises(NothingLeft, match="西湖圆通一部"):
        probe(shop.account.pk, actor=shop.floor.manager)


def test_wrong_ciphertext_and_unknown_sender_are_refused(shop: Shop) -> None:
    _placed, shipment = shop.packed()
    receiver = shipment.fulfillment.receiver
    assert receiver is not None
    right, sealed = receiver.platform_ref, receiver.platform_cipher
    receiver.platform_ref = "somebody else"
    receiver.platform_cipher = {**(sealed or {}), "name": "~x~0~"}
    receiver.save()
    assert "不匹配" in shop.label(shipment).last_error
    receiver.platform_ref, receiver.platform_cipher = right, sealed
    receiver.save()
    shop.account.refresh_from_db()
    elsewhere = shop.account.branch_place | {"street": "别处 9 号"}
    CarrierAccount.objects.update(branch_place=elsewhere)
    assert "发货地址" in shop.label(shipment).last_error
    assert shop.given() == []


def test_company_that_the_service_does_not_know_is_refused_at_home(shop: Shop) -> None:
    with (
        service.open_line(shop.account.store_id or 0, reference="x") as line,
        pytest.raises(IntegrationError) as caught,
    ):
        line.branches("pigeon")
    assert (caught.value.kind, caught.value.code) == (ErrorKind.FATAL, "local:carrier")


def test_calls_are_written_down_without_people_and_labels(shop: Shop) -> None:
    _placed, shipment = shop.packed()
    waybill = shop.label(shipment)
    assert waybill.label is not None
    secret = json.loads(waybill.label["print_data"])["encryptedData"]
    logged = CallLog.objects.filter(reference=shipment.package_no)
    assert logged.exists()
    for call in logged:
        text = f"{call.url} {call.request_body} {call.response_body}"
        assert secret not in text
        assert shop.floor.warehouse.contact_phone not in text
