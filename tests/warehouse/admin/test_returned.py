"""The back office of the dock: whose a parcel is, what came, and the queues."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from oms.models import Condition, ExpectedReturn
from oms.services import returns
from tests.factories.aftersales import photo
from tests.factories.returned import Dock
from tests.warehouse.admin.test_rights import in_office
from tests.warehouse.mobile.phone import signed_in
from tests.warehouse.mobile.test_return_photos import send
from warehouse.models import UnclaimedParcel

YES = {"confirmed": "yes"}


@pytest.fixture
def dock(db: None) -> Dock:
    made = Dock()
    made.place()
    return made


@pytest.fixture
def manager(dock: Dock) -> Client:
    return in_office(dock, "warehouse_manager")


def nobodys(dock: Dock, *codes: str) -> UnclaimedParcel:
    dock.receive("JT0003344556677", *codes, "CMD:SEAL")
    return UnclaimedParcel.objects.get()


def button(action: str, parcel: UnclaimedParcel) -> str:
    return reverse(f"admin:warehouse_unclaimedparcel_{action}", args=[parcel.pk])


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_match_offers_what_fits_best_and_takes_it(dock: Dock, manager: Client) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 1}, sender_phone_tail="4711")
    parcel = nobodys(dock, "4711", hoodie.code)
    page = manager.get(button("match", parcel))
    assert page.context["question"].suggestions == [expected.return_no]
    parcel.refresh_from_db()
    assert parcel.status == "open"
    manager.post(button("match", parcel), {**YES, "number": expected.case_no})
    parcel.refresh_from_db()
    assert (parcel.status, parcel.expected_return) == ("claimed", expected)


@pytest.mark.parametrize("number", ["AS-NONE", "4711", ""])
def test_what_fits_none_or_several_matches_nothing(
    dock: Dock, manager: Client, number: str
) -> None:
    for _ in range(2):
        dock.expected({dock.sku(): 1}, sender_phone_tail="4711")
    parcel = nobodys(dock)
    manager.post(button("match", parcel), {**YES, "number": number})
    parcel.refresh_from_db()
    assert parcel.status == "open"


def test_phone_of_one_return_is_enough(dock: Dock, manager: Client) -> None:
    expected = dock.expected({dock.sku(): 1}, sender_phone_tail="4711")
    parcel = nobodys(dock)
    manager.post(button("match", parcel), {**YES, "number": "4711"})
    parcel.refresh_from_db()
    assert parcel.expected_return == expected


def test_writing_off_asks_for_a_reason_and_is_not_for_everybody(
    dock: Dock, manager: Client
) -> None:
    parcel = nobodys(dock)
    staff = in_office(dock, "warehouse_staff")
    staff.post(button("give_up", parcel), {**YES, "reason": "x"})
    manager.post(button("give_up", parcel), YES)
    parcel.refresh_from_db()
    assert parcel.status == "open"
    manager.post(button("give_up", parcel), {**YES, "reason": "90 天无人认领"})
    parcel.refresh_from_db()
    assert parcel.status == "written_off"


def test_page_of_a_parcel_shows_contents_photos_and_whose_it_may_be(
    dock: Dock, manager: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    hoodie = dock.sku(name="灰色卫衣")
    expected = dock.expected({hoodie: 1})
    dock.receive("JT0003344556677", hoodie.code)
    send(dock, signed_in(dock.worker), photo())
    dock.receive("CMD:SEAL")
    parcel = UnclaimedParcel.objects.get()
    url = reverse("admin:warehouse_unclaimedparcel_change", args=[parcel.pk])
    text = text_of(manager, url)
    assert "灰色卫衣" in text
    assert expected.return_no in text
    assert "/wh/photos/" in text


def queue(client: Client, name: str) -> set[str]:
    url = reverse("admin:oms_expectedreturn_changelist")
    response = client.get(url, {"queue": name})
    assert response.status_code == 200
    return {row.return_no for row in response.context["cl"].result_list}


def test_queues_of_the_dock(dock: Dock, manager: Client) -> None:
    hoodie, socks = dock.sku(), dock.sku()
    coming = dock.expected({hoodie: 1})
    unsent = dock.expected({hoodie: 1}, return_waybill_no="")
    gone = dock.expected({hoodie: 1})
    returns.withdraw(gone.case_no, now=dock.now)
    parcel = dock.shipped({socks: 1})
    dock.receive(str(parcel.waybill_no), socks.code, "CMD:SEAL")
    own = ExpectedReturn.objects.get(shipment=parcel)
    assert queue(manager, "coming") == {coming.return_no}
    assert queue(manager, "unsent") == {unsent.return_no}
    assert queue(manager, "caseless") == {own.return_no}
    assert queue(manager, "nonsense") == set(
        ExpectedReturn.objects.values_list("return_no", flat=True)
    )


def test_what_came_is_shown_by_condition(dock: Dock, manager: Client) -> None:
    hoodie, other = dock.sku(), dock.sku()
    expected = dock.expected({hoodie: 1})
    codes = (hoodie.code, "CMD:DEFECTIVE", other.code, "CMD:WRONG", "CMD:SEAL")
    dock.receive(expected.return_waybill_no, *codes)
    text = text_of(manager, reverse("admin:oms_expectedreturn_change", args=[expected.pk]))
    assert other.code in text
    assert f"{Condition.DEFECTIVE.label} 1" in text
    assert f"{Condition.QUARANTINE.label} 1" in text
