"""Pushes of Youzan's: proved by either signature, read as hints."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.knocks import Garbled, Heard, Hint, Knock, NotProved, Subject
from channels_sync.connectors.listening_installed import listeners
from channels_sync.connectors.youzan import signing
from channels_sync.connectors.youzan.listener import YouzanListener

from .wire import recorded

PUSH = recorded("push")
CLIENT, SECRET = PUSH["client_id"], PUSH["client_secret"]
CREDENTIALS = {"client_id": CLIENT, "client_secret": SECRET}
BODIES = [told["raw_body"].encode() for told in PUSH["deliveries"]]
SIGNS = [told["headers"]["Event-Sign"] for told in PUSH["deliveries"]]
HINTS = [
    [(Subject.ORDER, "E20260301074100000000001")],
    [
        (Subject.REFUND, "202603010750310000000001"),
        (Subject.ORDER, "E20260301074300000000002"),
    ],
    [(Subject.ORDER, "E20260301073000000000003")],
]


def hear(body: bytes, sign: str = "", **credentials: str) -> Heard:
    headers = {"event-sign": sign} if sign else {}
    knock = Knock(method="POST", path="/hooks", query="", headers=headers, body=body)
    return YouzanListener.hear(knock, credentials=CREDENTIALS | credentials)


def signed(body: bytes) -> str:
    return signing.event_signature(SECRET, client_id=CLIENT, body=body)


def message(msg: Any, **others: Any) -> bytes:
    """Write a body with the older signature over its msg."""
    text = quote(json.dumps(msg)) if not isinstance(msg, str) else msg
    sign = signing.message_signature(SECRET, client_id=CLIENT, msg=text)
    return json.dumps({"msg": text, "sign": sign} | others).encode()


def test_listener_is_registered() -> None:
    assert listeners.get("youzan") is YouzanListener


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("is_older", [False, True])
def test_recorded_push_is_heard_by_either_signature(at: int, is_older: bool) -> None:
    heard = hear(BODIES[at], "" if is_older else SIGNS[at])
    assert heard.hints == tuple(Hint(subject=one, channel_no=no) for one, no in HINTS[at])
    assert json.loads(heard.reply) == PUSH["reply"]


def test_number_outside_the_message_counts_only_under_the_whole_signature() -> None:
    body = message({"update_time": "2026-03-01 08:00:01"}, id="E1")
    assert hear(body).hints == ()
    assert hear(body, signed(body)).hints == (Hint(subject=Subject.ORDER, channel_no="E1"),)


def test_platforms_own_test_is_answered_and_forgotten() -> None:
    assert hear(message({"tid": "E1"}, test=True)) == Heard()


def test_message_of_another_shop_is_nothing_to_us() -> None:
    body = message({"tid": "E1"}, kdt_id=160)
    assert hear(body, kdt_id="160").hints != ()
    assert hear(body, kdt_id="161").hints == ()


@pytest.mark.parametrize("sign", ["", "0" * 32, SIGNS[1]])
def test_wrong_signature_proves_nothing(sign: str) -> None:
    body = json.loads(BODIES[0]) | {"sign": "0" * 32}
    with pytest.raises(NotProved):
        hear(json.dumps(body).encode(), sign)


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
@pytest.mark.parametrize("value", ["", "other"])
def test_other_keys_prove_nothing(name: str, value: str) -> None:
    with pytest.raises(NotProved):
        hear(BODIES[0], SIGNS[0], **{name: value})
    with pytest.raises(NotProved):
        hear(BODIES[0], **{name: value})


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_changed_byte_proves_nothing(at: int, change: int) -> None:
    body = bytearray(BODIES[0])
    body[at % len(body)] ^= change
    with pytest.raises(NotProved):
        hear(bytes(body), SIGNS[0])


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{" * 999, b'{"msg":1,"sign":""}'])
def test_unsigned_garbage_proves_nothing(body: bytes) -> None:
    with pytest.raises(NotProved):
        hear(body)


@pytest.mark.parametrize(
    "body",
    [
        message("no%20json"),
        message([1]),
        message({"tid": {"a": 1}}),
        message({"tid": "a b"}),
        message({"refund_id": True}),
        b'{"msg":7}',
        b"[]",
        b"\xff",
    ],
)
def test_signed_garbage_is_told_without_its_content(body: bytes) -> None:
    with pytest.raises(Garbled):
        hear(body, signed(body))
