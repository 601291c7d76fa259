"""Whole numbers of units, told to a shop of one's own by its SKU codes, and read back."""

from dataclasses import replace

import httpx
import pytest

from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.stocking_installed import stock_takers
from channels_sync.connectors.webhook import signing
from channels_sync.connectors.webhook.stock import WebhookStock
from oms.integration.errors import ErrorKind, IntegrationError

from .shop_wire import ADDRESS, SECRET, SECRET_BEFORE, ShopWire, Step, is_signed_by, reply, says_no

TEE = ListingRef(channel_product_id="TEE-1", merchant_code="TEE-1")
CUP = ListingRef(channel_product_id="杯/1")
OFFER = Offer(key="stock-7-5", listing=TEE, quantity=37, version=5)
OF_CUPS = replace(OFFER, key="stock-8-2", listing=CUP, quantity=0, version=2)


def test_stock_taker_is_registered() -> None:
    assert stock_takers.get("webhook") is WebhookStock


# --- set -----------------------------------------------------------------------------------


def test_number_is_told_with_its_version_and_key() -> None:
    wire = ShopWire(reply())
    assert wire.stock.set_stock([OFFER]) == {}
    (request,) = wire.requests
    assert (request.method, str(request.url)) == ("POST", f"{ADDRESS}/stock")
    assert wire.body() == {"sku_code": "TEE-1", "quantity": 37, "version": 5}
    assert request.headers[signing.EVENT_ID_HEADER] == "stock-7-5"
    assert is_signed_by(request, SECRET)


def test_listing_without_a_code_goes_by_its_number() -> None:
    wire = ShopWire(reply(), reply())
    wire.stock.set_stock([OFFER, OF_CUPS])
    assert wire.body() == {"sku_code": "杯/1", "quantity": 0, "version": 2}


def test_old_version_is_done_too() -> None:
    assert ShopWire(reply(duplicate=True)).stock.set_stock([OFFER]) == {}


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_refused_number_stops_no_other(status: int) -> None:
    wire = ShopWire(says_no(status, text="没有这个商品"), reply())
    refused = wire.stock.set_stock([OFFER, OF_CUPS])
    assert [(key, error.message) for key, error in refused.items()] == [
        ("stock-7-5", "没有这个商品")
    ]
    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (says_no(401), ErrorKind.REAUTHORIZE),
        (says_no(403), ErrorKind.REAUTHORIZE),
        (says_no(429), ErrorKind.THROTTLE),
        (says_no(500), ErrorKind.RETRY),
        (httpx.Response(200, json={"ok": True}), ErrorKind.RETRY),
        (httpx.Response(200, content=b"<html>"), ErrorKind.RETRY),
    ],
)
def test_trouble_of_the_line_stops_the_whole_call(step: Step, kind: ErrorKind) -> None:
    wire = ShopWire(step, reply())
    with pytest.raises(IntegrationError) as caught:
        wire.stock.set_stock([OFFER, OF_CUPS])
    assert caught.value.kind is kind
    assert len(wire.requests) == 1


def test_secret_before_is_tried_while_the_shop_changes_over() -> None:
    wire = ShopWire(says_no(401), reply(), before=SECRET_BEFORE)
    assert wire.stock.set_stock([OFFER]) == {}
    assert is_signed_by(wire.requests[1], SECRET_BEFORE)


def test_store_without_a_secret_tells_nothing() -> None:
    wire = ShopWire()
    wire.stock.credentials = {}
    with pytest.raises(IntegrationError) as caught:
        wire.stock.set_stock([OFFER])
    assert (caught.value.kind, wire.requests) == (ErrorKind.REAUTHORIZE, [])


# --- read back -----------------------------------------------------------------------------


def test_numbers_are_asked_for_by_signed_questions() -> None:
    known = reply(sku_code="TEE-1", quantity=36, version=5)
    wire = ShopWire(known, says_no(404, error="unknown"))
    assert wire.stock.read_stock([TEE, CUP]) == {TEE: 36}
    assert [request.method for request in wire.requests] == ["GET", "GET"]
    assert wire.requests[0].url.path.endswith("/stock/TEE-1")
    assert wire.requests[1].url.raw_path.endswith(b"/stock/%E6%9D%AF%2F1")
    assert is_signed_by(wire.requests[0], SECRET)


@pytest.mark.parametrize(
    "answer",
    [
        {"sku_code": "TEE-2", "quantity": 36},
        {"sku_code": "TEE-1", "quantity": "36"},
        {"sku_code": "TEE-1", "quantity": True},
        {"sku_code": "TEE-1"},
    ],
)
def test_answer_about_something_else_is_none(answer: dict[str, object]) -> None:
    with pytest.raises(IntegrationError, match="库存"):
        ShopWire(reply(**answer)).stock.read_stock([TEE])
