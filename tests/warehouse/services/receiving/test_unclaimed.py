"""Parcels that nobody expects: booked, found again, claimed once."""

import pytest

from oms.access.checks import NotAllowed
from oms.events import bus
from oms.models import ExpectedReturn
from oms.services import returns
from oms.services.returns import ReturnClosed
from tests.factories.returned import Dock
from tests.warehouse.services.books import in_bin, refused
from warehouse.flows import UnclaimedStatus
from warehouse.models import UnclaimedParcel
from warehouse.services.receiving.opening import UnclaimedAlready
from warehouse.services.receiving.unclaimed import (
    ClaimedAlready,
    NoMarks,
    WhyWrittenOff,
    candidates,
    claim,
    write_off,
)

NUMBER = "JT0003344556677"


@pytest.fixture
def parcel(dock: Dock) -> UnclaimedParcel:
    dock.receive(NUMBER, "CMD:SEAL")
    return UnclaimedParcel.objects.get()


def deliver(dock: Dock) -> None:
    while bus.deliver_due(now=dock.now):
        pass


def test_unknown_parcel_is_booked_with_what_is_known(dock: Dock) -> None:
    hoodie = dock.sku()
    told = dock.receive(NUMBER, hoodie.code, "CMD:DEFECTIVE")
    assert told[0].code == "parcel_unknown"
    dock.expected({hoodie: 1}, sender_phone_tail="4711")
    [told_tail] = dock.receive("4711")
    assert told_tail.code == "parcel_choose"
    dock.receive("CMD:SEAL")
    parcel = UnclaimedParcel.objects.get()
    assert (parcel.waybill_no, parcel.sender_phone_tail) == (NUMBER, "4711")
    assert (parcel.bin, parcel.status) == (dock.place(), UnclaimedStatus.OPEN)
    line = parcel.lines.get()
    assert (line.sku, line.quantity, line.condition) == (hoodie, 1, "defective")
    assert in_bin(dock.place(), hoodie) == 0


def test_booked_parcel_is_not_booked_again(dock: Dock, parcel: UnclaimedParcel) -> None:
    with refused(UnclaimedAlready):
        dock.receive(NUMBER)
    with refused(UnclaimedAlready):
        dock.receive(parcel.parcel_no)


def test_parcel_without_any_mark_is_looked_at_first(dock: Dock) -> None:
    dock.expected({dock.sku(): 1}, case_no="AS-1")
    dock.receive(ExpectedReturn.objects.get().return_waybill_no)
    returns.withdraw("AS-1", now=dock.now)
    check = dock.open()
    check.returns.clear()
    check.waybill_no = ""
    check.save()
    with refused(NoMarks):
        dock.receive("CMD:SEAL")


def test_number_registered_later_claims_the_parcel(dock: Dock, parcel: UnclaimedParcel) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 1}, return_waybill_no="")
    returns.set_return_waybill(expected.case_no, carrier="jt", waybill_no=NUMBER, now=dock.now)
    deliver(dock)
    parcel.refresh_from_db()
    assert (parcel.status, parcel.expected_return) == (UnclaimedStatus.CLAIMED, expected)
    dock.receive(NUMBER, hoodie.code, "CMD:SEAL")
    expected.refresh_from_db()
    assert expected.state == "received"
    assert parcel.receipts.count() == 1


def test_claimed_parcel_is_received_as_it_was_laid_out(dock: Dock) -> None:
    hoodie = dock.sku()
    dock.receive(NUMBER, hoodie.code, "CMD:DEFECTIVE", "CMD:SEAL")
    parcel = UnclaimedParcel.objects.get()
    expected = dock.expected({hoodie: 1})
    claim(parcel.pk, return_id=expected.pk, actor=dock.worker, now=dock.now)
    dock.receive(NUMBER, "CMD:SEAL")
    expected.refresh_from_db()
    line = expected.lines.get()
    assert (expected.state, line.defective_quantity) == ("received", 1)
    assert parcel.receipts.count() == 1


def test_claim_brings_the_return_to_where_the_parcel_is(dock: Dock) -> None:
    elsewhere = Dock()
    elsewhere.place()
    elsewhere.receive(NUMBER, "CMD:SEAL")
    parcel = UnclaimedParcel.objects.get()
    expected = dock.expected({dock.sku(): 1}, return_waybill_no="")
    claim(parcel.pk, return_id=expected.pk, actor=elsewhere.worker, now=dock.now)
    expected.refresh_from_db()
    assert expected.warehouse == elsewhere.warehouse
    assert expected.return_waybill_no == NUMBER


def test_parcel_is_claimed_once_and_by_whoever_may(dock: Dock, parcel: UnclaimedParcel) -> None:
    one, two = dock.expected({dock.sku(): 1}), dock.expected({dock.sku(): 1})
    with refused(NotAllowed):
        claim(parcel.pk, return_id=one.pk, actor=Dock().worker, now=dock.now)
    claim(parcel.pk, return_id=one.pk, actor=dock.worker, now=dock.now)
    with refused(ClaimedAlready):
        claim(parcel.pk, return_id=two.pk, actor=dock.worker, now=dock.now)


def test_return_called_off_claims_nothing(dock: Dock, parcel: UnclaimedParcel) -> None:
    expected = dock.expected({dock.sku(): 1})
    returns.withdraw(expected.case_no, now=dock.now)
    with refused(ReturnClosed):
        claim(parcel.pk, return_id=expected.pk, actor=dock.worker, now=dock.now)
    parcel.refresh_from_db()
    assert parcel.status == UnclaimedStatus.OPEN


def test_writing_off_is_the_managers_and_has_a_reason(dock: Dock, parcel: UnclaimedParcel) -> None:
    with refused(NotAllowed):
        write_off(parcel.pk, reason="x", actor=dock.worker, now=dock.now)
    with refused(WhyWrittenOff):
        write_off(parcel.pk, reason=" ", actor=dock.manager, now=dock.now)
    write_off(parcel.pk, reason="nobody for 90 days", actor=dock.manager, now=dock.now)
    parcel.refresh_from_db()
    assert parcel.status == UnclaimedStatus.WRITTEN_OFF


def test_candidates_are_scored_by_their_marks(dock: Dock) -> None:
    hoodie, socks = dock.sku(), dock.sku()
    dock.expected({socks: 1}, sender_phone_tail="9999")
    by_goods = dock.expected({hoodie: 1}, sender_phone_tail="9999")
    by_both = dock.expected({hoodie: 1}, sender_phone_tail="4711")
    dock.receive(NUMBER, hoodie.code, "4711", "CMD:SEAL")
    found = candidates(UnclaimedParcel.objects.get(), actor=dock.worker)
    assert [one.expected for one in found] == [by_both, by_goods]
    assert found[0].score > found[1].score > 0


def test_candidates_of_other_warehouses_are_hidden(dock: Dock) -> None:
    hoodie = dock.sku()
    elsewhere = Dock()
    elsewhere.expected({hoodie: 1}, sender_phone_tail="4711")
    dock.expected({hoodie: 1}, sender_phone_tail="4711")
    dock.receive(NUMBER, hoodie.code, "4711", "CMD:SEAL")
    found = candidates(UnclaimedParcel.objects.get(), actor=dock.worker)
    assert {one.expected.warehouse_id for one in found} == {dock.warehouse.pk}
