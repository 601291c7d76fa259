"""A service (售后服务单) that waits for our audit: looked up, and refused. Values in, values out.

jingdong.asc.query.view, jingdong.asc.audit.refuse and jingdong.asc.audit.list (open.jd.com,
商家售后服务开放API). A refusal wants the version of the bill, so that JD refuses it if the bill
changed meanwhile, and a question type of JD's: the one that the bill itself names.

A yes (jingdong.asc.audit.send and its sisters) wants region numbers of JD's and kinds of address
that no public document lists: it is said in JD's own back office, and read back here.
"""

from collections.abc import Mapping
from typing import Any

from channels_sync.connectors.jd import codes
from channels_sync.connectors.jd.envelope import Answer
from channels_sync.connectors.jd.refund_numbers import own_number, whole
from channels_sync.connectors.loose import Loose
from channels_sync.connectors.outbound import ReturnAnswer, Told
from oms.dto import RefundStage
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]
VIEW, REFUSE = "jingdong.asc.query.view", "jingdong.asc.audit.refuse"
WAITING = "jingdong.asc.audit.list"
_AGREED = frozenset(
    {
        RefundStage.WAIT_BUYER_RETURN,
        RefundStage.WAIT_MERCHANT_RECEIVE,
        RefundStage.REFUNDING,
        RefundStage.SUCCESS,
    }
)
_OVER = frozenset({RefundStage.REJECTED, RefundStage.CLOSED})


def question(channel_refund_no: str, order_no: str, *, vender: str) -> dict[str, Any]:
    """Return what every question about one service names: the shop, who asks, and the bill.

    :raises IntegrationError: fatal, if a number is none of JD's
    """
    return {
        "buId": vender,
        "operatePin": codes.CHECKER,
        "operateNick": codes.CHECKER,
        "serviceId": own_number(channel_refund_no),
        "orderId": whole(order_no),
    }


def one_bill(answer: Answer) -> Node:
    """:raises IntegrationError: fatal if there is no such service"""
    bill: Node | None = answer.get("data")
    if not bill:
        raise IntegrationError(
            "京东没有这个售后服务单", kind=ErrorKind.FATAL, code="local:no_refund"
        )
    _ = bill["serviceStatus"]
    return bill


def outcome(bill: Node, *, is_agreed: bool) -> Told | None:
    """Return what became of a service; None while it waits for our audit."""
    stage = _stage(bill)
    if stage in (None, RefundStage.WAIT_MERCHANT):
        return None
    as_meant = stage in (_AGREED if is_agreed else _OVER)
    return Told(refused="" if as_meant else codes.ANSWERED_OTHERWISE)


def to_refusal(bill: Node, answer: ReturnAnswer, *, vender: str) -> dict[str, Any]:
    """Return the parameters of a refusal.

    :raises IntegrationError: fatal if the service does not wait for an audit, or for a yes
    """
    if answer.is_agreed:
        raise IntegrationError(
            "京东售后服务单的同意（选择取件方式和退货地址）请在商家后台处理",
            kind=ErrorKind.FATAL,
            code="local:not_taken",
        )
    if _stage(bill) is not RefundStage.WAIT_MERCHANT:
        raise IntegrationError(
            f"京东售后服务单的状态（{bill.get('serviceStatus')}）不能由商家审核",
            kind=ErrorKind.FATAL,
            code="local:not_ours",
        )
    told = question(answer.channel_refund_no, answer.channel_order_no, vender=vender)
    shown = Loose(bill)
    return told | {
        "approveNotes": answer.words_or(codes.SERVICE_REFUSED_WORDS),
        "sysVersion": shown.whole("sysVersion", 0),
        "approveReasonCid1": shown.whole("questionTypeCid1", 0),
    }


def to_waiting_question(service_no: str, *, vender: str) -> dict[str, Any]:
    """Return the question for one service in the list of what waits for an audit."""
    return {
        "buId": vender,
        "operatePin": codes.CHECKER,
        "operateNick": codes.CHECKER,
        "serviceId": whole(service_no),
        "pageNumber": 1,
        "pageSize": 10,
    }


def term_of(answer: Answer, service_no: str) -> object:
    """Return until when JD waits for the audit of a service, as it writes it; None if it does not
    tell."""
    for row in answer.get("data") or []:
        if service_no in {str(number) for number in row.get("serviceIdList") or []}:
            found: object = row.get(codes.TERM)
            return found
    return None


def waits(bill: Mapping[str, Any]) -> bool:
    """Tell whether a row of JD's list of services waits for our audit."""
    states = {str(bill.get(key)) for key in codes.SERVICE_STATE_KEYS}
    return str(codes.WAITS_FOR_AUDIT) in states


def _stage(bill: Node) -> RefundStage | None:
    return codes.SERVICE_STAGES.get(Loose(bill).whole("serviceStatus", 0))
