"""Frames of the message service TMC, version 2: little-endian, headers until a zero. Pure.

The layout is that which two independent clients (tmc.js, tmcpy) write and read alike.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

_VERSION = 2
_END, _CUSTOM, _STATUS, _PHRASE, _FLAG, _TOKEN = range(6)
_VOID, _TEXT, _BYTE, _INT16, _INT32, _INT64, _DATE, _BYTES = range(8)
_INTEGERS = (
    (_BYTE, "<B", 0, 2**8),
    (_INT16, "<h", -(2**15), 2**15),
    (_INT32, "<i", -(2**31), 2**31),
)


class FrameType(IntEnum):
    CONNECT = 0
    CONNECT_ACK = 1
    SEND = 2
    SEND_ACK = 3


class Kind(IntEnum):
    """What a SEND frame's ``__kind`` says."""

    PULL = 1
    CONFIRM = 2
    DATA = 3
    FAILED = 20


class BadFrame(ValueError):
    """Bytes that are no frame: the connection is given up and opened anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """``content`` values are texts, whole numbers (a date is its milliseconds), bytes or None."""

    type: FrameType
    content: Mapping[str, Any] = field(default_factory=dict)
    token: str | None = None
    status: int | None = None
    phrase: str = ""
    flag: int | None = None


def encode(frame: Frame) -> bytes:
    """Return the frame's bytes."""
    parts = [struct.pack("<BB", _VERSION, frame.type)]
    if frame.status is not None:
        parts.append(struct.pack("<HI", _STATUS, frame.status))
    if frame.phrase:
        parts.append(struct.pack("<H", _PHRASE) + _counted(frame.phrase.encode()))
    if frame.flag is not None:
        parts.append(struct.pack("<HI", _FLAG, frame.flag))
    if frame.token is not None:
        parts.append(struct.pack("<H", _TOKEN) + _counted(frame.token.encode()))
    for key, value in frame.content.items():
        parts.append(struct.pack("<H", _CUSTOM) + _counted(key.encode()) + _value(value))
    return b"".join([*parts, struct.pack("<H", _END)])


def decode(data: bytes) -> Frame:
    """Return the frame of some bytes.

    :raises BadFrame: if they are cut short, of another version, or of no known layout
    """
    try:
        return _Reader(data).frame()
    except (struct.error, UnicodeDecodeError, ValueError, IndexError) as error:
        raise BadFrame(str(error)) from error


def _counted(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def _value(value: Any) -> bytes:
    if value is None:
        return struct.pack("<B", _VOID)
    if isinstance(value, bytes):
        return struct.pack("<B", _BYTES) + _counted(value)
    if isinstance(value, int):
        for mark, form, least, beyond in _INTEGERS:
            if least <= value < beyond:
                return struct.pack("<B", mark) + struct.pack(form, value)
        return struct.pack("<Bq", _INT64, value)
    return struct.pack("<B", _TEXT) + _counted(str(value).encode())


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def frame(self) -> Frame:
        version, kind = self._take("<BB")
        if version != _VERSION:
            raise BadFrame(f"version {version}")
        told: dict[str, Any] = {}
        content: dict[str, Any] = {}
        while (header := self._take("<H")[0]) != _END:
            match header:
                case 1:
                    key = self._counted().decode()
                    content[key] = self._value()
                case 2:
                    (told["status"],) = self._take("<I")
                case 3:
                    told["phrase"] = self._counted().decode()
                case 4:
                    (told["flag"],) = self._take("<I")
                case 5:
                    told["token"] = self._counted().decode()
                case _:
                    raise BadFrame(f"header {header}")
        return Frame(type=FrameType(kind), content=content, **told)

    def _take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return values

    def _counted(self) -> bytes:
        (length,) = self._take("<I")
        if self._at + length > len(self._data):
            raise BadFrame("cut short")
        start, self._at = self._at, self._at + length
        return self._data[start : self._at]

    def _value(self) -> Any:
        (mark,) = self._take("<B")
        forms = {_BYTE: "<B", _INT16: "<h", _INT32: "<i", _INT64: "<q", _DATE: "<q"}
        if mark == _VOID:
            return None
        if mark == _TEXT:
            return self._counted().decode()
        if mark == _BYTES:
            return self._counted()
        if mark not in forms:
            raise BadFrame(f"value type {mark}")
        return self._take(forms[mark])[0]
