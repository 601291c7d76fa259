"""Frames of the message service: what is written is read, and garbage is refused."""

import struct
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.taobao.frames import BadFrame, Frame, FrameType, decode, encode

VALUES = st.one_of(
    st.none(), st.text(max_size=40), st.binary(max_size=40), st.integers(-(2**63), 2**63 - 1)
)
FRAMES = st.builds(
    Frame,
    type=st.sampled_from(FrameType),
    content=st.dictionaries(st.text(max_size=20), VALUES, max_size=6),
    token=st.none() | st.text(max_size=40),
    status=st.none() | st.integers(0, 2**32 - 1),
    phrase=st.text(max_size=40),
    flag=st.none() | st.integers(0, 2**32 - 1),
)


@given(FRAMES)
def test_frame_that_is_written_is_read(frame: Frame) -> None:
    assert decode(encode(frame)) == frame


@given(FRAMES, st.data())
def test_frame_that_is_cut_short_is_refused(frame: Frame, data: st.DataObject) -> None:
    whole = encode(frame)
    with pytest.raises(BadFrame):
        decode(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.binary(max_size=200))
def test_garbage_is_a_frame_or_refused(data: bytes) -> None:
    with suppress(BadFrame):
        frame = decode(data)
        assert decode(encode(frame)) == frame


def test_date_is_its_milliseconds() -> None:
    head = struct.pack("<BBH", 2, FrameType.SEND, 1) + struct.pack("<I", 4) + b"time"
    data = head + struct.pack("<Bq", 6, 1772322930000) + struct.pack("<H", 0)
    assert decode(data).content == {"time": 1772322930000}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        struct.pack("<BBH", 1, 2, 0),  # another version
        struct.pack("<BBH", 2, 9, 0),  # no such type
        struct.pack("<BBH", 2, 2, 77),  # no such header
        struct.pack("<BBHI", 2, 2, 5, 2**31),  # longer than it is
        struct.pack("<BBHI", 2, 2, 5, 1) + b"\xff" + struct.pack("<H", 0),  # no text
        struct.pack("<BBHI", 2, 2, 1, 1) + b"k" + struct.pack("<BH", 9, 0),  # no such value
    ],
)
def test_bytes_that_are_no_frame_are_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        decode(data)


@pytest.mark.parametrize(
    ("value", "size"), [(0, 1), (255, 1), (256, 2), (-1, 2), (2**15, 4), (2**31, 8)]
)
def test_whole_number_takes_the_smallest_room(value: Any, size: int) -> None:
    empty = len(encode(Frame(type=FrameType.SEND, content={"n": None})))
    assert len(encode(Frame(type=FrameType.SEND, content={"n": value}))) - empty == size
