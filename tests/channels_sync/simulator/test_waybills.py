"""Ciphertext orders leave under a number of their platform: real HTTP, real services."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine

from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.services.push import queueing
from channels_sync.simulator.doudian.platform import Doudian
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.jd.platform import Jd
from channels_sync.simulator.market.orders import Order as MarketOrder
from channels_sync.simulator.market.orders import Status
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.pinduoduo.platform import Pinduoduo
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.taobao.platform import Taobao
from oms.dto import PrintJob
from oms.models import CallLog, FulfillmentOrder, Order, Receiver, Shipment, Sku
from tests.factories.oms import BarcodeFactory, FulfillmentOrderFactory
from tests.factories.warehouse import Floor, stand_at
from warehouse.models import CarrierAccount, Waybill
from warehouse.services.waybills import branches, printing
from warehouse.services.waybills.labelling import label_parcel, note_print
from warehouse.services.waybills.probing import NothingLeft, probe
from warehouse.services.waybills.settling import settle_due
from warehouse.services.waybills.voiding import ask_void

from .bench import running
from .journey import Journey
from .waybill_asking import CREATE

pytestmark = pytest.mark.django_db(transaction=True)

PRINT = {Doudian: "waybillApply", Jd: "jingdong.printing.printData.pullData"}
"""Where the document is another call than the number."""
PORT = {Doudian: 13888, Jd: 9113, Pinduoduo: 5000, Taobao: 13528}


@dataclass
class Shop:
    """A shop whose warehouse gets its numbers from the platform."""

    journey: Journey
    floor: Floor
    account: CarrierAccount

    @property
    def numbers(self) -> dict[str, bool]:
        """Return the numbers that the platform gave, and whether each was taken back."""
        rows = self.journey.market.store.waybills()
        return {row.waybill_no: bool(row.is_void) for row in reversed(rows)}

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
            carrier=self.account.carrier,
        )
        self.floor.waves()
        self.floor.pick_all()
        self.floor.pack(document.fulfillment_no)
        self.floor.pack(sku.code, quantity=2)
        return placed, Shipment.objects.get(fulfillment=document)

    def label(self, shipment: Shipment) -> Waybill:
        return label_parcel(shipment.pk, actor=self.floor.worker, now=self.journey.bench.now)

    def void(self, waybill: Waybill) -> None:
        ask_void(waybill.pk, actor=self.floor.worker, reason="换箱", now=self.journey.bench.now)
        self.later()

    def print(self, waybill: Waybill) -> PrintJob:
        note_print(waybill.shipment_id, actor=self.floor.worker, now=self.journey.bench.now)
        return printing.print_job(waybill.pk, actor=self.floor.worker)

    def later(self) -> None:
        self.journey.wait(hours=1)
        settle_due(now=self.journey.bench.now)

    def fault(self, kind: FaultKind, places: dict[type[Platform], str]) -> None:
        self.journey.bench.plan(kind, places[self.journey.platform])

    def leave(self, shipment: Shipment, waybill: Waybill) -> None:
        """Hand the parcel over, and tell the platform."""
        self.floor.at_dock(waybill.waybill_no)
        self.floor.at_dock("CMD:HANDOVER")
        queueing.queue_shipments([shipment.pk], now=self.journey.bench.now)
        self.journey.push(minutes=1)
        self.journey.push(minutes=3)


@pytest.fixture(params=list(CREATE), ids=lambda kind: kind.key)
def shop(
    request: pytest.FixtureRequest, tmp_path: Path, clock: time_machine.Traveller
) -> Iterator[Shop]:
    kind = request.param
    with running(tmp_path / "db", Settings(), platforms=[kind]) as bench:
        journey = Journey(bench, clock, kind)
        floor = Floor(now=bench.now)
        BarcodeFactory.create(sku=Sku.objects.get(code="HOOD-02"))
        yield Shop(journey, floor, account_of(journey, floor, "zto"))


def account_of(journey: Journey, floor: Floor, carrier: str) -> CarrierAccount:
    """Set an account up as a person does: by what the platform lists."""
    account = CarrierAccount.objects.create(
        name=f"平台面单 {carrier}",
        carrier=carrier,
        issuer=CarrierAccount.Issuer.PLATFORM,
        store=journey.connection.store,
        warehouse=floor.warehouse,
    )
    found, labels = branches.offered(account.pk, actor=floor.manager)
    return branches.choose(
        account.pk, branch=found[0], template_url=labels[0].url, actor=floor.manager
    )


def test_order_leaves_under_the_number_that_its_platform_gave(shop: Shop) -> None:
    placed, shipment = shop.packed()
    assert [each.kind for each in Receiver.objects.all()] == ["cipher"]
    waybill = shop.label(shipment)
    assert (waybill.status, shop.numbers) == ("issued", {waybill.waybill_no: False})
    job = shop.print(waybill)
    assert job.url.endswith(f":{PORT[shop.journey.platform]}")
    assert sealed(waybill) in job.message
    assert shop.account.template_url in job.message
    shop.leave(shipment, waybill)
    sent = shop.journey.market.order(placed.number)
    assert (sent.status, sent.parcels[0].waybill_no) == (Status.SHIPPED, waybill.waybill_no)
    assert PushJob.objects.get().status == PushStatus.DONE
    assert_nobody_is_named(shop, shipment, waybill)


@pytest.mark.parametrize("shop", list(PRINT), ids=lambda kind: kind.key, indirect=True)
def test_document_that_did_not_come_is_fetched_when_it_is_printed(shop: Shop) -> None:
    _placed, shipment = shop.packed()
    shop.fault(FaultKind.SERVER_ERROR, PRINT)
    waybill = shop.label(shipment)
    assert (waybill.status, waybill.holds_document) == ("issued", False)
    job = shop.print(waybill)
    waybill.refresh_from_db()
    assert waybill.holds_document
    assert sealed(waybill) in job.message


def test_number_that_came_about_without_an_answer_is_found_again(shop: Shop) -> None:
    _placed, shipment = shop.packed()
    shop.fault(FaultKind.DROP_AFTER, CREATE)
    assert shop.label(shipment).status == "unknown"
    shop.later()
    assert {Waybill.objects.get().waybill_no: False} == shop.numbers


def test_void_gives_the_number_back_and_the_next_one_leaves(shop: Shop) -> None:
    placed, shipment = shop.packed()
    first = shop.label(shipment)
    shop.void(first)
    second = shop.label(shipment)
    assert shop.numbers == {first.waybill_no: True, second.waybill_no: False}
    shop.leave(shipment, second)
    (sent,) = shop.journey.market.order(placed.number).parcels
    assert sent.waybill_no == second.waybill_no


@pytest.mark.parametrize("shop", [Taobao], ids=lambda kind: kind.key, indirect=True)
def test_branch_that_is_sold_out_is_told_before_and_at_the_table(shop: Shop) -> None:
    shop.account = account_of(shop.journey, shop.floor, "yto")
    with pytest.raises(NothingLeft, match="西湖圆通一部"):
        probe(shop.account.pk, actor=shop.floor.manager)
    _placed, shipment = shop.packed()
    waybill = shop.label(shipment)
    assert (waybill.status, "库存不足" in waybill.last_error) == ("failed", True)
    assert shop.numbers == {}


@pytest.mark.parametrize(
    "shop", [Doudian, Pinduoduo, Taobao], ids=lambda kind: kind.key, indirect=True
)
def test_token_that_ended_on_the_way_is_renewed(shop: Shop) -> None:
    """JD renews none that has run out."""
    _placed, shipment = shop.packed()
    shop.journey.bench.press(f"{shop.journey.platform.key}/expire")
    assert shop.label(shipment).status == "issued"


@pytest.mark.parametrize("shop", [Taobao], ids=lambda kind: kind.key, indirect=True)
def test_parcel_that_left_is_not_taken_back(shop: Shop) -> None:
    placed, shipment = shop.packed()
    waybill = shop.label(shipment)
    shop.journey.market.ship(
        placed.number, carrier="zto", waybill_no=waybill.waybill_no, at=shop.journey.bench.now
    )
    shop.void(waybill)
    waybill.refresh_from_db()
    assert (waybill.status, "揽收" in waybill.last_error) == ("void_refused", True)


def sealed(waybill: Waybill) -> str:
    """Return what only the component opens."""
    assert waybill.label is not None
    kept = json.loads(waybill.label["print_data"])
    return str(kept.get("encryptedData") or kept.get("printData"))


def assert_nobody_is_named(shop: Shop, shipment: Shipment, waybill: Waybill) -> None:
    """Calls are written down without people, ciphertext and labels."""
    receiver = shipment.fulfillment.receiver
    assert receiver is not None
    secrets = [sealed(waybill), shop.floor.warehouse.contact_phone]
    assert all(secrets)
    secrets += filter(None, (receiver.platform_cipher or {}).values())
    logged = CallLog.objects.filter(reference=shipment.package_no)
    assert logged.exists()
    for call in logged:
        text = f"{call.url} {call.request_body} {call.response_body}"
        assert not [secret for secret in secrets if secret in text]
