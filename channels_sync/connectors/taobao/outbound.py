"""Tell TOP what left, what we answer, what is paid back, and what the seller notes.

Nothing of it has a key of its own, so the trade or the refund is read first each time: what is
there already is not told again.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from channels_sync.connectors.outbound import (
    MemoPush,
    Outbound,
    RefundPush,
    RefusalReason,
    ReturnAnswer,
    ShipmentPush,
    Told,
    outbounds,
)
from channels_sync.connectors.taobao import answering, codes, memos, shipping
from channels_sync.connectors.taobao.api import Api
from channels_sync.connectors.taobao.envelope import Node, wrapped
from channels_sync.connectors.taobao.puller import REFUND, TRADE
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

SHIP, MEMO = "taobao.logistics.offline.send", "taobao.trade.memo.update"
RENUMBER = "taobao.logistics.consign.resend"


@outbounds.register
class TaobaoOutbound(Outbound):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    renumbers: ClassVar[bool] = True
    memo_flags: ClassVar[tuple[str, ...]] = ("", *codes.FLAGS.values())
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens, self.clock)

    def _find_shipment(self, push: ShipmentPush) -> Told | None:
        trade = self._trade(push.notice.channel_order_no, shipping.FIELDS)
        return shipping.find_parcel(trade, push)

    def _find_answer(self, push: ReturnAnswer) -> Told | None:
        refund = self._refund(push.channel_refund_no)
        return answering.outcome(refund, is_agreed=push.is_agreed)

    def _find_payment(self, push: RefundPush) -> Told | None:
        paid = [each for each in self._refunds_of(push) if each["status"] == "SUCCESS"]
        return Told(channel_ref=str(paid[0]["refund_id"])) if paid else None

    def _find_note(self, push: MemoPush) -> Told | None:
        trade = self._trade(push.channel_order_no, memos.FIELDS)
        return memos.find(trade, push)

    def reasons_of(self, channel_refund_no: str) -> tuple[RefusalReason, ...]:
        """:raises IntegrationError: if there is no answer"""
        question = answering.to_question(self._refund(channel_refund_no))
        return self._api.ask(answering.REASONS, question, answering.to_reasons)

    def refunds_open(self, channel_order_nos: Sequence[str]) -> frozenset[str] | None:
        """:raises IntegrationError: if there is no answer"""
        return frozenset(number for number in channel_order_nos if self._has_open(number))

    def _ship(self, push: ShipmentPush) -> Told:
        trade = self._trade(push.notice.channel_order_no, shipping.FIELDS)
        known = shipping.find_parcel(trade, push)
        if known is not None:
            return known
        if push.replaces:
            self._api.call(RENUMBER, shipping.to_change(trade, push), _check_success)
        else:
            self._api.call(SHIP, shipping.to_shipment(trade, push), _check_success)
        return Told(channel_ref=push.notice.waybill_no)

    def _answer(self, push: ReturnAnswer) -> Told:
        refund = self._refund(push.channel_refund_no)
        known = answering.outcome(refund, is_agreed=push.is_agreed)
        if known is not None:
            return known
        method, params = answering.to_answer(refund, push)
        files = answering.proof(method, push)
        self._api.call(method, params, answering.check_paid, files=files)
        return Told(channel_ref=push.channel_refund_no)

    def _pay(self, push: RefundPush) -> Told:
        known = self._find_payment(push)
        if known is not None:
            return known
        waiting = [each for each in self._refunds_of(push) if _is_open(each.get("status"))]
        if len(waiting) != 1:
            raise IntegrationError(
                "淘宝订单上没有（或不止一笔）进行中的退款申请，请在卖家后台处理",
                kind=ErrorKind.FATAL,
                code="local:no_refund",
            )
        params = answering.to_payment(waiting[0], push)
        self._api.call(answering.PAY, params, answering.check_paid)
        return Told(channel_ref=str(waiting[0]["refund_id"]))

    def _note(self, push: MemoPush) -> Told:
        self._api.call(MEMO, memos.to_params(push), lambda _answer: None)
        return Told(channel_ref=push.channel_order_no)

    def _refunds_of(self, push: RefundPush) -> list[Node]:
        """Read the refunds of the lines that the money is for; of all lines if it names none."""
        trade = self._trade(push.channel_order_no, shipping.FIELDS)
        named = {line.channel_line_no for line in push.lines if line.channel_line_no}
        numbers = [
            str(line["refund_id"])
            for line in wrapped(trade, "orders", "order")
            if line.get("refund_id") and (not named or str(line.get("oid")) in named)
        ]
        return [self._refund(number) for number in numbers]

    def _has_open(self, number: str) -> bool:
        trade = self._trade(number, "tid,orders")
        return any(
            _is_open(each.get("refund_status")) for each in wrapped(trade, "orders", "order")
        )

    def _trade(self, number: str, fields: str) -> Node:
        return self._api.ask(
            TRADE, {"tid": number, "fields": fields}, lambda answer: _object(answer, "trade")
        )

    def _refund(self, number: str) -> Node:
        params = {"refund_id": number, "fields": codes.REFUND_FIELDS}
        return self._api.ask(REFUND, params, lambda answer: _object(answer, "refund"))


def _is_open(status: object) -> bool:
    return str(status or "") not in codes.REFUND_OVER


def _object(answer: Node, key: str) -> Node:
    found: Node = answer[key]
    return found


def _check_success(answer: Node) -> None:
    if (answer.get("shipping") or {}).get("is_success") is False:
        raise IntegrationError("淘宝没有接受这个包裹", kind=ErrorKind.FATAL, code="not_success")
