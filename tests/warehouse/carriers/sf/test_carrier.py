"""Each operation over the wire: what is called, what comes back, what a refusal becomes."""

import httpx
import pytest

from oms.integration.errors import ErrorKind, IntegrationError
from tests.warehouse.carriers.samples import REQUEST, recorded_bytes
from warehouse.carriers.base import Undeliverable
from warehouse.carriers.sf.signing import SignMode, sign
from warehouse.dto import FilterResult, IssuedWaybill, TrackStatus

from .wire import CREDENTIALS, NOW, Wire, code, timeout

ORDER_ID = "PK20261122-0002-1"
NUMBER = "SF7444496931331"
ISSUED = IssuedWaybill(
    waybill_no=NUMBER, carrier_order_id=ORDER_ID, filter_result=FilterResult.DELIVERABLE
)


def pdf(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=b"%PDF-1.4 label")


@pytest.mark.parametrize("mode", SignMode)
def test_exactly_what_is_sent_is_signed(mode: SignMode) -> None:
    wire = Wire("create_ok", sign_mode=mode)
    wire.carrier.create_waybill(REQUEST)
    call = wire.calls[0]
    assert call["timestamp"] == str(int(NOW.timestamp() * 1000))
    assert call["partnerID"] == "TESTPARTNER"
    assert 0 < len(call["requestID"]) <= 40
    assert call["msgDigest"] == sign(
        call["msgData"], call["timestamp"], CREDENTIALS["checkword"], mode=mode
    )


def test_create_calls_the_order_service_and_returns_the_number() -> None:
    wire = Wire("create_ok")
    assert wire.carrier.create_waybill(REQUEST).waybill_no == NUMBER
    assert wire.services == ["EXP_RECE_CREATE_ORDER"]
    assert wire.message()["orderId"] == ORDER_ID


def test_create_refused_data_is_told_in_their_words() -> None:
    wire = Wire("create_bad_phone")
    with pytest.raises(IntegrationError) as caught:
        wire.carrier.create_waybill(REQUEST)
    assert (caught.value.code, caught.value.kind) == ("8196", ErrorKind.FATAL)
    assert wire.services == ["EXP_RECE_CREATE_ORDER"]


def test_undeliverable_order_carries_the_number_to_void() -> None:
    wire = Wire("create_undeliverable")
    with pytest.raises(Undeliverable) as caught:
        wire.carrier.create_waybill(REQUEST)
    assert caught.value.waybill.waybill_no == NUMBER
    assert not caught.value.retryable
    assert "收方超范围" in caught.value.message


def test_find_returns_the_order() -> None:
    wire = Wire("search_ok")
    found = wire.carrier.find_waybill(ORDER_ID)
    assert found is not None
    assert found.waybill_no == NUMBER
    assert wire.services == ["EXP_RECE_SEARCH_ORDER_RESP"]


def test_find_returns_none_for_an_unknown_order() -> None:
    assert Wire("search_not_found").carrier.find_waybill(ORDER_ID) is None


def test_find_does_not_take_a_refusal_for_absence() -> None:
    with pytest.raises(IntegrationError) as caught:
        Wire("gateway_signature").carrier.find_waybill(ORDER_ID)
    assert caught.value.kind is ErrorKind.REAUTHORIZE


def test_find_tells_an_undeliverable_order_without_raising() -> None:
    found = Wire("create_undeliverable").carrier.find_waybill(ORDER_ID)
    assert found is not None
    assert found.filter_result is FilterResult.UNDELIVERABLE


def test_find_is_repeated_after_a_timeout() -> None:
    wire = Wire(timeout, "search_ok", tries=2)
    assert wire.carrier.find_waybill(ORDER_ID) is not None
    assert len({call["requestID"] for call in wire.calls}) == 2


def test_void_cancels_with_the_number() -> None:
    wire = Wire("cancel_ok")
    result = wire.carrier.void_waybill(ORDER_ID, NUMBER)
    assert (result.waybill_no, result.carrier_order_id, result.repeated) == (
        NUMBER,
        ORDER_ID,
        False,
    )
    assert wire.services == ["EXP_RECE_UPDATE_ORDER"]
    assert wire.message()["dealType"] == 2


def test_void_of_a_void_order_is_harmless() -> None:
    assert Wire("cancel_repeated").carrier.void_waybill(ORDER_ID, NUMBER).repeated


def test_void_looks_when_the_code_says_confirmed_or_cancelled() -> None:
    wire = Wire("cancel_confirmed_or_cancelled", "search_not_found")
    assert wire.carrier.void_waybill(ORDER_ID, NUMBER).repeated
    assert wire.services == ["EXP_RECE_UPDATE_ORDER", "EXP_RECE_SEARCH_ORDER_RESP"]


def test_void_of_a_moving_parcel_is_refused_in_their_words() -> None:
    wire = Wire("cancel_confirmed_or_cancelled", "search_ok")
    with pytest.raises(IntegrationError, match="订单已确认或已消单") as caught:
        wire.carrier.void_waybill(ORDER_ID, NUMBER)
    assert caught.value.kind is ErrorKind.FATAL


def test_void_of_a_wrong_number_is_refused() -> None:
    with pytest.raises(IntegrationError) as caught:
        Wire("cancel_mismatch").carrier.void_waybill(ORDER_ID, NUMBER)
    assert caught.value.code == "8017"


def test_track_returns_events() -> None:
    wire = Wire("routes_ok")
    events = wire.carrier.track([NUMBER, "SF7444475423374"])
    assert [event.status for event in events] == [TrackStatus.COLLECTED, TrackStatus.IN_TRANSIT]
    assert wire.services == ["EXP_RECE_SEARCH_ROUTES"]


def test_track_asks_ten_at_a_time() -> None:
    wire = Wire("routes_ok", "routes_ok", "routes_ok")
    wire.carrier.track([f"SF{number:013d}" for number in range(21)])
    assert [len(wire.message(call)["trackingNumber"]) for call in range(3)] == [10, 10, 1]


def test_track_of_nothing_calls_nobody() -> None:
    wire = Wire()
    assert wire.carrier.track([]) == []
    assert wire.calls == []


def test_track_refusal_is_an_error() -> None:
    with pytest.raises(IntegrationError):
        Wire("gateway_signature").carrier.track([NUMBER])


def test_labels_are_fetched_with_their_token() -> None:
    wire = Wire("print_ok", pdf)
    assert wire.carrier.fetch_labels(ISSUED) == [b"%PDF-1.4 label"]
    fetched = wire.requests[-1]
    assert str(fetched.url) == "https://print.example.com/files/1.pdf"
    assert fetched.headers["X-Auth-token"] == "TESTtoken"
    assert "TESTtoken" not in repr(wire.records)


def test_label_from_an_unsafe_place_is_not_fetched() -> None:
    wire = Wire("print_ok", base_url="http://sf.example.com/std/service")
    wire.steps = [lambda _r: httpx.Response(200, json=unsafe_print())]
    with pytest.raises(IntegrationError) as caught:
        wire.carrier.fetch_labels(ISSUED)
    assert caught.value.code == "local:label_url"
    assert len(wire.requests) == 1


def unsafe_print() -> object:
    files = [{"url": "http://10.0.0.1/1.pdf", "token": "t", "waybillNo": NUMBER}]
    return {"apiResultCode": "A1000", "apiResultData": {"success": True, "obj": {"files": files}}}


def test_label_refusal_is_an_error() -> None:
    with pytest.raises(IntegrationError) as caught:
        Wire("print_failed").carrier.fetch_labels(ISSUED)
    assert caught.value.code == "S0002"


def test_push_is_read_and_answered() -> None:
    carrier = Wire().carrier
    body = recorded_bytes("sf/route_push.json")
    assert [event.code for event in carrier.parse_push(body)] == ["50", "80"]
    assert "0000" in carrier.reply_to_push(body, accepted=True)


def test_stale_timestamp_is_renewed_once() -> None:
    wire = Wire(code("A1002"), "create_ok")
    assert wire.carrier.create_waybill(REQUEST).waybill_no == NUMBER
    assert len({call["requestID"] for call in wire.calls}) == 2


def test_timestamp_that_stays_stale_is_an_error() -> None:
    wire = Wire(code("A1002"), code("A1002"))
    with pytest.raises(IntegrationError) as caught:
        wire.carrier.create_waybill(REQUEST)
    assert caught.value.kind is ErrorKind.REFRESH_TOKEN
    assert len(wire.calls) == 2


def test_throttled_search_waits_for_the_hint() -> None:
    wire = Wire("gateway_throttled", "search_ok", tries=2)
    assert wire.carrier.find_waybill(ORDER_ID) is not None
    assert wire.slept == [1.0]


def test_log_holds_neither_people_nor_secrets() -> None:
    wire = Wire("create_ok")
    wire.carrier.create_waybill(REQUEST)
    written = repr(wire.records)
    for secret in ("13800138000", "张三", "科技园", CREDENTIALS["checkword"], "msgDigest=A"):
        assert secret not in written
    assert wire.calls[0]["msgDigest"] not in written
    assert ORDER_ID in written
    assert NUMBER in written
