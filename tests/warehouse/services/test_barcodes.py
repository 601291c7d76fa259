from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.models import ExpectedReturn, Shipment
from oms.registries import BarcodeKind, BarcodeMatch, barcode_kinds
from tests.factories.oms import NOW, BarcodeFactory, SkuFactory, UserFactory
from tests.factories.warehouse import Floor
from warehouse.services.barcodes import LONGEST, Command, clean, read, spellings
from warehouse.services.code_kinds import OURS, find


def kinds(floor: Floor, code: str) -> set[str]:
    found = read(code, user=floor.worker, warehouse_id=floor.warehouse.pk)
    return {match.kind for match in found.matches}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("  A-01  ", "A-01"),
        ("]C1SF1234567890123", "SF1234567890123"),
        ("]E06901234567892\r\n", "6901234567892"),
        ("A\x00B\u200bC", "ABC"),
        ("\ud800x", "?x"),
        ("x" * 500, "x" * LONGEST),
        ("\t", ""),
    ],
)
def test_code_is_what_was_printed(raw: str, code: str) -> None:
    assert clean(raw) == code


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_made_storable(raw: str) -> None:
    code = clean(raw)
    assert len(code) <= LONGEST
    assert "\x00" not in code
    code.encode()


def test_article_number_is_known_in_every_spelling() -> None:
    assert "6901234567892" in spellings("06901234567892")
    assert "0012345678905" in spellings("012345678905")
    assert "6901234567892" in spellings("0106901234567892\x1d10LOT7")
    assert "6901234567892" in spellings("(01)06901234567892(10)LOT7")


def test_everything_is_resolved_by_one_function(floor: Floor) -> None:
    sku = SkuFactory.create()
    BarcodeFactory.create(sku=sku, code="6901234567892")
    shelf, tote = floor.shelf("B-07"), floor.tote("T-9")
    document = floor.packed({floor.goods(4): 1})
    parcel = Shipment.objects.get()
    Shipment.objects.update(waybill_no="SF0000000000001")
    ExpectedReturn.objects.create(
        return_no="RT1",
        case_no="AS1",
        store=floor.store,
        warehouse=floor.warehouse,
        return_waybill_no="YT9",
        created_at=NOW,
    )
    UserFactory.create(badge_no="B-0001")
    for code, kind in (
        (sku.code, "sku"),
        ("6901234567892", "sku"),
        ("]C106901234567892", "sku"),
        (shelf.code, "bin"),
        ("b-07", "bin"),
        (tote.code, "bin"),
        (document.fulfillment_no, "document"),
        (parcel.package_no, "package"),
        ("SF0000000000001", "waybill"),
        ("AS1", "return"),
        ("RT1", "return"),
        ("YT9", "return"),
        ("B-0001", "staff"),
    ):
        assert kinds(floor, code) == {kind}, code
    assert kinds(floor, "nothing") == set()


def test_other_warehouses_are_unknown(floor: Floor) -> None:
    other = Floor()
    other.shelf("Z-1")
    document = other.packed({other.goods(4): 1})
    parcel = Shipment.objects.get()
    for code in ("Z-1", document.fulfillment_no, parcel.package_no):
        assert kinds(floor, code) == set()


def test_same_bin_code_of_another_warehouse_is_not_meant(floor: Floor) -> None:
    Floor().shelf("A-1")
    own = floor.shelf("A-1")
    found = read("A-1", user=floor.worker, warehouse_id=floor.warehouse.pk)
    assert found.id_of("bin") == own.pk


def test_commands_are_no_goods(floor: Floor) -> None:
    found = read("cmd:skip", user=floor.worker, warehouse_id=floor.warehouse.pk)
    assert (found.command, found.kind, found.matches) == (Command.SKIP, "command", ())
    assert read("CMD:NO", user=floor.worker, warehouse_id=floor.warehouse.pk).command is None


def test_other_apps_contribute_their_codes(floor: Floor) -> None:
    kind = BarcodeKind("cage", "cage", lambda _user, code: BarcodeMatch("cage", 7, code))
    barcode_kinds.register(kind)
    try:
        assert kinds(floor, "CAGE-7") == {"cage"}
    finally:
        barcode_kinds.unregister("cage")


def test_all_kinds_are_asked_by_one_query(
    floor: Floor, django_assert_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    shelf = floor.shelf("B-07")
    SkuFactory.create(code="B-07")
    UserFactory.create(badge_no="B-07", last_name="陈", first_name="一鸣")
    with django_assert_num_queries(1):
        matches = find(["B-07"], kinds=OURS, warehouse_ids=[floor.warehouse.pk])
    assert [(match.kind, match.text) for match in matches][::2] == [
        ("bin", "B-07"),
        ("staff", "陈一鸣"),
    ]
    assert matches[0].id == shelf.pk


def test_newest_parcel_of_a_waybill_is_meant_and_a_barcode_goes_before_a_code(floor: Floor) -> None:
    known = SkuFactory.create(code="6901234567892")
    meant = SkuFactory.create()
    BarcodeFactory.create(sku=meant, code=known.code)
    floor.packed({floor.goods(4): 1})
    floor.packed({floor.goods(4): 1})
    newest = Shipment.objects.latest("pk")
    # The number of one carrier may be that of another.
    Shipment.objects.filter(pk=newest.pk).update(carrier="zto")
    Shipment.objects.update(waybill_no="SF1")
    place = [floor.warehouse.pk]
    assert [match.id for match in find([known.code], kinds=OURS, warehouse_ids=place)] == [meant.pk]
    assert [match.id for match in find(["SF1"], kinds=OURS, warehouse_ids=place)] == [newest.pk]
