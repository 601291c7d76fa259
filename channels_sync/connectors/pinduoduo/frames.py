"""Frames of Pinduoduo's push channel: JSON texts over a websocket. Pure.

Of the two clients that are known one writes the command as a word and the other as its number; both
are read. The connection itself is opened at ``signing.push_path``; a message is a hint only, so the
order is read again, and a refund's order too, because that is what must not leave.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from channels_sync.connectors.knocks import Garbled, Hint, Subject
from channels_sync.connectors.loose import Loose
from channels_sync.dto import Unreadable

HEARTBEAT_SECONDS = 5


class Command(StrEnum):
    HEARTBEAT = "HeartBeat"
    ACK = "Ack"
    FAIL = "Fail"
    COMMON = "Common"


_BY_NUMBER = tuple(Command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """``time`` is in milliseconds, as the platform wrote it. ``order_no`` is empty where a message
    names none."""

    id: int
    command: Command
    time: int
    type: str = ""
    mall_id: str = ""
    order_no: str = ""

    @property
    def hints(self) -> tuple[Hint, ...]:
        """What to read again."""
        if self.command is not Command.COMMON or not self.order_no:
            return ()
        return (Hint(subject=Subject.ORDER, channel_no=self.order_no),)


def decode(text: str | bytes) -> Frame:
    """Read a frame.

    :raises Garbled: naming the field that cannot be understood
    """
    try:
        told = Loose.of(_parsed(text))
        message = told.inside("message")
        content = Loose.of(_parsed(message.text("content", limit=100_000) or "{}"), "content")
        return Frame(
            id=told.whole("id"),
            command=_command(told, has_message=bool(message.data)),
            time=told.whole("time", 0),
            type=(message if message.data else told).text("type", limit=100),
            mall_id=(message if message.data else told).text("mallID", limit=64),
            order_no=content.text("tid", limit=64) or content.text("order_sn", limit=64),
        )
    except Unreadable as problem:
        raise Garbled(problem.where) from None


def acknowledgement(frame: Frame, *, now_ms: int) -> str:
    """Write that a message was taken; what is not acknowledged comes again."""
    return json.dumps(
        {
            "id": frame.id,
            "commandType": Command.ACK,
            "time": frame.time,
            "sendTime": now_ms,
            "type": frame.type,
            "mallID": int(frame.mall_id) if frame.mall_id.isdecimal() else frame.mall_id,
        }
    )


def heartbeat(*, now_ms: int) -> str:
    """Write that the line stands; wanted every ``HEARTBEAT_SECONDS``."""
    return json.dumps({"id": 0, "commandType": Command.HEARTBEAT, "time": now_ms})


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Garbled("frame") from None


def _command(told: Loose, *, has_message: bool) -> Command:
    if has_message:
        return Command.COMMON
    word = told.text("commandType", limit=20)
    if word.isdecimal() and int(word) < len(_BY_NUMBER):
        return _BY_NUMBER[int(word)]
    try:
        return Command(word)
    except ValueError:
        raise Garbled("commandType") from None
