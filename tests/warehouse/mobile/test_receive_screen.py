"""What the phone shows while a returned parcel is opened."""

from typing import Any

import pytest
from django.test import Client

from oms.services import returns
from tests.factories.returned import Dock
from tests.warehouse.mobile.phone import body, post, signed_in, told
from warehouse.mobile.screens.catalogue import STATIONS, as_json
from warehouse.models import ScanLog


@pytest.fixture
def dock(db: None) -> Dock:
    made = Dock()
    made.place()
    return made


@pytest.fixture
def phone(dock: Dock) -> Client:
    return signed_in(dock.worker)


def shown(dock: Dock) -> dict[str, Any]:
    return as_json(STATIONS["receive"].screen(dock.worker, dock.warehouse))


def commands(screen: dict[str, Any]) -> list[str]:
    return [button["command"] for button in screen["buttons"]]


def test_what_is_on_its_way_can_be_touched(dock: Dock, phone: Client) -> None:
    hoodie = dock.sku(name="卫衣")
    expected = dock.expected({hoodie: 2})
    dock.expected({hoodie: 1}, return_waybill_no="")
    [line] = shown(dock)["lines"]
    assert (line["title"], line["code"]) == (expected.return_waybill_no, expected.return_no)
    assert "卫衣" in line["note"]
    assert STATIONS["receive"].waiting(dock.warehouse.pk) == 1
    answer = told(post(phone, body(dock, "receive", line["code"])))
    assert (answer["code"], answer["screen"]["big"]) == ("parcel_opened", "0 / 2")


def test_screen_counts_and_offers_what_is_next(dock: Dock, phone: Client) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 2})
    post(phone, body(dock, "receive", expected.return_waybill_no))
    assert commands(shown(dock)) == ["SEAL", "NEXT"]
    answer = told(post(phone, body(dock, "receive", hoodie.code)))
    screen = answer["screen"]
    assert (screen["big"], screen["progress"]) == ("1 / 2", [1, 2])
    assert commands(screen) == ["GOOD", "DEFECTIVE", "QUARANTINE", "SEAL", "UNDO", "NEXT"]
    assert [button["tone"] for button in screen["buttons"]][0] == "grade chosen"
    assert screen["buttons"][3]["ask"]
    screen = told(post(phone, body(dock, "receive", hoodie.code)))["screen"]
    assert (screen["lines"][0]["tone"], screen["buttons"][3]["tone"]) == ("done", "primary")


def test_question_hides_everything_else(dock: Dock, phone: Client) -> None:
    hoodie, other = dock.sku(), dock.sku()
    post(phone, body(dock, "receive", dock.expected({hoodie: 1}).return_waybill_no))
    answer = told(post(phone, body(dock, "receive", other.code)))
    assert (answer["tone"], commands(answer["screen"])) == ("stop", ["EXTRA", "WRONG", "UNDO"])
    screen = told(post(phone, body(dock, "receive", "CMD:EXTRA")))["screen"]
    assert screen["lines"][1]["badge"]
    answer = told(post(phone, body(dock, "receive", "some-strange-code")))
    assert commands(answer["screen"]) == ["WRONG", "UNDO"]


def test_nobodys_parcel_shows_its_number_and_who_it_may_be(dock: Dock, phone: Client) -> None:
    expected = dock.expected({dock.sku(): 1}, sender_phone_tail="4711")
    screen = told(post(phone, body(dock, "receive", "JT0003344556677")))["screen"]
    assert (screen["big"], commands(screen)) == ("JT0003344556677", ["SEAL", "NEXT"])
    screen = told(post(phone, body(dock, "receive", "4711")))["screen"]
    assert [line["code"] for line in screen["lines"]] == [expected.return_no]


def test_screen_of_a_return_called_off_meanwhile_is_nobodys(dock: Dock, phone: Client) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 1})
    post(phone, body(dock, "receive", expected.return_waybill_no))
    post(phone, body(dock, "receive", hoodie.code))
    returns.withdraw(expected.case_no, now=dock.now)
    answer = told(post(phone, body(dock, "receive", "CMD:SEAL")))
    assert (answer["code"], answer["tone"]) == ("return_gone", "stop")
    assert commands(answer["screen"])[-3:] == ["SEAL", "UNDO", "NEXT"]


def test_phone_number_is_not_kept_in_the_log(dock: Dock, phone: Client) -> None:
    post(phone, body(dock, "receive", "13800001234"))
    assert "13800001234" not in str(list(ScanLog.objects.values()))


def test_same_scan_sent_twice_counts_once(dock: Dock, phone: Client) -> None:
    hoodie = dock.sku()
    post(phone, body(dock, "receive", dock.expected({hoodie: 2}).return_waybill_no))
    scan = body(dock, "receive", hoodie.code)
    first, again = post(phone, scan), post(phone, scan)
    assert first.content == again.content
    assert shown(dock)["big"] == "1 / 2"
