"""Tracks, pulled and pushed, in the three forms that SF knows."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.warehouse.carriers.samples import recorded, recorded_bytes
from warehouse.carriers.sf import answers, routes
from warehouse.carriers.tracking import MalformedPush
from warehouse.dto import TrackEvent, TrackStatus

NUMBER = "SF7444496931331"
ORDER_ID = "PK20261122-0002-1"


def pulled() -> list[TrackEvent]:
    return routes.to_track_events(answers.open_envelope(recorded("sf/routes_ok")))


def json_push(**changes: Any) -> bytes:
    message = recorded("sf/route_push")
    message["Body"]["WaybillRoute"][0] |= changes
    return json.dumps(message, ensure_ascii=False).encode()


def form_push() -> bytes:
    return urlencode({"content": recorded_bytes("sf/route_push.xml").decode()}).encode()


def test_pulled_event_is_in_our_words_and_in_utc() -> None:
    event = pulled()[0]
    assert (event.waybill_no, event.code, event.status) == (NUMBER, "50", TrackStatus.COLLECTED)
    assert event.at == datetime(2026, 11, 22, 1, 55, 52, tzinfo=UTC)
    assert event.at.tzinfo is UTC
    assert (event.text, event.place) == ("顺丰速运 已收取快件", "深圳市")


def test_events_come_oldest_first_and_a_lost_parcel_does_not_stop_the_others() -> None:
    events = pulled()
    assert [event.code for event in events] == ["50", "31"]
    assert {event.waybill_no for event in events} == {NUMBER}


def test_json_push_is_read() -> None:
    first, last = routes.from_push(json_push())
    assert (first.client_order_id, first.carrier_event_id) == (ORDER_ID, "363636015985819")
    assert (last.status, last.place) == (TrackStatus.DELIVERED, "")


def test_form_push_is_read() -> None:
    first, last = routes.from_push(form_push())
    assert (first.waybill_no, first.status) == (NUMBER, TrackStatus.COLLECTED)
    assert (last.code, last.place) == ("31", "郑州市")


def test_pull_and_push_of_one_event_are_one() -> None:
    assert pulled()[0].event_id == routes.from_push(json_push())[0].event_id
    assert pulled()[0].event_id == routes.from_push(form_push())[0].event_id


def test_different_events_have_different_ids() -> None:
    ids = {event.event_id for event in (*pulled(), *routes.from_push(json_push()))}
    assert len(ids) == 3


def test_failed_delivery_is_an_exception_unless_it_was_cancelled() -> None:
    failed = routes.from_push(json_push(opCode="70", reasonCode="1"))[0]
    cancelled = routes.from_push(json_push(opCode="70", reasonCode="46"))[0]
    assert (failed.status, cancelled.status) == (TrackStatus.EXCEPTION, TrackStatus.CANCELLED)


def test_unknown_code_falls_back_to_the_words() -> None:
    event = routes.from_push(json_push(opCode="99999", remark="快件到达 【郑州】"))[0]
    assert (event.status, event.code) == (TrackStatus.IN_TRANSIT, "99999")


def test_unknown_code_and_words_are_unknown() -> None:
    event = routes.from_push(json_push(opCode="99999", remark="。"))[0]
    assert event.status is TrackStatus.UNKNOWN


def test_order_state_is_timed_by_the_change_itself() -> None:
    (event,) = routes.from_push(json.dumps(recorded("sf/order_state_push")).encode())
    assert event.at == datetime(2026, 11, 22, 7, 12, 58, tzinfo=UTC)
    assert (event.status, event.client_order_id) == (TrackStatus.CREATED, ORDER_ID)


def test_order_state_before_the_number_is_known_has_none() -> None:
    message = recorded("sf/order_state_push")
    message["orderState"][0]["waybillNo"] = None
    (event,) = routes.from_push(json.dumps(message).encode())
    assert (event.waybill_no, event.client_order_id) == ("", ORDER_ID)


def test_courier_is_not_in_the_events_repr() -> None:
    event = routes.from_push(json_push())[1]
    assert "13900139000" in event.text
    assert "13900139000" not in repr(event)


BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Request><Body>'
    '<WaybillRoute mailno="SF1" acceptTime="2026-11-22 09:55:52" opCode="50" remark="&b;"/>'
    "</Body></Request>"
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"7",
        b"{}",
        b"{",
        b"\xff",
        b'{"Body": null}',
        b'{"Body": {"WaybillRoute": [{}]}}',
        b'{"orderState": [{}]}',
        b"content=",
        b"content=%3CRequest",
        b"content=" + quote(BOMB).encode(),
        b"content=%FF%FE",
        b"[" * 100_000,
    ],
)
def test_push_in_no_known_form_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedPush):
        routes.from_push(body)


@pytest.mark.parametrize("moment", ["yesterday", "0001-01-01 00:00:00"])
def test_push_with_a_bad_time_is_malformed(moment: str) -> None:
    with pytest.raises(MalformedPush):
        routes.from_push(json_push(acceptTime=moment))


def test_number_that_is_pushed_without_quotes_is_a_number_all_the_same() -> None:
    assert routes.from_push(json_push(mailno=444496931331))[0].waybill_no == "444496931331"


@pytest.mark.parametrize(
    ("accepted", "reply"),
    [
        (True, {"return_code": "0000", "return_msg": "成功"}),
        (False, {"return_code": "1000", "return_msg": "系统异常"}),
    ],
)
def test_json_push_is_answered_exactly(accepted: bool, reply: dict[str, str]) -> None:
    assert json.loads(routes.push_reply(json_push(), accepted=accepted)) == reply


@pytest.mark.parametrize(("accepted", "head"), [(True, "OK"), (False, "ERR")])
def test_form_push_is_answered_in_xml(accepted: bool, head: str) -> None:
    reply = routes.push_reply(form_push(), accepted=accepted)
    assert reply.startswith(f'<Response service="RoutePushService"><Head>{head}</Head>')


@pytest.mark.parametrize(("accepted", "code"), [(True, "0"), (False, "1")])
def test_order_state_push_has_its_own_answer(accepted: bool, code: str) -> None:
    body = json.dumps(recorded("sf/order_state_push")).encode()
    assert json.loads(routes.push_reply(body, accepted=accepted))["code"] == code
