"""Our yes or no to a buyer's request, and money that goes back. Values in, values out.

Each change of a request is asked for with the ``version`` that was read: another one in between
makes it fail, and it is read again. A refund of ours is asked for with a ``biz_value`` of ours: the
same one never pays twice.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from channels_sync.connectors.outbound import RefundPush, ReturnAddress, ReturnAnswer, Told
from channels_sync.connectors.youzan import codes
from channels_sync.connectors.youzan.refunding import note_of, number_in
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]
Operation = tuple[str, dict[str, Any]]

_ASKED, _RETURNED = "WAIT_SELLER_AGREE", "WAIT_SELLER_CONFIRM_GOODS"
_AGREED = frozenset({"WAIT_BUYER_RETURN_GOODS", _RETURNED, "SUCCESS"})
_REFUSED = frozenset({"SELLER_REFUSE_BUYER", "SELLER_REFUSE_BUYER_RETURN_GOODS", "CLOSED"})
_PAID_OUT = "2"


def outcome(request: Node, *, is_agreed: bool) -> Told | None:
    """Return what became of a request, if it was answered; as refused, if not as we mean to."""
    status, number = str(request["status"]), str(request["refund_id"])
    if status in (_AGREED if is_agreed else _REFUSED) and (is_agreed or status != _RETURNED):
        return Told(channel_ref=number)
    if status == _ASKED or (status == _RETURNED and not is_agreed):
        return None
    return Told(channel_ref=number, refused=f"refund status {status}")


def to_answer(request: Node, answer: ReturnAnswer) -> Operation:
    """Return the method and its parameters.

    :raises IntegrationError: fatal if something is missing for it
    """
    told = _versioned(request)
    if not answer.is_agreed:
        has_returned = request["status"] == _RETURNED
        method = codes.REFUSE_RETURN if has_returned else codes.REFUSE
        return method, told | {"remark": answer.words_or(f"OMS {answer.case_no}")}
    if _wants_return(request):
        return codes.AGREE_RETURN, told | _address(answer.return_to)
    return codes.AGREE, told


def request_for(requests: Sequence[Node], push: RefundPush) -> Node | None:
    """Return the request that this money belongs to: one of ours, or a buyer's about the line."""
    for request in requests:
        if number_in(str(request.get("desc") or "")) == push.refund_no:
            return request
    wanted = {line.channel_line_no for line in push.lines}
    fitting = [
        request
        for request in requests
        if request["status"] not in _REFUSED
        and not number_in(str(request.get("desc") or ""))
        and str(request.get("oid") or "") in wanted
        and Decimal(str(request["refund_fee"])) == push.amount
    ]
    return max(fitting, key=lambda one: str(one.get("modified") or ""), default=None)


def paid(request: Node) -> Told | None:
    """Return what became of a request's money; None while it waits for our yes."""
    status, number = str(request["status"]), str(request["refund_id"])
    if status == "SUCCESS":
        funds = request.get("refund_fund_list") or []
        is_final = all(str(fund.get("status")) == _PAID_OUT for fund in funds)
        return Told(channel_ref=number, is_final=is_final)
    if number_in(str(request.get("desc") or "")):
        refused = f"refund status {status}" if status in _REFUSED else ""
        return Told(channel_ref=number, is_final=False, refused=refused)
    return None


def to_payment(request: Node | None, push: RefundPush) -> Operation:
    """Return the yes to the buyer's request, or a refund of our own.

    :raises IntegrationError: fatal if it is not its turn, or no line is named
    """
    if request is None:
        return codes.PAY_BACK, _own_refund(push)
    has_come = request["status"] == _RETURNED
    if not has_come and (request["status"] != _ASKED or _wants_return(request)):
        raise _fatal("有赞售后单的状态还不能退款，请在有赞后台处理", "not_its_turn")
    return codes.AGREE, _versioned(request)


def _own_refund(push: RefundPush) -> dict[str, Any]:
    told: dict[str, Any] = {
        "tid": push.channel_order_no,
        "biz_value": push.key,
        "refund_fee": f"{push.amount:.2f}",
        "desc": note_of(push.refund_no, push.reason),
        "coupons": [],
    }
    match push.lines:
        case ():
            raise _fatal("有赞退款需要指明商品，请在有赞后台退款", "no_lines")
        case (line,):
            return told | {"oid": int(line.channel_line_no)}
    amounts = [line.amount or Decimal(0) for line in push.lines]
    if sum(amounts) != push.amount:
        raise _fatal("退款金额与各商品之和不一致，请在有赞后台退款", "amount")
    items = [
        {
            "oid": int(line.channel_line_no),
            "refund_fee": f"{amount:.2f}",
            "num": line.quantity or 1,
        }
        for line, amount in zip(push.lines, amounts, strict=True)
    ]
    return told | {"items": items}


def _versioned(request: Node) -> dict[str, Any]:
    return {"refund_id": str(request["refund_id"]), "version": int(request["version"])}


def _wants_return(request: Node) -> bool:
    is_return = str(request.get("return_goods", "")).lower() in ("true", "1")
    return is_return or str(request.get("demand") or "") == "2"


def _address(place: ReturnAddress | None) -> dict[str, str]:
    if place is None or not (place.phone and place.address):
        raise _fatal("没有退货地址，有赞不能同意退货", "no_address")
    is_mobile = place.phone.isdecimal() and place.phone.startswith("1")
    return {
        "name": place.name,
        "mobile" if is_mobile else "tel": place.phone,
        "address": f"{place.province}{place.city}{place.district}{place.address}",
    }


def _fatal(words: str, code: str) -> IntegrationError:
    return IntegrationError(words, kind=ErrorKind.FATAL, code=f"local:{code}")
