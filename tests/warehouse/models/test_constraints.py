"""What SQL can say, the database refuses by itself."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model

from tests.factories.oms import NOW, SkuFactory
from tests.factories.warehouse import CarrierAccountFactory, Floor
from tests.warehouse.admin import rows
from warehouse.models import (
    Handover,
    PackCheck,
    PackDesk,
    PickLine,
    PickSlot,
    PickTask,
    ReceiptLine,
    ReturnReceipt,
    UnclaimedParcel,
)
from warehouse.models.waybills import validate_base_url

pytestmark = pytest.mark.django_db


def picking(floor: Floor) -> PickLine:
    floor.document({floor.goods(5): 2})
    floor.waves()
    return PickLine.objects.get(slot__task=floor.claim())


def unclaimed(floor: Floor) -> UnclaimedParcel:
    return UnclaimedParcel.objects.create(
        parcel_no="UP1",
        warehouse=floor.warehouse,
        waybill_no="YT1",
        found_by=floor.worker,
        found_at=NOW,
    )


def receipt_line(floor: Floor) -> ReceiptLine:
    receipt = ReturnReceipt.objects.create(
        receipt_no="RR1", warehouse=floor.warehouse, received_by=floor.worker, received_at=NOW
    )
    return ReceiptLine.objects.create(
        receipt=receipt,
        sku=SkuFactory.create(),
        quantity=1,
        condition="good",
        bin=floor.shelf(),
    )


# name of the check -> a valid row, and changes that it refuses
CHECKS: dict[str, tuple[Callable[[Floor], Model], tuple[dict[str, object], ...]]] = {
    "bin_has_code": (rows.shelf, ({"code": ""},)),
    "bin_stock_not_negative": (rows.bin_stock, ({"quantity": -1},)),
    "bin_stock_promised_within": (
        rows.bin_stock,
        ({"promised": -1}, {"promised": F("quantity") + 1}),
    ),
    "setting_has_room": (rows.setting, ({"cart_slots": 0}, {"wave_documents": 0})),
    "pick_quantity_positive": (picking, ({"quantity": 0},)),
    "pick_in_range": (picking, ({"picked": 3}, {"put_back": 1})),
    "put_back_quantity_positive": (rows.put_back, ({"quantity": 0},)),
    "receipt_quantity_positive": (receipt_line, ({"quantity": 0},)),
    "receipt_goods_lie_somewhere": (receipt_line, ({"bin": None}, {"sku": None})),
}


@pytest.mark.parametrize("name", CHECKS)
def test_check(name: str) -> None:
    make, changes = CHECKS[name]
    row = make(Floor())
    table = type(row)._default_manager.filter(pk=row.pk)
    for change in changes:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            table.update(**change)


STATUSES: dict[str, tuple[Callable[[Floor], Model], str]] = {
    "pick_task_claimed_by_somebody": (lambda floor: _waiting(floor), "claimed"),
    "pick_done_is_whole": (picking, "picked"),
    "put_back_done_somewhere": (rows.put_back, "done"),
    "put_back_taken_by_somebody": (rows.put_back, "taken"),
    "claimed_by_a_return": (unclaimed, "claimed"),
    "issued_waybill_has_number": (rows.waybill, "issued"),
}


def _waiting(floor: Floor) -> PickTask:
    rows.wave(floor)
    return PickTask.objects.get()


@pytest.mark.parametrize("name", STATUSES)
def test_status_needs_its_facts(name: str) -> None:
    make, status = STATUSES[name]
    row = make(Floor())
    setattr_status(row, status)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save()


def setattr_status(row: Model, status: str) -> None:
    """Past the one mover, as only a mistake would."""
    vars(row)["status"] = status


def twice(row: Model, **changed: object) -> None:
    """Write a row a second time, with what must differ."""
    row.pk = None
    row._state.adding = True
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(force_insert=True)


UNIQUE: dict[str, tuple[Callable[[Floor], Model], dict[str, object]]] = {
    "bin": (rows.shelf, {}),
    "bin stock": (rows.bin_stock, {}),
    "setting": (rows.setting, {}),
    "wave number": (rows.wave, {}),
    "account": (rows.account, {}),
    "scan key": (rows.scan, {}),
    "live waybill": (rows.waybill, {"attempt": 2, "client_order_id": "other"}),
    "waybill attempt": (rows.waybill, {"client_order_id": "other"}),
    "number of ours": (rows.waybill, {"attempt": 2}),
    "open hand-over": (rows.handover, {}),
    "unclaimed parcel": (unclaimed, {"parcel_no": "UP2"}),
    "document on one cart": (lambda floor: picking(floor).slot, {"position": 2}),
}


@pytest.mark.parametrize("name", UNIQUE)
def test_there_is_one(name: str) -> None:
    make, changed = UNIQUE[name]
    row = make(Floor())
    with pytest.raises(IntegrityError), transaction.atomic():
        twice(row, **changed)


def test_packer_has_one_table_and_a_document_one_check() -> None:
    floor = Floor()
    document = floor.document({floor.goods(5): 1})
    PackDesk.objects.create(user=floor.worker, warehouse=floor.warehouse)
    with pytest.raises(IntegrityError), transaction.atomic():
        PackDesk.objects.create(user=floor.worker, warehouse=floor.warehouse)
    PackCheck.objects.create(fulfillment=document, checked_by=floor.worker, started_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PackCheck.objects.create(fulfillment=document, checked_by=floor.manager, started_at=NOW)


def test_closed_places_and_hand_overs_may_be_many() -> None:
    floor = Floor()
    slot = picking(floor).slot
    PickSlot.objects.filter(pk=slot.pk).update(closed_at=NOW)
    twice(slot, position=2)
    done = rows.handover(floor)
    Handover.objects.filter(pk=done.pk).update(closed_at=NOW)
    twice(done)


def test_account_belongs_to_somebody() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CarrierAccountFactory.create(warehouse=None)


def test_personal_and_secret_columns_are_unreadable_in_the_database() -> None:
    floor = Floor()
    row = rows.waybill(floor)
    row.label = {"route": None, "raw": {"name": "陈一鸣"}}
    row.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT label FROM warehouse_waybill")
        assert "陈一鸣".encode() not in bytes(cursor.fetchone()[0])
        cursor.execute("SELECT credentials FROM warehouse_carrieraccount")
        assert b"simulator-checkword" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "address", ["", "x", "http://example.com", "ftp://127.0.0.1", "https://user:pw@example.com"]
)
def test_service_address_is_https_or_this_machine(address: str) -> None:
    with pytest.raises(ValidationError):
        validate_base_url(address)
    validate_base_url("https://bspgw.sf-express.com/std/service")
    validate_base_url("http://127.0.0.1:9102/sf/std/service")
