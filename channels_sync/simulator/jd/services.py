"""The merchant's own side of services (商家售后服务): what waits, one bill, and a refusal."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from channels_sync.simulator.beijing import written
from channels_sync.simulator.jd import words
from channels_sync.simulator.jd.errors import Business
from channels_sync.simulator.jd.waybills import VENDER
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.refunds import Refund, RefundStatus

Params = Mapping[str, Any]
Answer = dict[str, Any]
QUESTION = 100
_WITHIN = timedelta(hours=24)
_LONGEST = 50


class Services:
    """Each method returns what stands inside the answer's root, beside ``code``."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self.table: dict[str, Callable[[Params, datetime], Answer]] = {
            "jingdong.asc.audit.list": self._waiting,
            "jingdong.asc.query.view": self._view,
            "jingdong.asc.audit.refuse": self._refuse,
        }

    def _waiting(self, params: Params, now: datetime) -> Answer:
        _check_caller(params)
        refund = self._market.store.refund(str(params.get("serviceId", "")))
        waits = refund is not None and refund.status is RefundStatus.WAIT_MERCHANT
        rows = [_waiting_row(refund)] if refund is not None and waits else []
        return {"pageResult": _done({"totalCount": len(rows), "data": rows})}

    def _view(self, params: Params, now: datetime) -> Answer:
        _check_caller(params)
        refund = self._service(params)
        data = {
            "serviceId": int(refund.number),
            "orderId": int(refund.order_no),
            "serviceStatus": words.SERVED[refund.status],
            "sysVersion": _version(refund),
            "questionTypeCid1": QUESTION,
            "questionTypeCid1Name": refund.reason,
        }
        return {"result": _done({"data": data})}

    def _refuse(self, params: Params, now: datetime) -> Answer:
        _check_caller(params)
        refund = self._service(params)
        notes = str(params.get("approveNotes") or "")
        if not notes or params.get("approveReasonCid1") != QUESTION:
            raise Business("审核意见和审核原因必填")
        if params.get("sysVersion") != _version(refund):
            raise Business("服务单已变更，请刷新后重试")
        if refund.status is not RefundStatus.WAIT_MERCHANT:
            raise Business("服务单状态不允许审核")
        self._market.requests.refuse(refund.number, reason=notes, at=now)
        return {"result": _done({})}

    def _service(self, params: Params) -> Refund:
        refund = self._market.store.refund(str(params.get("serviceId", "")))
        if refund is None or not refund.is_after_shipping:
            raise Business("服务单不存在")
        if refund.order_no != str(params.get("orderId", "")):
            raise Business("服务单与订单不符")
        return refund


def _check_caller(params: Params) -> None:
    """Who asks is named each time, in texts of at most 50 characters."""
    for key in ("buId", "operatePin", "operateNick"):
        if not 0 < len(str(params.get(key) or "")) <= _LONGEST:
            raise Business(f"{key} 必填")
    if str(params["buId"]) != VENDER:
        raise Business("商家编号不正确")


def _waiting_row(refund: Refund) -> Answer:
    return {
        "applyId": int(refund.number) + 2,
        "serviceIdList": [int(refund.number)],
        "orderId": int(refund.order_no),
        "serviceStatus": words.SERVED[refund.status],
        "applyTime": written(refund.created_at),
        "auditOvertime": written(refund.created_at + _WITHIN),
        "timeoutFlag": False,
    }


def _version(refund: Refund) -> int:
    """Each change makes another one."""
    return int(refund.modified_at.timestamp()) % 1_000_000


def _done(told: Answer) -> Answer:
    return {"success": True, "code": "00000", "msg": "", **told}
