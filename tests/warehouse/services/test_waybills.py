"""A waybill is asked for once, found out if nobody answered, and never lost (I10, W1)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from oms.access.checks import NotAllowed
from oms.models import CallLog, FulfillmentOrder, Receiver, Shipment, Warehouse
from oms.services.fulfillment.stations import DocumentCancelled, DocumentStopped
from tests.factories.oms import NOW, StoreFactory
from tests.factories.warehouse import CarrierAccountFactory, Floor, stand_at
from tests.warehouse.services.books import refused
from tests.warehouse.services.carrier_bench import account_at, simulated_sf
from tests.warehouse.simulator.bench import Bench
from warehouse.models import CarrierAccount, Waybill
from warehouse.services.recalling import take_back
from warehouse.services.waybills import calling, requests
from warehouse.services.waybills.accounts import NoCarrierAccount, account_for
from warehouse.services.waybills.calling import call_carrier
from warehouse.services.waybills.labelling import label_parcel
from warehouse.services.waybills.requesting import ParcelIsGone, request_waybill
from warehouse.services.waybills.settling import settle_due
from warehouse.simulator.faults import FaultKind

LATER = NOW + timedelta(hours=1)
CREATE = "EXP_RECE_CREATE_ORDER"
SEARCH = "EXP_RECE_SEARCH_ORDER_RESP"


@pytest.fixture
def sf(tmp_path: Path) -> Iterator[Bench]:
    with simulated_sf(tmp_path) as bench:
        yield bench


@pytest.fixture
def parcel(floor: Floor, sf: Bench) -> Shipment:
    """A sealed parcel whose warehouse has an account at the simulated carrier."""
    account_at(sf, floor.warehouse)
    floor.packed({floor.goods(9, weight_g=300): 2})
    return Shipment.objects.get()


def label(floor: Floor, parcel: Shipment) -> Waybill:
    return label_parcel(parcel.pk, actor=floor.worker, now=NOW)


def test_parcel_gets_its_number(floor: Floor, parcel: Shipment, sf: Bench) -> None:
    waybill = label(floor, parcel)
    parcel.refresh_from_db()
    assert (waybill.status, parcel.status) == ("issued", "labelled")
    assert [waybill.waybill_no] == sf.numbers() == [parcel.waybill_no]
    assert (parcel.carrier, parcel.issuer) == ("sf", "sf")
    assert waybill.client_order_id == f"{parcel.package_no}-1"
    assert waybill.sort_code
    assert waybill.label is not None
    assert waybill.label["route"]["sort_code"] == waybill.sort_code
    assert FulfillmentOrder.objects.get().frozen_reason == "pick_claimed"


def test_every_call_is_in_the_call_log(floor: Floor, parcel: Shipment) -> None:
    label(floor, parcel)
    entry = CallLog.objects.get()
    assert (entry.kind, entry.operation, entry.outcome) == ("sf", CREATE, "ok")
    assert entry.reference == parcel.package_no
    receiver = parcel.fulfillment.receiver
    assert receiver is not None
    assert receiver.phone not in entry.request_body
    assert receiver.name not in entry.request_body


def test_asking_again_makes_no_second_number(floor: Floor, parcel: Shipment, sf: Bench) -> None:
    first = label(floor, parcel)
    assert label(floor, parcel) == first
    assert len(sf.numbers()) == 1
    assert CallLog.objects.count() == 1


def test_answer_lost_after_the_work_brings_the_same_number(
    floor: Floor, parcel: Shipment, sf: Bench
) -> None:
    sf.plan(FaultKind.DROP_AFTER)
    sf.plan(FaultKind.DROP_BEFORE, SEARCH)
    waybill = label(floor, parcel)
    assert (waybill.status, len(sf.numbers())) == ("unknown", 1)
    again = label_parcel(parcel.pk, actor=floor.worker, now=LATER)
    assert (again.pk, again.status) == (waybill.pk, "issued")
    assert [again.waybill_no] == sf.numbers()
    assert CallLog.objects.filter(operation=CREATE).count() == 1  # asked first, not made again


def test_background_finds_out_what_nobody_answered(
    floor: Floor, parcel: Shipment, sf: Bench
) -> None:
    sf.plan(FaultKind.DROP_AFTER)
    sf.plan(FaultKind.DROP_BEFORE, SEARCH)
    label(floor, parcel)
    assert settle_due(now=NOW) == 0
    assert settle_due(now=LATER) == 1
    assert [Waybill.objects.get().waybill_no] == sf.numbers()
    parcel.refresh_from_db()
    assert parcel.status == "labelled"


def test_worker_that_died_between_row_and_call_is_made_up_for(
    floor: Floor, parcel: Shipment, sf: Bench
) -> None:
    request_waybill(parcel.pk, actor=floor.worker, now=NOW)
    assert settle_due(now=NOW) == 0
    settle_due(now=LATER)
    assert Waybill.objects.get().status == "issued"


def test_worker_that_died_after_the_call_finds_its_number(
    floor: Floor, parcel: Shipment, sf: Bench
) -> None:
    waybill = request_waybill(parcel.pk, actor=floor.worker, now=NOW)
    calling._ask(Waybill.objects.get(pk=waybill.pk))
    settle_due(now=LATER)
    assert [Waybill.objects.get().waybill_no] == sf.numbers()


def test_two_callers_at_once_call_once(floor: Floor, parcel: Shipment, sf: Bench) -> None:
    waybill = request_waybill(parcel.pk, actor=floor.worker, now=NOW)
    Waybill.objects.filter(pk=waybill.pk).update(busy_until=NOW + timedelta(seconds=20))
    assert call_carrier(waybill.pk, now=NOW).status == "requested"
    assert sf.numbers() == []


def test_outage_goes_to_a_person_after_some_tries(
    floor: Floor, parcel: Shipment, sf: Bench
) -> None:
    for _ in range(2 * calling.MOST_TRIES):
        sf.plan(FaultKind.DROP_BEFORE)
        sf.plan(FaultKind.DROP_BEFORE, SEARCH)
    moment = NOW
    label(floor, parcel)
    for _ in range(calling.MOST_TRIES + 2):
        moment += timedelta(hours=3)
        settle_due(now=moment)
    waybill = Waybill.objects.get()
    assert (waybill.status, waybill.needs_person, waybill.tries) == (
        "unknown",
        True,
        calling.MOST_TRIES,
    )


def test_refusal_is_told_and_tried_again_under_the_same_number(
    floor: Floor, parcel: Shipment, sf: Bench
) -> None:
    CarrierAccount.objects.update(monthly_card="0000000000")
    waybill = label(floor, parcel)
    assert waybill.status == "failed"
    assert waybill.last_error
    assert settle_due(now=LATER) == 0  # a person has to put it right
    CarrierAccount.objects.update(monthly_card="")
    again = label(floor, parcel)
    assert (again.pk, again.status, again.client_order_id) == (
        waybill.pk,
        "issued",
        waybill.client_order_id,
    )


def test_busy_carrier_is_asked_again_later(floor: Floor, parcel: Shipment, sf: Bench) -> None:
    sf.plan(FaultKind.CODE, code="A1005")
    assert label(floor, parcel).status == "requested"
    settle_due(now=LATER)
    assert Waybill.objects.get().status == "issued"


def test_account_without_its_secrets_is_told(floor: Floor, parcel: Shipment) -> None:
    account = CarrierAccount.objects.get()
    account.credentials = {"partner_id": "x"}
    account.save()
    waybill = label(floor, parcel)
    assert waybill.status == "failed"
    assert "checkword" in waybill.last_error


def test_stopped_document_calls_nobody(floor: Floor, parcel: Shipment, sf: Bench) -> None:
    floor.hold(parcel.fulfillment, detail="stop")
    with refused(DocumentStopped, match="stop"):
        label(floor, parcel)
    assert (Waybill.objects.count(), sf.numbers()) == (0, [])


def test_cancelled_order_calls_nobody(floor: Floor, parcel: Shipment, sf: Bench) -> None:
    floor.cancel(parcel.fulfillment)
    with refused(DocumentCancelled):
        label(floor, parcel)
    assert sf.numbers() == []


def test_hold_between_row_and_call_calls_nobody(floor: Floor, parcel: Shipment, sf: Bench) -> None:
    waybill = request_waybill(parcel.pk, actor=floor.worker, now=NOW)
    floor.hold(parcel.fulfillment)
    assert call_carrier(waybill.pk, now=NOW).status == "failed"
    assert sf.numbers() == []


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told yet"])
def test_number_of_an_order_cancelled_meanwhile_is_voided(
    floor: Floor, parcel: Shipment, sf: Bench, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    ask = calling._ask

    def cancelled_meanwhile(waybill: Waybill) -> Any:
        issued = ask(waybill)
        floor.cancel(parcel.fulfillment)
        if told:
            take_back([parcel.fulfillment_id], now=NOW)
        return issued

    monkeypatch.setattr(calling, "_ask", cancelled_meanwhile)
    waybill = label(floor, parcel)
    assert (waybill.status, [waybill.waybill_no]) == ("voiding", sf.numbers())
    take_back([parcel.fulfillment_id], now=NOW)
    settle_due(now=LATER)
    waybill.refresh_from_db()
    parcel.refresh_from_db()
    assert (waybill.status, parcel.status, parcel.waybill_no) == ("voided", "cancelled", None)
    assert sf.simulator.store.orders()[0].state == "cancelled"


def test_platform_ciphertext_needs_the_platforms_waybill(floor: Floor, parcel: Shipment) -> None:
    Receiver.objects.update(kind="cipher")
    with refused(requests.PlatformWaybillOnly):
        label(floor, parcel)


def test_incomplete_parties_are_refused_before_the_call(floor: Floor, parcel: Shipment) -> None:
    Warehouse.objects.update(contact_phone="")
    with refused(requests.NoSender, match=floor.warehouse.name):
        label(floor, parcel)
    FulfillmentOrder.objects.update(receiver=None)
    with refused(requests.NoReceiver):
        label(floor, parcel)
    assert not Waybill.objects.exists()


def test_only_packers_label(floor: Floor, parcel: Shipment, sf: Bench) -> None:
    for stranger in (floor.person("customer_service"), Floor().worker):
        with refused(NotAllowed):
            label_parcel(parcel.pk, actor=stranger, now=NOW)
    assert (Waybill.objects.count(), sf.numbers()) == (0, [])


def test_opened_parcel_is_not_labelled(floor: Floor, parcel: Shipment) -> None:
    stand_at(Shipment.objects.filter(pk=parcel.pk), "cancelled")
    with refused(ParcelIsGone):
        label(floor, parcel)


def test_shops_own_account_comes_first(floor: Floor) -> None:
    document = floor.document({floor.goods(5): 1})
    with refused(NoCarrierAccount, match="sf"):
        account_for(document)
    CarrierAccountFactory.create(warehouse=floor.warehouse, carrier="zto", priority=1)
    CarrierAccountFactory.create(warehouse=None, store=StoreFactory.create(), priority=1)
    CarrierAccountFactory.create(warehouse=floor.warehouse, is_active=False, priority=1)
    general = CarrierAccountFactory.create(warehouse=floor.warehouse, priority=20)
    assert account_for(document) == general
    own = CarrierAccountFactory.create(warehouse=None, store=floor.store, priority=90)
    assert account_for(document) == own


def test_document_without_a_carrier_takes_the_warehouses_first(floor: Floor) -> None:
    document = floor.document({floor.goods(5): 1}, carrier="")
    CarrierAccountFactory.create(warehouse=floor.warehouse, priority=5)
    first = CarrierAccountFactory.create(warehouse=floor.warehouse, carrier="zto", priority=1)
    assert account_for(document) == first


@pytest.mark.django_db(transaction=True)
def test_carrier_is_called_outside_any_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor, seen = Floor(), list[tuple[bool, str]]()
    ask = calling._ask

    def watched(waybill: Waybill) -> Any:
        seen.append((connection.in_atomic_block, Waybill.objects.get(pk=waybill.pk).status))
        return ask(waybill)

    monkeypatch.setattr(calling, "_ask", watched)
    with simulated_sf(tmp_path) as bench:
        account_at(bench, floor.warehouse)
        floor.packed({floor.goods(9): 1})
        label(floor, Shipment.objects.get())
    assert seen == [(False, "requested")]
