"""How Weidian answers: always HTTP 200, and a status inside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels_sync.simulator import beijing
from channels_sync.simulator.replies import Reply, json_reply

Data = Mapping[str, Any]
EXPIRED, UNKNOWN, PARAMETER, NO_METHOD, BUSY, BUSINESS = 10013, 10016, 10003, 10004, 10007, 20001


class No(Exception):  # noqa: N818 - an answer, not a fault of ours
    """A refusal."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


def done(result: Any) -> Reply:
    return json_reply({"status": {"status_code": 0, "status_reason": ""}, "result": result})


def no(problem: No) -> Reply:
    status = {"status_code": problem.code, "status_reason": problem.words}
    return json_reply({"status": status})


def text_of(told: Data, name: str) -> str:
    """Read a parameter that must be there, text or number.

    :raises No: if it is not
    """
    value = told.get(name)
    if not isinstance(value, str | int) or isinstance(value, bool) or str(value) == "":
        raise No(PARAMETER, f"参数错误：{name}")
    return str(value)


def number_of(told: Data, name: str, usual: int) -> int:
    """:raises No: if it is none"""
    text = str(told.get(name, usual))
    if not text.isdecimal():
        raise No(PARAMETER, f"参数错误：{name}")
    return int(text)


def moment_of(told: Data, name: str) -> datetime:
    """:raises No: if it is none"""
    try:
        return beijing.read(text_of(told, name))
    except ValueError:
        raise No(PARAMETER, f"时间格式错误：{name}") from None
