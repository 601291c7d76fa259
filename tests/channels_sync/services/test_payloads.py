"""A payload in a page: its shape is there, nobody's data is."""

import json

import pytest

from channels_sync.models import RawOrder
from channels_sync.services.payloads import masked_payload
from tests.factories.channels_sync import (
    NAME,
    PHONE,
    STREET,
    HookShop,
    ImportMappingFactory,
    line_json,
    options_json,
)
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db


def shown(raw: RawOrder) -> str:
    return masked_payload(RawOrder.objects.get(pk=raw.pk))


def test_numbers_and_goods_are_shown_and_people_are_not() -> None:
    raw = HookShop().keep(buyer_note=f"{NAME} {PHONE}", lines=[line_json(title=f"礼物 {PHONE}")])
    text = shown(raw)
    for word in ('"order_id": "W-1"', '"paid_cents": 20900', '"city": "杭州市"', "HOODIE"):
        assert word in text
    for word in (NAME, PHONE, STREET, "u-1", "310000"):
        assert word not in text


def test_field_that_nobody_knows_is_masked() -> None:
    raw = HookShop().keep(gift_card_for={"who": NAME, "title": PHONE}, extra=[NAME, 13800001234])
    text = shown(raw)
    assert NAME not in text
    assert PHONE not in text


def test_payload_of_a_store_without_a_connection_is_all_stars() -> None:
    shop = HookShop()
    raw = shop.keep()
    shop.connection.delete()
    assert "HOODIE" not in shown(raw)
    assert "order_id" in shown(raw)


def test_payload_that_cannot_be_read_tells_its_size_only() -> None:
    raw = HookShop().keep()
    raw.payload = "not json at all"
    raw.save()
    assert shown(raw) == "<15 characters>"


def test_only_mapped_columns_of_a_file_are_shown() -> None:
    mapping = ImportMappingFactory.create(options=options_json())
    cells = {"Order": "F-1", "SKU": "MUG", "Phone": PHONE, "收件人": NAME, "Qty": 2, "Buyer": "b-1"}
    raw = RawOrder.objects.create(
        store=mapping.store,
        source="file",
        mapping=mapping,
        payload=json.dumps({"rows": [[2, cells]], "row_count": 1}),
        digest="0" * 64,
        received_at=NOW,
        status="received",
    )
    text = shown(raw)
    assert '"SKU": "MUG"' in text
    assert '"Qty": 2' in text
    assert PHONE not in text
    assert NAME not in text
