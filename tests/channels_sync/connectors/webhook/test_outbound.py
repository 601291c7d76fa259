"""Each thing that a shop of one's own is told: what goes out, what comes back, what a no means."""

import httpx
import pytest

from channels_sync.connectors.outbound import MemoPush, Push, Told
from channels_sync.connectors.webhook import news, signing
from channels_sync.connectors.webhook.news import News
from oms.integration.errors import ErrorKind, IntegrationError

from .shop_wire import (
    AGREED,
    NOW,
    REFUND,
    REFUSED,
    SECRET,
    SECRET_BEFORE,
    SHIPMENT,
    ShopWire,
    Step,
    is_signed_by,
    reply,
    says_no,
)

every_push = pytest.mark.parametrize("push", [SHIPMENT, REFUND, AGREED, REFUSED])


def refusal(push: Push, *steps: Step) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        ShopWire(*steps).outbound.send(push)
    return caught.value


# --- build ---------------------------------------------------------------------------------


def test_parcel_is_built() -> None:
    assert news.body_of(SHIPMENT) == {
        "order_id": "SELF-1",
        "parcels": [
            {
                "shipment_id": "ship-PK261111-1-SO261111-1",
                "package_no": "PK261111-1",
                "carrier_code": "sf",
                "tracking_no": "SF7444496931331",
                "shipped_at": "2026-11-11T02:00:00+00:00",
                "is_split": True,
                "lines": [{"line_id": "1", "quantity": 2}],
            }
        ],
    }


def test_refund_is_built_in_cents() -> None:
    assert news.body_of(REFUND) == {
        "refund_no": "RF261111-1",
        "order_id": "SELF-1",
        "amount_cents": 1990,
        "currency": "CNY",
        "lines": [{"line_id": "1", "quantity": 1, "amount_cents": 1990}],
        "reason": "size",
    }


def test_yes_carries_the_address_and_no_carries_none() -> None:
    yes, no = news.body_of(AGREED), news.body_of(REFUSED)
    assert (yes["decision"], yes["return_address"]["city"]) == ("agree", "杭州市")
    assert (no["decision"], no["return_address"]) == ("refuse", None)
    assert yes["refund_id"] == no["refund_id"] == "R-1"


# --- call ----------------------------------------------------------------------------------


@every_push
def test_exactly_what_is_sent_is_signed(push: News) -> None:
    wire = ShopWire(reply(status="success"))
    wire.outbound.send(push)
    (request,) = wire.requests
    assert request.method == "POST"
    assert request.url.path == f"/api/oms/{news.place_of(push)}"
    assert wire.body() == news.body_of(push)
    assert is_signed_by(request, SECRET)
    assert request.headers[signing.TIMESTAMP_HEADER] == str(int(NOW.timestamp()))
    assert request.headers[signing.EVENT_ID_HEADER] == push.key


@every_push
def test_question_is_signed_too(push: News) -> None:
    wire = ShopWire(reply(status="success"))
    wire.outbound.find(push)
    (request,) = wire.requests
    assert (request.method, request.content) == ("GET", b"")
    assert request.url.path == f"/api/oms/{news.place_of(push)}/{news.number_of(push)}"
    assert is_signed_by(request, SECRET)


def test_no_nonce_is_used_twice() -> None:
    wire = ShopWire(reply(), reply())
    for _time in range(2):
        wire.outbound.send(SHIPMENT)
    assert len({request.headers[signing.NONCE_HEADER] for request in wire.requests}) == 2


def test_secret_before_is_tried_while_the_shop_changes_over() -> None:
    wire = ShopWire(says_no(401, error="signature"), reply(), before=SECRET_BEFORE)
    assert wire.outbound.send(SHIPMENT) == Told()
    assert is_signed_by(wire.requests[1], SECRET_BEFORE)


def test_neither_secret_fits() -> None:
    wire = ShopWire(
        says_no(401, error="signature"), says_no(401, error="signature"), before=SECRET_BEFORE
    )
    with pytest.raises(IntegrationError) as caught:
        wire.outbound.send(SHIPMENT)
    assert (caught.value.kind, caught.value.outcome_unknown) == (ErrorKind.REAUTHORIZE, False)


def test_no_secret_calls_nobody() -> None:
    wire = ShopWire()
    wire.outbound.credentials = {}
    with pytest.raises(IntegrationError) as caught:
        wire.outbound.send(SHIPMENT)
    assert (caught.value.code, wire.requests) == ("local:no_secret", [])


def test_nobody_is_named_in_the_record_of_a_call() -> None:
    wire = ShopWire(reply())
    wire.outbound.send(AGREED)
    (record,) = wire.records
    for person in ("收货组", "0571", "演示路"):
        assert person not in record.request_body
    assert record.operation == "POST returns"


# --- parse ---------------------------------------------------------------------------------


@pytest.mark.parametrize("duplicate", [False, True])
def test_yes_is_told(duplicate: bool) -> None:
    told = ShopWire(reply(shipment_id=7, duplicate=duplicate)).outbound.send(SHIPMENT)
    assert told == Told(channel_ref="7")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": "success", "refund_id": "R-9"}, Told(channel_ref="R-9")),
        ({"status": "refunding", "refund_id": "R-9"}, Told(channel_ref="R-9", is_final=False)),
        ({"duplicate": True}, Told(is_final=False)),
        ({}, Told(is_final=False)),
    ],
)
def test_only_success_means_that_the_money_went(answer: dict[str, object], told: Told) -> None:
    assert ShopWire(reply(**answer)).outbound.send(REFUND) == told
    assert ShopWire(reply(**answer)).outbound.find(REFUND) == told


@every_push
def test_what_the_shop_does_not_know_is_not_found(push: News) -> None:
    assert ShopWire(says_no(404, error="unknown")).outbound.find(push) is None


# --- parse error ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 404, 409, 422])
@every_push
def test_no_is_told_in_the_shops_words(push: Push, status: int) -> None:
    error = refusal(push, says_no(status, error="schema", text="order 13800001111 is closed"))
    assert (error.kind, error.code) == (ErrorKind.FATAL, f"http:{status}")
    assert error.message == "order 138****1111 is closed"
    assert not error.outcome_unknown


@pytest.mark.parametrize("status", ["rejected", "closed"])
def test_refund_that_the_shop_refuses_is_for_a_person(status: str) -> None:
    told = ShopWire(reply(status=status)).outbound.send(REFUND)
    assert (told.refused, told.is_final) == (f"refund {status}", False)


def test_too_fast_waits_as_told() -> None:
    error = refusal(SHIPMENT, httpx.Response(429, headers={"Retry-After": "7"}))
    assert error.kind is ErrorKind.THROTTLE
    assert error.retry_after is not None
    assert error.retry_after.total_seconds() == 7


def broken_line(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer", request=request)


@pytest.mark.parametrize(
    "step",
    [
        httpx.Response(500),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"code": 1}),
        httpx.Response(200, json={"code": 0, "shipment_id": {"x": 1}}),
        broken_line,
    ],
)
def test_answer_that_says_nothing_leaves_it_open(step: Step) -> None:
    error = refusal(SHIPMENT, step)
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, True)


@pytest.mark.parametrize("content", [b"", b"no", b"[]", b"{}"])
def test_no_without_words_names_the_status(content: bytes) -> None:
    assert refusal(SHIPMENT, httpx.Response(422, content=content)).message == "HTTP 422"


def test_address_with_a_slash_at_its_end_is_signed_as_called() -> None:
    wire = ShopWire(reply(), address="https://shop.example.com/")
    wire.outbound.send(SHIPMENT)
    assert wire.requests[0].url.path == "/shipments"
    assert is_signed_by(wire.requests[0], SECRET)


def test_seller_memo_is_none_of_its_business() -> None:
    wire = ShopWire(reply(status="success"))
    for act in (wire.outbound.send, wire.outbound.find):
        with pytest.raises(IntegrationError) as caught:
            act(MemoPush(key="m", channel_order_no="1", memo="call first"))
        assert caught.value.kind is ErrorKind.FATAL
    assert wire.requests == []
