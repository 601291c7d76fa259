"""Frames of the push channel: commands as words or numbers, messages as hints."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.knocks import Garbled, Hint, Subject
from channels_sync.connectors.pinduoduo import frames
from channels_sync.connectors.pinduoduo.frames import Command
from tests.channels_sync.connectors.scripted import recorded

PUSH = recorded("pinduoduo", "push")


def test_message_hints_at_its_order() -> None:
    frame = frames.decode(json.dumps(PUSH["frames"][0]))
    assert (frame.command, frame.type) == (Command.COMMON, "pdd_trade_TradeConfirmed")
    assert frame.hints == (Hint(subject=Subject.ORDER, channel_no="260301-000000000000001"),)


def test_refund_hints_at_the_order_that_must_not_leave() -> None:
    frame = frames.decode(json.dumps(PUSH["frames"][1]))
    assert frame.hints == (Hint(subject=Subject.ORDER, channel_no="260301-000000000000002"),)


def test_acknowledgement_repeats_what_it_is_about() -> None:
    frame = frames.decode(json.dumps(PUSH["frames"][0]))
    assert json.loads(frames.acknowledgement(frame, now_ms=1772323500100)) == PUSH["ack"]


def test_heartbeat_is_what_the_platform_wants() -> None:
    assert json.loads(frames.heartbeat(now_ms=1772323500000)) == PUSH["heartbeat"]
    assert frames.decode(frames.heartbeat(now_ms=1)).hints == ()


@pytest.mark.parametrize(
    ("word", "command"),
    [
        ("HeartBeat", Command.HEARTBEAT),
        (0, Command.HEARTBEAT),
        ("1", Command.ACK),
        (2, Command.FAIL),
        ("Fail", Command.FAIL),
    ],
)
def test_command_is_a_word_or_a_number(word: Any, command: Command) -> None:
    assert frames.decode(json.dumps({"id": 1, "commandType": word, "time": 5})).command is command


@pytest.mark.parametrize("word", ["Common", 3, 1, "anything"])
def test_frame_with_a_message_is_a_message(word: Any) -> None:
    told = PUSH["frames"][0] | {"commandType": word}
    assert frames.decode(json.dumps(told)).command is Command.COMMON


def test_message_without_an_order_hints_at_nothing() -> None:
    message = {"type": "pdd_mall_x", "mallID": 1, "content": "{}"}
    told = {"id": 1, "commandType": "Common", "message": message}
    assert frames.decode(json.dumps(told)).hints == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"id": 1}',
        '{"id": 1, "commandType": "Sing"}',
        '{"id": 1, "commandType": 9}',
        '{"id": "x", "commandType": "Ack"}',
        '{"id": 1, "message": {"type": "t", "content": "{"}}',
        '{"id": 1, "message": {"type": "t", "content": "[]"}}',
        '{"id": 1, "message": []}',
        b"\xff\xfe",
    ],
)
def test_garbage_is_told_as_garbage(text: str | bytes) -> None:
    with pytest.raises(Garbled):
        frames.decode(text)


FIELDS = ("id", "commandType", "time", "message", "content", "tid", "type", "mallID")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(FIELDS), inner),
        max_leaves=8,
    )
)
def test_no_message_breaks_the_reader(told: Any) -> None:
    try:
        frame = frames.decode(json.dumps(told))
    except Garbled:
        return
    assert frame.command in Command
