"""What the shop answers when it is told something; spoken to by the system's own connector."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from channels_sync.connectors.outbound import (
    LineUnits,
    Push,
    RefundPush,
    ReturnAnswer,
    ShipmentPush,
    Told,
)
from channels_sync.connectors.webhook import signing
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.settings import SECRET, SECRET_BEFORE
from oms.dto import ShipmentNotice
from oms.integration.errors import ErrorKind, IntegrationError

from .bench import NOW, Bench


@pytest.fixture
def order(bench: Bench) -> dict[str, Any]:
    return bench.order()


def shipment(order: dict[str, Any], *, quantity: int = 2, key: str = "ship-1") -> ShipmentPush:
    notice = ShipmentNotice(
        channel_order_no=order["order_id"],
        carrier="sf",
        waybill_no="SF7444000000001",
        shipped_at=NOW,
    )
    lines = (LineUnits(channel_line_no="1", quantity=quantity),)
    return ShipmentPush(key=key, package_no="PK1", notice=notice, lines=lines)


def refund(order: dict[str, Any], *, amount: str = "20.00") -> RefundPush:
    return RefundPush(
        key="refund-RF1",
        channel_order_no=order["order_id"],
        refund_no="RF1",
        amount=Decimal(amount),
        currency="CNY",
    )


def answer(order: dict[str, Any]) -> ReturnAnswer:
    return ReturnAnswer(
        key="agree-AS1",
        channel_order_no=order["order_id"],
        channel_refund_no="R-7",
        case_no="AS1",
        is_agreed=True,
    )


def every_push(order: dict[str, Any]) -> list[Push]:
    return [shipment(order), refund(order), answer(order)]


def status(bench: Bench, order: dict[str, Any]) -> str:
    known = bench.simulator.store.order(order["order_id"])
    assert known is not None
    return str(known["status"])


def test_everything_told_is_known_afterwards(bench: Bench, order: dict[str, Any]) -> None:
    outbound = bench.outbound()
    for push in every_push(order):
        assert outbound.find(push) is None
        told = outbound.send(push)
        assert told.is_final
        assert outbound.find(push) == told
    assert len(bench.simulator.store.news()) == 3


def test_whole_parcel_ships_the_order(bench: Bench, order: dict[str, Any]) -> None:
    bench.outbound().send(shipment(order))
    assert status(bench, order) == "shipped"


def test_parts_ship_it_together(bench: Bench, order: dict[str, Any]) -> None:
    bench.outbound().send(shipment(order, quantity=1))
    assert status(bench, order) == "partially_shipped"
    bench.outbound().send(shipment(order, quantity=1, key="ship-2"))
    assert status(bench, order) == "shipped"


def test_refund_told_twice_is_paid_once(bench: Bench, order: dict[str, Any]) -> None:
    first = bench.outbound().send(refund(order))
    assert bench.outbound().send(refund(order)) == first
    assert [news.number for news in bench.simulator.store.news()] == ["RF1"]


@pytest.mark.parametrize("secret", [SECRET, SECRET_BEFORE])
def test_both_active_keys_are_taken(bench: Bench, order: dict[str, Any], secret: str) -> None:
    assert bench.outbound(secret=secret).send(shipment(order)) == Told(channel_ref="ship-1")


def refusal(bench: Bench, push: Push, **options: Any) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        bench.outbound(**options).send(push)
    return caught.value


def test_wrong_key_is_refused(bench: Bench, order: dict[str, Any]) -> None:
    error = refusal(bench, shipment(order), secret="a-stranger")
    assert (error.kind, error.message) == (ErrorKind.REAUTHORIZE, "签名不正确")
    assert bench.simulator.store.news() == []


def test_old_message_is_refused(bench: Bench, order: dict[str, Any]) -> None:
    outbound = bench.outbound()
    outbound.clock = lambda: NOW.replace(hour=7)
    with pytest.raises(IntegrationError, match="时间戳"):
        outbound.send(shipment(order))


def test_replayed_message_is_refused(bench: Bench) -> None:
    path = "/shops/demo-shop/refunds/RF1"
    stamp = str(int(NOW.timestamp()))
    signed = {"method": "GET", "path": path, "timestamp": stamp, "nonce": "n-1", "body": b""}
    headers = {
        signing.TIMESTAMP_HEADER: stamp,
        signing.NONCE_HEADER: "n-1",
        signing.SIGNATURE_HEADER: signing.sign(SECRET, **signed),  # type: ignore[arg-type]
    }
    answers = [bench.browser.get(path, headers=headers).status_code for _time in range(2)]
    assert answers == [404, 409]


@pytest.mark.parametrize(
    ("push", "code"),
    [
        (lambda order: shipment(order, quantity=3), "http:422"),
        (lambda order: refund(order, amount="318.01"), "http:422"),
        (lambda order: shipment({**order, "order_id": "W-none"}), "http:404"),
        (
            lambda order: replace(
                shipment(order), lines=(LineUnits(channel_line_no="9", quantity=1),)
            ),
            "http:422",
        ),
    ],
)
def test_what_does_not_fit_the_order_is_refused(
    bench: Bench, order: dict[str, Any], push: Any, code: str
) -> None:
    error = refusal(bench, push(order))
    assert (error.kind, error.code) == (ErrorKind.FATAL, code)
    assert bench.simulator.store.news() == []


@pytest.mark.parametrize("body", [b"no", b"[]", b'{"order_id": 1}'])
def test_nonsense_is_refused(bench: Bench, order: dict[str, Any], body: bytes) -> None:
    path = "/shops/demo-shop/shipments"
    stamp, nonce = str(int(NOW.timestamp())), "n-2"
    signature = signing.sign(
        SECRET, method="POST", path=path, timestamp=stamp, nonce=nonce, body=body
    )
    headers = {
        signing.TIMESTAMP_HEADER: stamp,
        signing.NONCE_HEADER: nonce,
        signing.SIGNATURE_HEADER: signature,
    }
    assert bench.browser.post(path, content=body, headers=headers).status_code in (400, 404, 422)


def test_other_addresses_do_not_exist(bench: Bench) -> None:
    for path in ("/shops/other/shipments", "/shops/demo-shop/prices", "/shops", "/favicon.ico"):
        assert bench.browser.post(path).status_code == 404


# --- faults --------------------------------------------------------------------------------

UNDONE = (FaultKind.SERVER_ERROR, FaultKind.DROP_BEFORE)
DONE = (FaultKind.DROP_AFTER, FaultKind.MALFORMED)


@pytest.mark.parametrize("kind", [*UNDONE, *DONE])
def test_broken_answer_leaves_it_open_and_a_question_settles_it(
    bench: Bench, order: dict[str, Any], kind: FaultKind
) -> None:
    bench.plan(kind, "refunds")
    error = refusal(bench, refund(order))
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, True)
    assert (bench.outbound().find(refund(order)) is not None) is (kind in DONE)


def test_slow_answer_leaves_it_open(bench: Bench, order: dict[str, Any]) -> None:
    bench.plan(FaultKind.DELAY, "refunds", seconds=5)
    error = refusal(bench, refund(order), read_timeout=0.2)
    bench.closing.set()
    assert error.outcome_unknown
    assert bench.outbound().find(refund(order)) is not None


def test_throttled_call_tells_when_to_come_back(bench: Bench, order: dict[str, Any]) -> None:
    bench.plan(FaultKind.THROTTLE, "shipments", seconds=7)
    error = refusal(bench, shipment(order))
    assert error.kind is ErrorKind.THROTTLE
    assert error.retry_after is not None
    assert error.retry_after.total_seconds() == 7
    assert bench.outbound().find(shipment(order)) is None


def test_refused_call(bench: Bench, order: dict[str, Any]) -> None:
    bench.plan(FaultKind.REFUSE, "shipments")
    error = refusal(bench, shipment(order))
    assert (error.kind, error.message) == (ErrorKind.FATAL, "店铺拒绝了这个请求")


def test_fault_of_answers_does_not_spoil_messages(bench: Bench) -> None:
    bench.plan(FaultKind.SERVER_ERROR)
    bench.order()
    assert bench.states() == ["delivered"]
    with pytest.raises(httpx.HTTPStatusError):
        bench.browser.get("/shops/demo-shop/refunds/1").raise_for_status()
    assert bench.simulator.faults.planned() == []
