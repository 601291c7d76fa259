"""Tell JD what left, what we answer to an application, and the seller's memo.

An order is told its waybill number once; JD has no call for a further one. After the goods left,
requests are services: they are refused here, and agreed to in JD's own back office.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from channels_sync.connectors.companies import company_number
from channels_sync.connectors.jd import audits, codes, merchant, questions, refund_pages
from channels_sync.connectors.jd.api import Api
from channels_sync.connectors.jd.envelope import Answer
from channels_sync.connectors.jd.questions import Node
from channels_sync.connectors.jd.refund_numbers import is_application, own_number, whole
from channels_sync.connectors.loose import Loose
from channels_sync.connectors.outbound import (
    MemoPush,
    Outbound,
    ReturnAnswer,
    ShipmentPush,
    Told,
    outbounds,
)
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

ORDER, SHIP = "jingdong.pop.order.get", "jingdong.pop.order.shipment"
RENUMBER = "360buy.order.sop.waybill.update"
REPLY = "jingdong.pop.afs.soa.refundapply.replyRefund"
MEMO, READ_MEMO = (
    "jingdong.pop.order.modifyVenderRemark",
    "jingdong.order.venderRemark.queryByOrderId",
)
_ORDER_FIELDS = "orderId,orderState,waybill,logisticsId,venderRemark"


@outbounds.register
class JdOutbound(Outbound):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    needs_address: ClassVar[bool] = False
    renumbers: ClassVar[bool] = True
    memo_flags: ClassVar[tuple[str, ...]] = ("", *codes.FLAGS.values())
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, tokens=self.tokens, clock=self.clock)

    def _find_shipment(self, push: ShipmentPush) -> Told | None:
        order = self._order(push.notice.channel_order_no)
        return questions.find_parcel(order, push.notice.waybill_no)

    def _find_answer(self, push: ReturnAnswer) -> Told | None:
        if not is_application(push.channel_refund_no):
            return audits.outcome(self._service(push), is_agreed=push.is_agreed)
        return questions.find_answer(self._application(push), push)

    def _find_note(self, push: MemoPush) -> Told | None:
        return questions.find_memo(self._memo(push), push)

    def refunds_open(self, channel_order_nos: Sequence[str]) -> frozenset[str] | None:
        """:raises IntegrationError: if there is no answer"""
        return frozenset(number for number in channel_order_nos if self._has_open(number))

    def _has_open(self, number: str) -> bool:
        return any(map(questions.is_open, refund_pages.applications_of(self._api, number)))

    def _ship(self, push: ShipmentPush) -> Told:
        notice = push.notice
        order = self._order(notice.channel_order_no)
        known = questions.find_parcel(order, notice.waybill_no)
        if known is not None:
            return known
        if push.replaces:
            return self._act(RENUMBER, self._change(order, push))
        if questions.has_left(order):
            raise IntegrationError(
                "京东订单已用另一个运单号发货，接口不能追加运单，请在商家后台处理",
                kind=ErrorKind.FATAL,
                code="local:one_shipment",
            )
        own = self.credentials.get("carriers")
        params = {
            "orderId": whole(notice.channel_order_no),
            "logiCoprId": company_number(notice.carrier, codes.CARRIERS, own=own),
            "logiNo": notice.waybill_no,
        }
        return self._act(SHIP, params)

    def _change(self, order: Node, push: ShipmentPush) -> dict[str, object]:
        """An order shows all its numbers in one text, and all of them are told again."""
        own = self.credentials.get("carriers")
        return {
            "order_id": push.notice.channel_order_no,
            "logistics_id": company_number(push.notice.carrier, codes.CARRIERS, own=own),
            "waybill": questions.renumbered(order, push),
        }

    def _answer(self, push: ReturnAnswer) -> Told:
        if not is_application(push.channel_refund_no):
            return self._audit(push)
        application = self._application(push)
        known = questions.find_answer(application, push)
        if known is not None:
            return known
        params = {"id": own_number(push.channel_refund_no), "checkUserName": codes.CHECKER}
        if push.is_agreed:
            words = {"status": codes.AGREED, "remark": codes.AGREED_WORDS}
            return self._act(REPLY, params | words | {"outWareStatus": codes.STILL_HERE})
        words = {"status": codes.REFUSED, "remark": push.words_or(codes.REFUSED_WORDS)}
        why = {"rejectType": codes.CANNOT_STOP, "outWareStatus": codes.LEFT}
        return self._act(REPLY, params | words | why)

    def _audit(self, push: ReturnAnswer) -> Told:
        bill = self._service(push)
        known = audits.outcome(bill, is_agreed=push.is_agreed)
        if known is not None:
            return known
        return self._act(audits.REFUSE, audits.to_refusal(bill, push, vender=self._vender))

    def _note(self, push: MemoPush) -> Told:
        """Memo and flag are written together, so what is to stay is read and told again."""
        memo, flag = push.memo, push.flag
        if memo is None or flag is None:
            shown = Loose(self._memo(push))
            memo = shown.text("remark", limit=2000) if memo is None else memo
            flag = codes.FLAGS.get(shown.whole("flag", 0), "") if flag is None else flag
        numbers = {color: number for number, color in codes.FLAGS.items()}
        params = {
            "order_id": whole(push.channel_order_no),
            "flag": numbers.get(flag, 0),
            "remark": memo,
        }
        return self._act(MEMO, params)

    def _act(self, method: str, params: Mapping[str, object]) -> Told:
        return self._api.call(method, params, lambda _answer: Told())

    def _order(self, number: str) -> Node:
        params = {
            "order_id": whole(number),
            "optional_fields": _ORDER_FIELDS,
            "source_id": "JOS",
        }
        return self._api.ask(ORDER, params, questions.one_order)

    def _memo(self, push: MemoPush) -> Answer:
        return self._api.ask(READ_MEMO, {"order_id": whole(push.channel_order_no)}, _remark)

    @cached_property
    def _vender(self) -> str:
        return merchant.number(self._api)

    def _service(self, push: ReturnAnswer) -> Node:
        named = audits.question(push.channel_refund_no, push.channel_order_no, vender=self._vender)
        return self._api.ask(audits.VIEW, named, audits.one_bill)

    def _application(self, push: ReturnAnswer) -> Node:
        found = refund_pages.application(self._api, push.channel_refund_no)
        if found is None:
            raise IntegrationError(
                "京东没有这个退款申请", kind=ErrorKind.FATAL, code="local:no_refund"
            )
        return found


def _remark(answer: Answer) -> Answer:
    """The memo stands in an object of its own."""
    inner = answer.get("vender_remark")
    return inner if isinstance(inner, dict) else answer
