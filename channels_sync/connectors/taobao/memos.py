"""The seller's note and flag of a trade. Values in, values out."""

from channels_sync.connectors.outbound import MemoPush, Told
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao.envelope import Node
from oms.integration.errors import ErrorKind, IntegrationError

FIELDS = "tid,seller_memo,seller_flag"


def to_params(push: MemoPush) -> dict[str, str]:
    """Return the parameters of ``taobao.trade.memo.update``; an empty memo is taken away.

    :raises IntegrationError: fatal if Taobao has no such flag
    """
    params = {"tid": push.channel_order_no}
    if push.memo is not None:
        params |= {"memo": push.memo} if push.memo else {"reset": "true"}
    if push.flag is not None:
        params["flag"] = str(_number(push.flag))
    return params


def find(trade: Node, push: MemoPush) -> Told | None:
    """Return that it is noted, if the trade shows it as we mean it."""
    is_memo = push.memo is None or str(trade.get("seller_memo") or "") == push.memo
    is_flag = push.flag is None or int(trade.get("seller_flag") or 0) == _number(push.flag)
    return Told(channel_ref=push.channel_order_no) if is_memo and is_flag else None


def _number(flag: str) -> int:
    if flag not in codes.FLAG_NUMBERS:
        raise IntegrationError(
            f"淘宝没有这种颜色的旗帜：{flag}", kind=ErrorKind.FATAL, code="local:flag"
        )
    return codes.FLAG_NUMBERS[flag]
