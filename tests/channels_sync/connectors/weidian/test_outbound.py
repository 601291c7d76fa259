"""Parcels and answers told to Weidian, once each, and found again on the order."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_sync.connectors.outbound import (
    LineUnits,
    MemoPush,
    ReturnAddress,
    ReturnAnswer,
    ShipmentPush,
    Told,
)
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.connectors.weidian.outbound import WeidianOutbound
from oms.dto import ShipmentNotice
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, done, recorded, refused

ORDER = recorded("order")["result"]
ASKED = recorded("order_refunding")["result"]
SHIPPED = recorded("shipped")
NUMBER, LINE = "SF1000000000001", "900000000001"
REFUND = "800000000000002-RF800000001"


def push(*lines: str, carrier: str = "sf", split: bool = False, replaces: str = "") -> ShipmentPush:
    notice = ShipmentNotice(
        channel_order_no="800000000000001",
        carrier=carrier,
        waybill_no=NUMBER,
        shipped_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        is_split=split,
    )
    units = tuple(LineUnits(channel_line_no=line, quantity=1) for line in lines)
    return ShipmentPush(key="k-1", package_no="P-1", notice=notice, lines=units, replaces=replaces)


def order(*items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    rows = [deepcopy(ORDER["items"][0]) | item for item in items or ({},)]
    return done(deepcopy(ORDER) | {"items": rows} | changes)


def answer(
    *, agreed: bool = True, number: str = REFUND, to: ReturnAddress | None = None
) -> ReturnAnswer:
    return ReturnAnswer(
        key="k-2",
        channel_order_no="800000000000002",
        channel_refund_no=number,
        case_no="C-1",
        is_agreed=agreed,
        return_to=to,
    )


def test_outbound_is_registered() -> None:
    assert outbounds.get("weidian") is WeidianOutbound


def test_whole_order_is_told_as_recorded() -> None:
    wire = Wire(order(), SHIPPED["response"])
    assert wire.outbound.send(push(LINE)) == Told()
    assert wire.params() == SHIPPED["request"]["param"]
    assert wire.public()["method"] == "vdian.order.deliver"


def test_part_of_an_order_names_its_items() -> None:
    wire = Wire(order({}, {"sub_order_id": "2"}), SHIPPED["response"])
    wire.outbound.send(push("2", split=True))
    assert wire.public()["method"] == "vdian.order.deliver.split"
    assert wire.params()["item"] == [
        {"item_id": "2000000001", "item_sku_id": "3000000001", "sub_order_id": "2"}
    ]


def test_parcel_that_is_shown_is_not_told_again() -> None:
    wire = Wire(order(express_no=NUMBER, status="ship"))
    assert wire.outbound.send(push(LINE)) == Told()
    assert len(wire.requests) == 1


def test_part_that_left_is_found_where_no_number_is_shown() -> None:
    left = order({"is_delivered": "1"})
    assert Wire(left).outbound.find(push(LINE, split=True)) == Told()
    assert Wire(order()).outbound.find(push(LINE, split=True)) is None
    assert Wire(order(express_no=f"{NUMBER}9")).outbound.find(push(LINE)) is None


@pytest.mark.parametrize("lines", [(), (LINE,)])
def test_nothing_is_added_to_what_left_under_another_number(lines: tuple[str, ...]) -> None:
    gone = order({"is_delivered": "1"}, express_no="SF9", status="ship")
    assert caught(lambda: Wire(gone).outbound.send(push(*lines))).code == "local:nothing_open"


def test_number_that_was_told_is_changed() -> None:
    told = order({"is_delivered": "1"}, express_no="SF9", status="ship")
    wire = Wire(told, SHIPPED["response"])
    assert wire.outbound.send(push(LINE, replaces="SF9")) == Told()
    assert wire.public()["method"] == "vdian.order.express.modify"
    assert wire.params() == {
        "order_id": "800000000000001",
        "express_no": NUMBER,
        "express_type": "3",
    }


def test_number_that_never_arrived_is_told_like_a_first_one() -> None:
    wire = Wire(order(), SHIPPED["response"])
    wire.outbound.send(push(LINE, replaces="SF9"))
    assert wire.public()["method"] == "vdian.order.deliver"


@pytest.mark.parametrize(
    "changes", [{"express_no": "SF9", "status": "finish"}, {"express_no": "", "status": "ship"}]
)
def test_number_that_cannot_be_changed_is_for_a_person(changes: dict[str, str]) -> None:
    told = order({"is_delivered": "1"}, **changes)
    error = caught(lambda: Wire(told).outbound.send(push(LINE, replaces="SF9")))
    assert error.code == "local:nothing_open"
    assert Wire(told).outbound.find(push(LINE, replaces="SF9")) is None


LISTED = done({"common_express": [{"id": 9, "express_company": "中通速递"}]})


def test_carrier_that_the_shop_did_not_number_is_looked_up_once() -> None:
    wire = Wire(order(), LISTED, SHIPPED["response"], order(), SHIPPED["response"])
    outbound = wire.outbound
    for _parcel in range(2):
        outbound.send(push(LINE, carrier="zto"))
    assert [wire.params(at)["express_type"] for at in (2, 4)] == ["9", "9"]


def test_carrier_that_nobody_numbered_is_not_guessed() -> None:
    error = caught(lambda: Wire(order(), LISTED).outbound.send(push(LINE, carrier="yto")))
    assert error.code == "local:carrier"


def asked(kind: str) -> dict[str, Any]:
    told = deepcopy(ASKED)
    told["items"][0]["refund_info"]["refund_kind"] = kind
    return done(told | {"status": "shiped_refunding"})


@pytest.mark.parametrize(("agreed", "word"), [(True, "1"), (False, "2")])
def test_answer_is_told(agreed: bool, word: str) -> None:
    wire = Wire(done(ASKED), done(None))
    assert wire.outbound.send(answer(agreed=agreed)) == Told(channel_ref=REFUND)
    public = wire.public()
    assert (public["method"], public["version"]) == ("vdian.order.refund.accept", "1.1")
    told = wire.params()
    assert (told["refund_no"], told["is_accept"]) == ("RF800000001", word)
    assert told["refund_kind"] == "1"
    assert ("refuse_reason" in told) is not agreed


def test_no_says_our_words() -> None:
    wire = Wire(done(ASKED), done(None))
    wire.outbound.send(replace(answer(agreed=False), words="已拆封"))
    assert wire.params()["refuse_reason"] == "已拆封"


def test_yes_to_a_return_says_where_to() -> None:
    place = ReturnAddress(
        name="仓库",
        phone="020-1",
        province="广东省",
        city="广州市",
        district="白云区",
        address="1 号",
    )
    wire = Wire(asked("2"), done(None))
    wire.outbound.send(answer(to=place))
    told = wire.params()
    assert (told["refund_kind"], told["recipients"], told["telephone"]) == ("2", "仓库", "020-1")
    assert told["address"] == "广东省广州市白云区1 号"
    error = caught(lambda: Wire(asked("2")).outbound.send(answer()))
    assert error.code == "local:no_return_address"


@pytest.mark.parametrize(
    ("status", "agreed", "is_known"),
    [
        ("close", True, True),
        ("close", False, False),
        ("pay", False, True),
        ("pay", True, False),
        ("unship_refuse_refunding", False, True),
        ("shiped_refuse_refunding", True, False),
        ("unship_refunding", True, False),
        ("finish", True, False),
    ],
)
def test_answer_is_found_where_the_status_says_so(
    status: str, agreed: bool, is_known: bool
) -> None:
    wire = Wire(done(ASKED | {"status": status}))
    assert (wire.outbound.find(answer(agreed=agreed)) is not None) is is_known


def test_answered_request_is_not_answered_again() -> None:
    wire = Wire(done(ASKED | {"status": "close"}))
    assert wire.outbound.send(answer()) == Told(channel_ref=REFUND)
    assert len(wire.requests) == 1


def test_nothing_is_answered_where_nothing_waits() -> None:
    wire = Wire(done(ASKED | {"status": "finish"}))
    assert caught(lambda: wire.outbound.send(answer())).code == "local:not_its_turn"


def test_one_of_several_refunds_is_answered_by_its_number() -> None:
    items = [deepcopy(ASKED["items"][0]) for _at in range(2)]
    items[1]["refund_info"]["refund_no"] = "RF2"
    wire = Wire(done(ASKED | {"items": items}), done(None))
    wire.outbound.send(answer(number="800000000000002-RF2"))
    assert wire.params()["refund_no"] == "RF2"
    wire = Wire(done(ASKED | {"items": items}))
    missing = answer(number="800000000000002-RF3")
    assert caught(lambda: wire.outbound.send(missing)).code == "local:not_its_turn"


def test_open_refunds_are_asked_for_live() -> None:
    wire = Wire(order(), done(ASKED))
    assert wire.outbound.refunds_open(["1", "2"]) == frozenset({"2"})


def test_stale_token_is_renewed_before_the_parcel_is_told() -> None:
    wire = Wire(order(), refused(10013, "access_token"), SHIPPED["response"])
    assert wire.outbound.send(push(LINE)) == Told()
    assert wire.public()["access_token"] == "token-2"


def test_order_of_another_shape_is_no_answer() -> None:
    odd = order({"sub_order_id": ["x"], "is_delivered": "1"})
    assert caught(lambda: Wire(odd).outbound.find(push(LINE))).code == "malformed"
    assert caught(lambda: Wire(done(None)).outbound.find(push(LINE))).code == "malformed"


def test_what_it_has_no_words_for_is_refused() -> None:
    memo = MemoPush(key="k", channel_order_no="1", memo="x")
    assert caught(lambda: Wire().outbound.send(memo)).code == "local:not_taken"
    assert caught(lambda: Wire().outbound.find(memo)).code == "local:not_taken"
