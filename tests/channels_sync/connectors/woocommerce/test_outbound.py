"""Parcels and refunds told to a WooCommerce shop, once each, and found again."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from channels_sync.connectors.outbound import LineUnits, MemoPush, RefundPush, ShipmentPush, Told
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.connectors.woocommerce.outbound import WooCommerceOutbound
from oms.dto import ShipmentNotice
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, listed, recorded

ORDER = recorded("orders")["response"][0]
REFUND = recorded("refunds")[0]
TOLD = recorded("telling")
NUMBER = "SF1000000000001"
NOTE = {"id": 281, "note": f"顺丰 {NUMBER}", "customer_note": True}


def push(
    *lines: tuple[str, int], waybill_no: str = NUMBER, split: bool = False, replaces: str = ""
) -> ShipmentPush:
    notice = ShipmentNotice(
        channel_order_no="727",
        carrier="sf",
        waybill_no=waybill_no,
        shipped_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        is_split=split,
    )
    units = tuple(LineUnits(channel_line_no=line, quantity=count) for line, count in lines)
    return ShipmentPush(key="k-1", package_no="P-1", notice=notice, lines=units, replaces=replaces)


def order(*lines: tuple[int, int], **changes: Any) -> dict[str, Any]:
    rows = [ORDER["line_items"][0] | {"id": line, "quantity": count} for line, count in lines]
    told: dict[str, Any] = ORDER | {"line_items": rows} | changes
    return told


def money(**changes: Any) -> RefundPush:
    told: dict[str, Any] = {
        "key": "k-2",
        "channel_order_no": "727",
        "refund_no": "RF-7",
        "amount": Decimal("59.00"),
        "currency": "CNY",
        "lines": (LineUnits(channel_line_no="315", quantity=1, amount=Decimal(59)),),
    }
    return RefundPush(**told | changes)


def test_outbound_is_registered() -> None:
    assert outbounds.get("woocommerce") is WooCommerceOutbound


def test_whole_order_is_completed_and_the_buyer_reads_the_number() -> None:
    wire = Wire(listed(), ORDER, ORDER, NOTE)
    assert wire.outbound.send(push(("315", 1))) == Told(channel_ref="281")
    assert [wire.asked(at) for at in range(4)] == [
        ("GET", "/orders/727/notes"),
        ("GET", "/orders/727"),
        ("PUT", "/orders/727"),
        ("POST", "/orders/727/notes"),
    ]
    assert wire.body(2)["status"] == TOLD["ship"]["request"]["json"]["status"]
    assert wire.body(3) == TOLD["note_request"]["json"]


def test_other_number_of_a_parcel_takes_the_place_of_the_first() -> None:
    told = json.dumps({"SF1": {"315": 1}, "SF2": {"316": 1}})
    known = order((315, 1), (316, 2), meta_data=[{"key": "_oms_parcels", "value": told}])
    wire = Wire(listed({"id": 1, "note": "顺丰 SF1"}), known, known, NOTE)
    wire.outbound.send(push(("315", 1), split=True, replaces="SF1"))
    (field,) = [one for one in wire.body(2)["meta_data"] if one["key"] == "_oms_parcels"]
    assert json.loads(field["value"]) == {"SF2": {"316": 1}, NUMBER: {"315": 1}}
    assert "status" not in wire.body(2)


def test_parcel_that_is_known_is_not_told_again() -> None:
    wire = Wire(listed({"id": 1, "note": "paid"}, NOTE))
    assert wire.outbound.send(push(("315", 1))) == Told(channel_ref="281")
    assert len(wire.requests) == 1


def test_part_of_a_number_is_another_number() -> None:
    longer = NOTE | {"note": f"顺丰 {NUMBER}9"}
    assert Wire(listed(longer)).outbound.find(push(("315", 1))) is None
    assert Wire(listed(NOTE)).outbound.find(push(("315", 1))) == Told(channel_ref="281")


def test_first_part_leaves_the_order_open_and_the_last_completes_it() -> None:
    whole = order((1, 2), (2, 1))
    wire = Wire(listed(), whole, whole, NOTE)
    wire.outbound.send(push(("1", 2), split=True))
    first = wire.body(2)
    assert "status" not in first
    (meta,) = first["meta_data"]
    assert json.loads(meta["value"]) == {NUMBER: {"1": 2}}
    begun = whole | {"meta_data": [{"id": 9, **meta}]}
    wire = Wire(listed(), begun, begun, NOTE)
    wire.outbound.send(push(("2", 1), waybill_no="SF2", split=True))
    assert wire.body(2)["status"] == "completed"


def test_units_that_were_refunded_are_not_waited_for() -> None:
    touched = order((315, 2), refunds=[{"id": 726}])
    wire = Wire(listed(), touched, listed(REFUND), touched, NOTE)
    wire.outbound.send(push(("315", 1), split=True))
    assert wire.body(3)["status"] == "completed"


def test_further_parcel_is_a_note_only() -> None:
    wire = Wire(listed(), ORDER, NOTE)
    wire.outbound.send(push())
    assert [wire.asked(at)[0] for at in range(3)] == ["GET", "GET", "POST"]


def test_fields_of_a_tracking_plugin_are_filled() -> None:
    wire = Wire(listed(), ORDER, ORDER, NOTE)
    wire.more = {"tracking_meta": "_tracking_company, _tracking_number"}
    wire.outbound.send(push(("315", 1)))
    told = {each["key"]: each["value"] for each in wire.body(2)["meta_data"]}
    assert (told["_tracking_company"], told["_tracking_number"]) == ("sf", NUMBER)


@pytest.mark.parametrize("word", ["cancelled", "failed", "refunded", "trash"])
def test_order_that_is_over_is_not_raised_by_a_parcel(word: str) -> None:
    wire = Wire(listed(), ORDER | {"status": word})
    assert caught(lambda: wire.outbound.send(push(("315", 1)))).code == "local:order_gone"
    assert len(wire.requests) == 2


def test_refund_moves_money_and_carries_our_number() -> None:
    made = REFUND | {"refunded_payment": True}
    wire = Wire(listed(), made)
    assert wire.outbound.send(money()) == Told(channel_ref="727-726")
    assert wire.asked() == ("POST", "/orders/727/refunds")
    assert wire.body() == {
        "amount": "59.00",
        "reason": "OMS RF-7",
        "api_refund": True,
        "api_restock": False,
        "line_items": [{"id": 315, "quantity": 1, "refund_total": "59.00"}],
    }


def test_refund_that_is_there_is_not_paid_twice() -> None:
    ours = REFUND | {"reason": "OMS RF-7 破损", "refunded_payment": True}
    wire = Wire(listed(REFUND, ours))
    assert wire.outbound.send(money()) == Told(channel_ref="727-726")
    assert len(wire.requests) == 1
    assert Wire(listed(ours)).outbound.find(money(refund_no="RF-70")) is None


def test_refund_without_money_is_said_to_be_none() -> None:
    found = Wire(listed(REFUND | {"reason": "OMS RF-7"})).outbound.find(money())
    assert found is not None
    assert found.refused


def test_gateway_without_refunds_is_a_persons_business() -> None:
    no = {"code": "woocommerce_rest_cannot_create_order_refund", "message": "no refunds here"}
    wire = Wire(listed(), httpx.Response(400, json=no))
    assert caught(lambda: wire.outbound.send(money())).kind is ErrorKind.FATAL


def test_what_it_has_no_words_for_is_refused() -> None:
    memo = MemoPush(key="k", channel_order_no="727", memo="x")
    assert caught(lambda: Wire().outbound.send(memo)).code == "local:not_taken"
    assert caught(lambda: Wire().outbound.find(memo)).code == "local:not_taken"
