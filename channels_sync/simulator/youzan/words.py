"""How Youzan answers: three shapes of a no, one of a yes."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from channels_sync.simulator.replies import Reply, json_reply

Data = Mapping[str, Any]
_BEIJING = ZoneInfo("Asia/Shanghai")
_TRACE = "yz7-simulator"


class No(Exception):  # noqa: N818 - an answer, not a fault of ours
    """A business no."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class AtGateway(No):
    """A no of the gateway's, before any method was reached."""


def done(data: Data) -> Reply:
    told = {"success": True, "code": 200, "message": "successful", "trace_id": _TRACE}
    return json_reply(told | {"data": data})


def no(problem: No) -> Reply:
    if isinstance(problem, AtGateway):
        told = {"err_code": problem.code, "err_msg": problem.words, "trace_id": _TRACE}
        return json_reply({"gw_err_resp": told})
    told = {"success": False, "code": problem.code, "message": problem.words, "trace_id": _TRACE}
    return json_reply(told | {"data": None})


def old_style(data: Data) -> Reply:
    """Answer as the methods before version 4 do."""
    return json_reply({"response": data})


def yuan(amount: Decimal) -> str:
    return f"{amount:.2f}"


def as_number(amount: Decimal) -> float:
    """Some amounts come as JSON numbers."""
    return float(amount)


def local(moment: datetime | None) -> str:
    """Write a moment as Beijing's clock shows it; empty for none."""
    return moment.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def moment(text: object) -> datetime:
    """Read such a moment."""
    if not isinstance(text, str):
        raise No(5001, "系统异常")
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_BEIJING)
    except ValueError:
        raise No(5001, "系统异常") from None
