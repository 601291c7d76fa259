"""A waybill of the platform's own tool, from the packing table to the word to the platform."""

from collections.abc import Iterator

import pytest

from channels_sync.connectors.outbound import ShipmentPush
from channels_sync.models import PushJob
from channels_sync.services.push import building, queueing
from oms.access.checks import NotAllowed
from oms.dto import CipherReceiver
from oms.models import FulfillmentOrder, Receiver, Shipment, TimelineEntry
from oms.refusals import Refusal
from oms.services.fulfillment.stations import DocumentStopped
from oms.services.fulfillment.typed_waybills import (
    NoNumberWanted,
    NotTyped,
    NoWaybillNumber,
    NumberIsOurs,
    NumberTaken,
    TakingOffReasonMissing,
    UnknownCarrier,
    take_off_typed,
    type_waybill,
)
from oms.services.orders.receivers import build_receiver
from tests.factories.channels_sync import StoreConnectionFactory
from tests.factories.oms import NOW
from tests.factories.warehouse import CarrierAccountFactory, Floor
from tests.warehouse.services.books import assert_books_are_right, refused
from warehouse.services.recalling import take_back
from warehouse.services.waybills.labelling import label_parcel
from warehouse.services.waybills.requests import PlatformWaybillOnly

NUMBER = "YT8801234567890"
CIPHER = CipherReceiver(platform_ref="oaid-1", name_cipher="~a~", phone_cipher="~b~")


@pytest.fixture
def floor(db: None) -> Iterator[Floor]:
    yield Floor()
    assert_books_are_right()


@pytest.fixture
def parcel(floor: Floor) -> Shipment:
    """A sealed parcel whose address only the platform can read."""
    document = floor.packed({floor.goods(9): 1})
    sealed(document)
    return Shipment.objects.get()


def sealed(document: FulfillmentOrder) -> Receiver:
    receiver = build_receiver(CIPHER, now=NOW)
    receiver.save()
    FulfillmentOrder.objects.filter(pk=document.pk).update(receiver=receiver)
    return receiver


def enter(floor: Floor, parcel: Shipment, number: str = NUMBER, carrier: str = "yto") -> Shipment:
    return type_waybill(parcel.pk, carrier=carrier, waybill_no=number, actor=floor.worker, now=NOW)


def test_parcel_goes_the_whole_way_under_the_platforms_number(
    floor: Floor, parcel: Shipment
) -> None:
    CarrierAccountFactory.create(warehouse=floor.warehouse)
    StoreConnectionFactory.create(store=floor.store, base_url="http://127.0.0.1:1/hook")
    with refused(PlatformWaybillOnly):
        label_parcel(parcel.pk, actor=floor.worker, now=NOW)
    enter(floor, parcel, " yt88 01234567890\n")
    floor.at_dock(NUMBER)
    floor.at_dock("CMD:HANDOVER")
    parcel.refresh_from_db()
    assert (parcel.status, parcel.carrier, parcel.issuer) == ("handed_over", "yto", "typed")
    queueing.queue_shipments([parcel.pk], now=NOW)
    push = building.build(PushJob.objects.get(), now=NOW)
    assert isinstance(push, ShipmentPush)
    assert (push.notice.carrier, push.notice.waybill_no) == ("yto", NUMBER)


def test_records_tell_who_entered_which_number(floor: Floor, parcel: Shipment) -> None:
    enter(floor, parcel)
    row = TimelineEntry.objects.get(subject="shipment", action="label")
    assert (row.actor, row.note) == (floor.worker, NUMBER)


@pytest.mark.parametrize(
    ("carrier", "number", "error"),
    [
        ("", NUMBER, UnknownCarrier),
        ("pigeon", NUMBER, UnknownCarrier),
        ("yto", "YT1", NoWaybillNumber),
        ("yto", "https://example.com/1234567", NoWaybillNumber),
        ("yto", "８８０１２３４５６７８９０", NoWaybillNumber),
        ("sf", NUMBER, NoWaybillNumber),
    ],
)
def test_wrong_entry_is_refused(
    floor: Floor, parcel: Shipment, carrier: str, number: str, error: type[Refusal]
) -> None:
    with refused(error):
        enter(floor, parcel, number, carrier)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.waybill_no) == ("packed", None)


def test_codes_of_our_own_are_refused(floor: Floor, parcel: Shipment) -> None:
    shelf = floor.shelf("BIN00123456")
    for code in (parcel.package_no, shelf.code, parcel.fulfillment.fulfillment_no):
        with refused(Refusal):
            enter(floor, parcel, code)
    with refused(NumberIsOurs):
        enter(floor, parcel, shelf.code)


def test_number_of_another_parcel_is_refused_also_of_another_carrier(
    floor: Floor, parcel: Shipment
) -> None:
    enter(floor, parcel)
    floor.packed({floor.goods(9): 1})
    other = Shipment.objects.exclude(pk=parcel.pk).get()
    with refused(NumberTaken, match=parcel.package_no):
        enter(floor, other, carrier="zto")


def test_entering_the_same_number_twice_is_one_entry(floor: Floor, parcel: Shipment) -> None:
    enter(floor, parcel)
    assert enter(floor, parcel).waybill_no == NUMBER
    with refused(NoNumberWanted):
        enter(floor, parcel, "YT8801234567891")


def test_only_packers_of_the_warehouse_enter_and_take_off(floor: Floor, parcel: Shipment) -> None:
    stranger = Floor().worker
    with refused(NotAllowed):
        type_waybill(parcel.pk, carrier="yto", waybill_no=NUMBER, actor=stranger, now=NOW)
    enter(floor, parcel)
    with refused(NotAllowed):
        take_off_typed(parcel.pk, reason="wrong", actor=stranger, now=NOW)


def test_stopped_document_gets_no_number(floor: Floor, parcel: Shipment) -> None:
    floor.hold(parcel.fulfillment)
    with refused(DocumentStopped):
        enter(floor, parcel)


def test_number_is_taken_off_with_a_reason_and_free_again(floor: Floor, parcel: Shipment) -> None:
    enter(floor, parcel)
    with refused(TakingOffReasonMissing):
        take_off_typed(parcel.pk, reason=" ", actor=floor.worker, now=NOW)
    take_off_typed(parcel.pk, reason="wrong carrier", actor=floor.worker, now=NOW)
    row = TimelineEntry.objects.get(subject="shipment", action="unlabel")
    assert (row.actor, row.note) == (floor.worker, "wrong carrier")
    assert enter(floor, parcel, carrier="zto").carrier == "zto"


def test_number_of_a_parcel_that_left_stays(floor: Floor, parcel: Shipment) -> None:
    enter(floor, parcel)
    floor.at_dock(NUMBER)
    floor.at_dock("CMD:HANDOVER")
    with refused(NotTyped):
        take_off_typed(parcel.pk, reason="too late", actor=floor.worker, now=NOW)


def test_parcel_opened_again_gives_its_number_free(floor: Floor, parcel: Shipment) -> None:
    enter(floor, parcel)
    floor.cancel(parcel.fulfillment)
    take_back([parcel.fulfillment_id], now=NOW)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.waybill_no) == ("cancelled", None)
