"""What the buttons do: they ask first, act by POST alone, through the service, and say so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from oms.models import CallLog, Shipment
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.admin import rows
from tests.warehouse.admin.test_rights import in_office
from tests.warehouse.services.books import in_bin
from tests.warehouse.services.carrier_bench import account_at, simulated_sf
from tests.warehouse.simulator.bench import Bench
from warehouse.models import BinStock, CarrierAccount, WarehouseSetting, Wave, Waybill
from warehouse.services.waybills.labelling import label_parcel

YES = {"confirmed": "yes"}


@pytest.fixture
def floor(db: None) -> Floor:
    return Floor()


@pytest.fixture
def manager(floor: Floor) -> Client:
    return in_office(floor, "warehouse_manager")


@pytest.fixture
def sf(tmp_path: Path) -> Iterator[Bench]:
    with simulated_sf(tmp_path) as bench:
        yield bench


def button(model: str, action: str, pk: object = None) -> str:
    name = f"admin:warehouse_{model}_{action}"
    return reverse(name, args=[pk] if pk else [])


def test_waves_are_planned_after_a_preview(floor: Floor, manager: Client) -> None:
    document = floor.document({floor.goods(5): 1})
    page = manager.get(button("wave", "plan"))
    assert document.fulfillment_no in page.content.decode()
    assert not Wave.objects.exists()
    manager.post(button("wave", "plan"), YES)
    assert Wave.objects.get().status == "planned"


def test_preview_says_what_cannot_go_and_why(floor: Floor, manager: Client) -> None:
    document = floor.document({floor.goods(5, shelf=floor.tote()): 1})
    page = manager.get(button("wave", "plan"))
    assert [name.split(" · ")[1] for name, _why in page.context["question"].wont] == [
        document.fulfillment_no
    ]


def test_wave_is_started_and_given_up(floor: Floor, manager: Client) -> None:
    wave = rows.wave(floor)
    manager.get(button("wave", "start", wave.pk))
    assert Wave.objects.get().status == "planned"
    manager.post(button("wave", "start", wave.pk), YES)
    assert Wave.objects.get().status == "started"
    manager.post(button("wave", "give_up", wave.pk), YES)
    assert Wave.objects.get().status == "cancelled"


def test_floor_staff_and_foreigners_start_nothing(floor: Floor) -> None:
    wave = rows.wave(floor)
    for client in (in_office(floor, "warehouse_staff"), in_office(Floor(), "warehouse_manager")):
        for action in ("start", "give_up"):
            assert client.post(button("wave", action, wave.pk), YES).status_code in (302, 403)
    assert Wave.objects.get().status == "planned"


def test_count_books_the_difference(floor: Floor, manager: Client) -> None:
    shelf = floor.shelf()
    sku = floor.goods(10, shelf=shelf)
    row = BinStock.objects.get(sku=sku)
    manager.post(button("binstock", "count_bin", row.pk), {**YES, "counted": "7", "note": "x"})
    assert in_bin(shelf, sku) == 7


def test_refused_count_is_told(floor: Floor, manager: Client) -> None:
    sku = floor.goods(10)
    floor.document({sku: 8})
    row = BinStock.objects.get(sku=sku)
    answer = manager.post(
        button("binstock", "count_bin", row.pk), {**YES, "counted": "2"}, follow=True
    )
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    row.refresh_from_db()
    assert row.quantity == 10


@pytest.mark.parametrize("counted", ["", "-1", "x"])
def test_nonsense_is_not_counted(floor: Floor, manager: Client, counted: str) -> None:
    row = BinStock.objects.get(sku=floor.goods(10))
    page = manager.post(button("binstock", "count_bin", row.pk), {**YES, "counted": counted})
    assert page.context["question"].form.errors
    row.refresh_from_db()
    assert row.quantity == 10


def test_waybill_is_asked_for_again_and_voided(floor: Floor, sf: Bench) -> None:
    client = in_office(floor, "warehouse_staff")
    account_at(sf, floor.warehouse, monthly_card="0000000000")
    floor.packed({floor.goods(5): 1})
    failed = label_parcel(Shipment.objects.get().pk, actor=floor.worker, now=NOW)
    assert failed.status == "failed"
    CarrierAccount.objects.update(monthly_card="")
    client.post(button("waybill", "ask_again", failed.pk), YES)
    assert Waybill.objects.get().status == "issued"
    client.post(button("waybill", "void", failed.pk), YES)
    assert Waybill.objects.get().status == "issued"  # no reason, no void
    client.post(button("waybill", "void", failed.pk), {**YES, "reason": "other carrier"})
    assert Waybill.objects.get().status == "voiding"
    client.post(button("waybill", "ask_again", failed.pk), YES)
    assert Waybill.objects.get().status == "voided"


def account_form(floor: Floor, **changed: object) -> dict[str, object]:
    return {
        "name": "SF",
        "issuer": "carrier",
        "carrier": "sf",
        "warehouse": floor.warehouse.pk,
        "store": "",
        "product": "2",
        "monthly_card": "",
        "sign_mode": "",
        "base_url": "",
        "priority": 100,
        "is_active": "on",
        "credential_partner_id": "PARTNER",
        "credential_checkword": "top-secret",
        "credential_call_courier": "0",
        "credential_label_size": "76130",
        **changed,
    }


def test_account_is_set_up_and_its_secret_never_shown(floor: Floor, manager: Client) -> None:
    answer = manager.post(reverse("admin:warehouse_carrieraccount_add"), account_form(floor))
    assert answer.status_code == 302
    account = CarrierAccount.objects.get()
    assert account.credentials["checkword"] == "top-secret"
    page = manager.get(reverse("admin:warehouse_carrieraccount_change", args=[account.pk]))
    assert "top-secret" not in page.content.decode()
    assert "PARTNER" in page.content.decode()


def test_empty_secret_keeps_the_one_that_is_there(floor: Floor, manager: Client) -> None:
    manager.post(reverse("admin:warehouse_carrieraccount_add"), account_form(floor))
    account = CarrierAccount.objects.get()
    change = reverse("admin:warehouse_carrieraccount_change", args=[account.pk])
    manager.post(change, account_form(floor, credential_checkword="", name="SF 2"))
    account.refresh_from_db()
    assert (account.name, account.credentials["checkword"]) == ("SF 2", "top-secret")


@pytest.mark.parametrize(
    "changed",
    [
        {"credential_checkword": ""},
        {"credential_partner_id": ""},
        {"warehouse": ""},
        {"carrier": "pigeon"},
        {"carrier": "zto"},
        {"issuer": "platform"},
        {"base_url": "http://evil.example.com"},
        {"base_url": "http://127.0.0.1.evil.example.com/"},
        {"base_url": "file:///etc/passwd"},
    ],
)
def test_incomplete_account_is_refused(
    floor: Floor, manager: Client, changed: dict[str, object]
) -> None:
    form = account_form(floor, **changed)
    page = manager.post(reverse("admin:warehouse_carrieraccount_add"), form)
    assert page.status_code == 200
    assert not CarrierAccount.objects.exists()


def test_account_of_a_foreign_warehouse_is_refused(floor: Floor, manager: Client) -> None:
    form = account_form(floor, warehouse=Floor().warehouse.pk)
    manager.post(reverse("admin:warehouse_carrieraccount_add"), form)
    assert not CarrierAccount.objects.exists()


def test_account_is_tried_out(floor: Floor, manager: Client, sf: Bench) -> None:
    account = account_at(sf, floor.warehouse)
    address = button("carrieraccount", "try_out", account.pk)
    assert manager.get(address).status_code == 200
    assert not CallLog.objects.exists()
    good = manager.post(address, YES, follow=True)
    assert [message.level_tag for message in good.context["messages"]] == ["success"]
    account.credentials = {**account.credentials, "checkword": "wrong"}
    account.save()
    bad = manager.post(address, YES, follow=True)
    assert [message.level_tag for message in bad.context["messages"]] == ["error"]


def test_setting_is_changed(floor: Floor, manager: Client) -> None:
    row = WarehouseSetting.objects.get()
    form = {
        "wave_wait_minutes": 9,
        "wave_documents": 30,
        "cart_slots": 6,
        "cart_lines": 20,
        "cart_weight_g": 0,
        "cart_volume_l": 0,
    }
    manager.post(reverse("admin:warehouse_warehousesetting_change", args=[row.pk]), form)
    row.refresh_from_db()
    assert (row.wave_wait_minutes, row.auto_waves, row.cart_slots) == (9, False, 6)
