"""Pushes of Doudian's: proved by their bytes, read as hints."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.doudian import signing
from channels_sync.connectors.doudian.listener import DoudianListener
from channels_sync.connectors.knocks import Garbled, Heard, Hint, Knock, NotProved, Subject
from channels_sync.connectors.listening_installed import listeners

from .wire import recorded

PUSH = recorded("push")
KEY, SECRET = PUSH["app_key"], PUSH["app_secret"]
CREDENTIALS = {"app_key": KEY, "app_secret": SECRET}


def knock(body: bytes, sign: str | None = None) -> Knock:
    signed = signing.push_signature(SECRET, app_key=KEY, body=body) if sign is None else sign
    headers = {"event-sign": signed, "app-id": KEY}
    return Knock(method="POST", path="/hooks", query="", headers=headers, body=body)


def hear(body: bytes, sign: str | None = None) -> Heard:
    return DoudianListener.hear(knock(body, sign), credentials=CREDENTIALS)


def message(data: Any, tag: str = "101") -> dict[str, Any]:
    return {"tag": tag, "msg_id": "m", "data": data if isinstance(data, str) else json.dumps(data)}


def test_listener_is_registered() -> None:
    assert listeners.get("doudian") is DoudianListener


@pytest.mark.parametrize(
    ("at", "hints"),
    [
        (0, [(Subject.ORDER, "6900000000000000001")]),
        (1, [(Subject.ORDER, "6900000000000000005")]),
        (
            2,
            [
                (Subject.REFUND, "7200000000000000001"),
                (Subject.ORDER, "6900000000000000002"),
            ],
        ),
        (3, []),
    ],
)
def test_recorded_push_is_heard(at: int, hints: list[tuple[Subject, str]]) -> None:
    told = PUSH["deliveries"][at]
    heard = hear(told["raw_body"].encode(), told["headers"]["event-sign"])
    assert heard.hints == tuple(Hint(subject=one, channel_no=number) for one, number in hints)
    assert json.loads(heard.reply) == PUSH["reply"]


def test_several_messages_come_in_one_push() -> None:
    body = json.dumps([message({"p_id": 1}), message({"p_id": 2}), message({"p_id": 1})])
    assert [hint.channel_no for hint in hear(body.encode()).hints] == ["1", "2"]


def test_message_of_another_shop_is_nothing_to_us() -> None:
    body = json.dumps([message({"p_id": 1, "shop_id": 7}), message({"p_id": 2, "shop_id": 8})])
    ours = DoudianListener.hear(knock(body.encode()), credentials=CREDENTIALS | {"shop_id": "8"})
    assert [hint.channel_no for hint in ours.hints] == ["2"]


def test_buyers_wish_for_another_address_is_a_hint() -> None:
    body = json.dumps([message({"p_id": 6900000000000000001, "shop_id": 1}, tag="111")])
    assert [hint.channel_no for hint in hear(body.encode()).hints] == ["6900000000000000001"]


@pytest.mark.parametrize("key", ["", "other"])
@pytest.mark.parametrize("name", ["app_key", "app_secret"])
def test_other_keys_prove_nothing(name: str, key: str) -> None:
    body = PUSH["deliveries"][0]["raw_body"].encode()
    with pytest.raises(NotProved):
        DoudianListener.hear(knock(body), credentials=CREDENTIALS | {name: key})


def test_store_that_is_not_there_proves_nothing() -> None:
    body = PUSH["deliveries"][0]["raw_body"].encode()
    empty = signing.push_signature("", app_key="", body=body)
    with pytest.raises(NotProved):
        DoudianListener.hear(knock(body, empty), credentials={})


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_changed_byte_proves_nothing(at: int, change: int) -> None:
    told = PUSH["deliveries"][0]
    body = bytearray(told["raw_body"].encode())
    body[at % len(body)] ^= change
    with pytest.raises(NotProved):
        hear(bytes(body), told["headers"]["event-sign"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[1]",
        b"[" * 5000,
        b"\xff\xfe",
        json.dumps([message("no json")]).encode(),
        json.dumps([message("[]")]).encode(),
        json.dumps([message({"p_id": {}})]).encode(),
        json.dumps([message({"p_id": True})]).encode(),
        json.dumps([message({"p_id": "a b"})]).encode(),
        json.dumps([message({"p_id": 10**80})]).encode(),
        json.dumps([message({"p_id": 1})] * 201).encode(),
    ],
)
def test_garbage_is_told_without_its_content(body: bytes) -> None:
    with pytest.raises(Garbled):
        hear(body)
