"""From the scan of the waybill to stock, put-back, receipt and event."""

from datetime import timedelta

import pytest

from oms.access.checks import NotAllowed
from oms.models import EvidenceEntry, ExpectedReturn, OutboxEvent, StockLevel
from oms.services import returns
from tests.factories.returned import Dock
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import in_bin, refused
from warehouse.models import PutBackTask, ReceiptLine, ReturnCheck, ReturnReceipt
from warehouse.services.outcome import Tone
from warehouse.services.receiving.counting import AnswerFirst, LooksNotGood, NothingToUndo
from warehouse.services.receiving.opening import (
    LEFT_ALONE,
    NobodyExpects,
    OpenedByAnother,
    ParcelInHand,
    ReceivedBefore,
    ScanParcelFirst,
)

State = ExpectedReturn.State


def state(expected: ExpectedReturn) -> str:
    expected.refresh_from_db()
    return expected.state


def lines(expected: ExpectedReturn) -> list[tuple[int, str, str]]:
    rows = ReceiptLine.objects.filter(expected_return=expected).order_by("pk")
    return list(rows.values_list("quantity", "condition", "difference"))


def stock(dock: Dock) -> dict[str, int]:
    rows = StockLevel.objects.filter(warehouse=dock.warehouse, on_hand__gt=0)
    return dict(rows.values_list("condition", "on_hand"))


def test_parcel_is_scanned_counted_and_received(dock: Dock) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 2})
    shelf = dock.stock(hoodie, 3)
    told = dock.receive(expected.return_waybill_no, hoodie.code, hoodie.code, "CMD:SEAL")
    assert [one.code for one in told] == [
        "parcel_opened",
        "return_item_counted",
        "return_all_there",
        "return_received",
    ]
    assert (state(expected), in_bin(dock.place(), hoodie)) == (State.RECEIVED, 2)
    assert stock(dock) == {"good": 5}
    task = PutBackTask.objects.get()
    assert (task.quantity, task.suggested_bin, task.from_bin) == (2, shelf, dock.place())
    event = OutboxEvent.objects.get(name="warehouse.return.received")
    assert event.payload == {"return_nos": [expected.return_no]}
    receipt = ReturnReceipt.objects.get()
    assert receipt.waybill_no == expected.return_waybill_no
    assert EvidenceEntry.objects.get(kind="return.receive").subject == receipt.receipt_no


def test_good_goods_go_on_to_their_shelf(dock: Dock) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 1})
    shelf = dock.stock(hoodie, 3)
    dock.receive(expected.return_waybill_no, hoodie.code, "CMD:SEAL")
    dock.put_back(hoodie.code, shelf.code)
    assert (in_bin(shelf, hoodie), in_bin(dock.place(), hoodie)) == (4, 0)


def test_condition_is_that_of_the_last_scan(dock: Dock) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 3})
    dock.receive(expected.return_waybill_no, hoodie.code)
    dock.receive(hoodie.code, "CMD:DEFECTIVE")
    dock.receive(hoodie.code, "CMD:DEFECTIVE", "CMD:QUARANTINE", "CMD:SEAL")
    assert sorted(lines(expected)) == [
        (1, "defective", "none"),
        (1, "good", "none"),
        (1, "quarantine", "none"),
    ]
    assert stock(dock) == {"good": 1, "defective": 1, "quarantine": 1}
    assert PutBackTask.objects.get().quantity == 1


def test_what_is_to_be_inspected_first_waits_in_quarantine(dock: Dock) -> None:
    phones = dock.sku()
    expected = dock.expected({phones: 1}, inspect_first=True)
    dock.receive(expected.return_waybill_no, phones.code, "CMD:SEAL")
    assert (stock(dock), PutBackTask.objects.count()) == ({"quarantine": 1}, 0)


def test_part_is_received_and_the_rest_stays_expected(dock: Dock) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 3})
    dock.receive(expected.return_waybill_no, hoodie.code, "CMD:SEAL")
    assert (state(expected), lines(expected)) == (
        State.PARTLY_RECEIVED,
        [(1, "good", "none"), (2, "good", "short")],
    )
    dock.receive(expected.return_waybill_no)
    dock.receive(hoodie.code, quantity=2)
    dock.receive("CMD:SEAL")
    assert (state(expected), in_bin(dock.place(), hoodie)) == (State.RECEIVED, 3)


def test_empty_box_is_told_to_the_case(dock: Dock) -> None:
    expected = dock.expected({dock.sku(): 1})
    dock.receive(expected.return_waybill_no, "CMD:SEAL")
    assert state(expected) == State.PARTLY_RECEIVED
    assert lines(expected) == [(1, "good", "short")]
    assert OutboxEvent.objects.filter(name="warehouse.return.received").count() == 1


def test_what_nobody_expects_is_a_question(dock: Dock) -> None:
    hoodie, other = dock.sku(), dock.sku()
    expected = dock.expected({hoodie: 1})
    *_, asked = dock.receive(expected.return_waybill_no, hoodie.code, other.code)
    assert (asked.code, asked.tone) == ("not_expected", Tone.STOP)
    with refused(AnswerFirst):
        dock.receive(hoodie.code)
    dock.receive("CMD:EXTRA", "CMD:SEAL")
    assert lines(expected) == [(1, "good", "none"), (1, "quarantine", "extra")]
    stray = expected.lines.get(order_item=None)
    assert (stray.sku, stray.received_quantity, stray.quarantine_quantity) == (other, 1, 1)
    assert (state(expected), stock(dock)) == (State.RECEIVED, {"good": 1, "quarantine": 1})


def test_one_too_many_of_what_is_expected_is_a_question_too(dock: Dock) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 1})
    *_, asked = dock.receive(expected.return_waybill_no, hoodie.code, hoodie.code)
    assert asked.code == "not_expected"
    dock.receive("CMD:UNDO", "CMD:SEAL")
    assert lines(expected) == [(1, "good", "none")]


def test_thing_that_nobody_knows_is_noted_and_not_booked(dock: Dock) -> None:
    expected = dock.expected({dock.sku(): 1})
    *_, asked = dock.receive(expected.return_waybill_no, "6901234567892")
    assert asked.code == "not_expected"
    with refused(AnswerFirst):
        dock.receive("CMD:EXTRA")
    dock.receive("CMD:WRONG")
    with refused(LooksNotGood):
        dock.receive("CMD:GOOD")
    dock.receive("CMD:SEAL")
    assert (state(expected), stock(dock)) == (State.PARTLY_RECEIVED, {})
    assert expected.remark == "1 × 6901234567892"
    assert lines(expected) == [(1, "quarantine", "wrong"), (1, "good", "short")]


def test_last_scan_is_undone(dock: Dock) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 3})
    dock.receive(expected.return_waybill_no)
    dock.receive(hoodie.code, quantity=2)
    dock.receive("CMD:UNDO")
    with refused(NothingToUndo):
        dock.receive("CMD:UNDO")
    with refused(NothingToUndo):
        dock.receive("CMD:DEFECTIVE")


def test_parcel_put_aside_can_be_opened_again(dock: Dock) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 1})
    dock.receive(expected.return_waybill_no, hoodie.code, "CMD:NEXT")
    assert (state(expected), ReturnReceipt.objects.count()) == (State.EXPECTED, 0)
    dock.receive(expected.return_waybill_no, hoodie.code, "CMD:SEAL")
    assert state(expected) == State.RECEIVED


def test_two_people_do_not_open_one_return(dock: Dock) -> None:
    hoodie, other = dock.sku(), dock.person("warehouse_staff")
    expected = dock.expected({hoodie: 1})
    dock.receive(expected.return_waybill_no)
    with refused(OpenedByAnother):
        dock.receive(expected.return_waybill_no, user=other)
    dock.now += LEFT_ALONE + timedelta(minutes=1)
    dock.receive(expected.return_waybill_no, hoodie.code, "CMD:SEAL", user=other)
    assert state(expected) == State.RECEIVED
    with refused(ScanParcelFirst):
        dock.receive("CMD:SEAL")


def test_another_parcel_waits_until_this_one_is_done(dock: Dock) -> None:
    hoodie = dock.sku()
    first, second = dock.expected({hoodie: 1}), dock.expected({hoodie: 1})
    dock.receive(first.return_waybill_no)
    with refused(ParcelInHand):
        dock.receive(second.return_waybill_no)
    with refused(ParcelInHand):
        dock.receive("CMD:START")


def test_parcel_received_before_is_said_to_be(dock: Dock) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 1})
    dock.receive(expected.return_waybill_no, hoodie.code, "CMD:SEAL")
    with refused(ReceivedBefore):
        dock.receive(expected.return_waybill_no)


def test_one_parcel_of_two_cases_is_shared_out(dock: Dock) -> None:
    hoodie, socks = dock.sku(), dock.sku()
    one = dock.expected({hoodie: 1}, waybill_no="YT800000000001X")
    two = dock.expected({hoodie: 1, socks: 1}, waybill_no="YT800000000001X")
    dock.receive("YT800000000001X", hoodie.code, socks.code, hoodie.code, "CMD:SEAL")
    assert (state(one), state(two)) == (State.RECEIVED, State.RECEIVED)
    assert ReturnReceipt.objects.count() == 1
    event = OutboxEvent.objects.get(name="warehouse.return.received")
    assert event.payload == {"return_nos": [one.return_no, two.return_no]}


@pytest.mark.parametrize("by", ["case", "return", "order", "tail"])
def test_torn_label_is_found_otherwise(dock: Dock, by: str) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 1}, sender_phone_tail="4711")
    assert expected.order is not None
    code = {
        "case": expected.case_no,
        "return": expected.return_no,
        "order": expected.order.order_no,
        "tail": "4711",
    }[by]
    [told] = dock.receive(code)
    if by in ("order", "tail"):
        assert (told.code, told.facts["n"]) == ("parcel_choose", 1)
        dock.receive(expected.return_no)
    dock.receive(hoodie.code, "CMD:SEAL")
    assert state(expected) == State.RECEIVED


@pytest.mark.parametrize("code", ["9999", "13800000001", "abc", "什么"])
def test_what_fits_nothing_opens_nothing(dock: Dock, code: str) -> None:
    with refused(NobodyExpects):
        dock.receive(code)
    assert not ReturnCheck.objects.exists()


def test_goods_without_parcel_are_not_received(dock: Dock) -> None:
    with refused(ScanParcelFirst):
        dock.receive(dock.sku().code)
    with refused(ScanParcelFirst):
        dock.receive(dock.shelf().code)


def test_return_called_off_while_open_keeps_what_was_scanned(dock: Dock) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 1})
    dock.receive(expected.return_waybill_no, hoodie.code)
    returns.withdraw(expected.case_no, now=dock.now)
    [told] = dock.receive("CMD:SEAL")
    assert (told.code, told.tone) == ("return_gone", Tone.STOP)
    assert stock(dock) == {}
    [told] = dock.receive("CMD:SEAL")
    assert told.code == "unclaimed_booked"


def test_right_is_needed_and_other_warehouses_stay_hidden(dock: Dock) -> None:
    expected = dock.expected({dock.sku(): 1})
    for stranger in (dock.person("customer_service"), Floor().worker, dock.person()):
        with refused(NotAllowed):
            dock.receive(expected.return_waybill_no, user=stranger)
    elsewhere = Dock()
    [told] = elsewhere.receive(expected.return_waybill_no)
    assert told.code == "parcel_unknown"
