"""How Doudian answers, and the names it gives to things."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from channels_sync.simulator.replies import Reply, json_reply

CARRIERS = {
    "shunfeng": "顺丰速运",
    "zhongtong": "中通快递",
    "yuantong": "圆通速递",
    "shentong": "申通快递",
    "yunda": "韵达快递",
    "ems": "EMS",
    "youzhengguonei": "邮政包裹",
    "jtexpress": "极兔速递",
    "jd": "京东物流",
    "debangwuliu": "德邦快递",
    "huitongkuaidi": "百世快递",
}
Data = Mapping[str, Any]


class No(Exception):  # noqa: N818 - an answer, not a fault of ours
    """What is answered instead of data."""

    def __init__(self, code: int, sub_code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.sub_code = sub_code
        self.words = words


def done(data: Data) -> Reply:
    told = {"code": 10000, "msg": "success", "sub_code": "", "sub_msg": "", "log_id": "sim"}
    return json_reply(told | {"data": data})


def no(problem: No) -> Reply:
    return json_reply(
        {
            "code": problem.code,
            "msg": problem.words,
            "sub_code": problem.sub_code,
            "sub_msg": problem.words,
            "log_id": "sim",
            "data": None,
        }
    )


def wrong_field(name: str) -> No:
    return No(40003, "isv.parameter-invalid", f"参数错误：{name}")


def business(words: str) -> No:
    return No(50002, "isv.business-failed:1", words)


def fen(amount: Decimal) -> int:
    return int(amount * 100)


def seconds(moment: datetime | None) -> int:
    """Write a moment as whole seconds since 1970; 0 is none."""
    return int(moment.timestamp()) if moment else 0
