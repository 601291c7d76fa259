"""Money that goes back by our yes to a buyer's request: Doudian knows no other way. Values only.

The request is found by the order and the line; what it asks for must be what we mean to give.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from channels_sync.connectors.doudian.envelope import Node
from channels_sync.connectors.outbound import RefundPush, Told
from oms.integration.errors import ErrorKind, IntegrationError

_ASKED, _RETURNED = 6, 11
_PAYING = frozenset({12, 51})
_MONEY_IS_BACK, _MONEY_FAILED = frozenset({3, 5}), 4
_OVER = frozenset({27, 28, 29, 53})
_PAY_AFTER_RETURN, _PAY = 111, 201
_MONEY_ONLY = frozenset({1, 2})
_FEN = 100


def request_for(requests: Sequence[Node], push: RefundPush) -> Node | None:
    """Return the latest request about one of the refund's lines that is not over."""
    wanted = {line.channel_line_no for line in push.lines}
    fitting = [
        item
        for item in requests
        if int(item["aftersale_info"]["aftersale_status"]) not in _OVER
        and (not wanted or wanted & _lines(item))
    ]
    return max(fitting, key=lambda item: int(item["aftersale_info"]["update_time"]), default=None)


def outcome(request: Node) -> Told | None:
    """Return what became of a request's money; None while it waits for our yes."""
    told = request["aftersale_info"]
    if int(told["aftersale_status"]) not in _PAYING:
        return None
    money = int(told.get("refund_status") or 0)
    return Told(
        channel_ref=str(told["aftersale_id"]),
        is_final=money in _MONEY_IS_BACK,
        refused="refund_status 4" if money == _MONEY_FAILED else "",
    )


def to_operation(request: Node | None, push: RefundPush) -> dict[str, Any]:
    """Return the parameters of the yes.

    :raises IntegrationError: fatal if there is no request, it is not its turn, or another amount
    """
    if request is None:
        raise _fatal("抖店没有该商品的售后单，商家不能主动退款", "no_request")
    told = request["aftersale_info"]
    if int(told["refund_amount"]) != push.amount * Decimal(_FEN):
        raise _fatal("抖店售后单的金额与我们要退的不同，请在抖店后台处理", "amount")
    number = _number(int(told["aftersale_status"]), int(told["aftersale_type"]))
    item = {"aftersale_id": str(told["aftersale_id"]), "update_time": int(told["update_time"])}
    return {"type": number, "items": [item]}


def _number(status: int, kind: int) -> int:
    if status == _RETURNED and kind == 0:
        return _PAY_AFTER_RETURN
    if status == _ASKED and kind in _MONEY_ONLY:
        return _PAY
    raise _fatal(f"抖店售后单的状态（{status}）还不能退款，请在抖店后台处理", "not_its_turn")


def _lines(item: Node) -> set[str]:
    related = item["order_info"].get("related_order_info") or []
    return {str(line.get("sku_order_id")) for line in related}


def _fatal(words: str, code: str) -> IntegrationError:
    return IntegrationError(words, kind=ErrorKind.FATAL, code=f"local:{code}")
