"""Tell Youzan what left, what we answer to a buyer's request, what is paid back, the seller's memo.

What is there is read first each time: it is not told again. Youzan's carriers are asked for by
name, because their numbers are a shop's own.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.outbound import (
    MemoPush,
    Outbound,
    RefundPush,
    ReturnAnswer,
    ShipmentPush,
    Told,
    outbounds,
)
from channels_sync.connectors.values import whole
from channels_sync.connectors.youzan import answering, codes, shipping
from channels_sync.connectors.youzan.api import Api
from channels_sync.connectors.youzan.envelope import Node, check_success
from channels_sync.dto import Unreadable
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

_STARS = frozenset("12345")
_FLAG = "star-"


@outbounds.register
class YouzanOutbound(Outbound):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    needs_address: ClassVar[bool] = False
    memo_flags: ClassVar[tuple[str, ...]] = tuple(f"{_FLAG}{star}" for star in "12345")
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=10)

    @cached_property
    def _api(self) -> Api:
        return Api(self.http, self.tokens)

    def _find_shipment(self, push: ShipmentPush) -> Told | None:
        return shipping.find_parcel(self._trade(push.notice.channel_order_no), push)

    def _find_answer(self, push: ReturnAnswer) -> Told | None:
        request = self._request(push.channel_refund_no)
        return answering.outcome(request, is_agreed=push.is_agreed)

    def _find_payment(self, push: RefundPush) -> Told | None:
        asked = self._asked(push)
        return answering.paid(asked) if asked else None

    def _find_note(self, push: MemoPush) -> Told | None:
        return Told() if _shows(self._trade(push.channel_order_no), push) else None

    def refunds_open(self, channel_order_nos: Sequence[str]) -> frozenset[str] | None:
        """Read each order as it is this moment.

        :raises IntegrationError: if there is no answer
        """
        return frozenset(number for number in channel_order_nos if self._is_refunding(number))

    def _ship(self, push: ShipmentPush) -> Told:
        trade = self._trade(push.notice.channel_order_no)
        known = shipping.find_parcel(trade, push)
        if known is not None:
            return known
        sender = str(self.credentials.get("sender_mobile") or "")
        params = shipping.to_parcel(trade, push, carriers=self._carriers, sender=sender)
        return self._api.call(codes.SHIP, params, _done)

    def _answer(self, push: ReturnAnswer) -> Told:
        request = self._request(push.channel_refund_no)
        known = answering.outcome(request, is_agreed=push.is_agreed)
        if known is not None:
            return known
        method, params = answering.to_answer(request, push)
        self._api.call(method, params, _done)
        return Told(channel_ref=push.channel_refund_no)

    def _pay(self, push: RefundPush) -> Told:
        """The money moves after we asked, so that is not the end of it."""
        asked = self._asked(push)
        known = answering.paid(asked) if asked else None
        if known is not None:
            return known
        method, params = answering.to_payment(asked, push)
        number = self._api.call(method, params, _refund_number)
        return Told(channel_ref=number or str(params.get("refund_id") or ""), is_final=False)

    def _note(self, push: MemoPush) -> Told:
        """A memo must be told, so the one that is there is told again with a new flag."""
        memo = push.memo
        if memo is None:
            memo = str(_remarks(self._trade(push.channel_order_no)).get("trade_memo") or "")
        params = {"tid": push.channel_order_no, "memo": memo}
        star = (push.flag or "").removeprefix(_FLAG)
        return self._api.call(
            codes.MEMO, params | ({"flag": star} if star in _STARS else {}), _done
        )

    def _asked(self, push: RefundPush) -> Node | None:
        params = {"tid": push.channel_order_no, "page_no": 1, "page_size": 50}
        numbers = self._api.ask(codes.REFUNDS, params, _numbers)
        return answering.request_for([self._request(number) for number in numbers], push)

    def _is_refunding(self, number: str) -> bool:
        info = Fields.of(self._trade(number)["full_order_info"]["order_info"], "order_info")
        try:
            return whole(info, "refund_state") in codes.REFUNDING
        except Unreadable as problem:
            raise IntegrationError(
                f"有赞订单无法识别（{problem.where}）", kind=ErrorKind.RETRY, code="malformed"
            ) from None

    def _trade(self, number: str) -> Node:
        return self._api.ask(codes.ORDER, {"tid": number}, _whole_trade)

    def _request(self, number: str) -> Node:
        return self._api.ask(codes.REFUND, {"refund_id": number}, _whole_request)

    @cached_property
    def _carriers(self) -> Sequence[Node]:
        return self._api.ask(codes.CARRIERS, {}, lambda data: data["allExpress"])


def _done(data: Node) -> Told:
    check_success(data)
    return Told()


def _refund_number(data: Node) -> str:
    check_success(data)
    return str(data.get("refund_id") or "")


def _numbers(data: Node) -> list[str]:
    return [str(row["refund_id"]) for row in data["refunds"]]


def _whole_trade(data: Node) -> Node:
    _ = data["full_order_info"]["order_info"]["tid"], data["full_order_info"]["orders"]
    return data


def _whole_request(data: Node) -> Node:
    _ = data["refund_id"], data["status"], data["version"], data["refund_fee"]
    return data


def _remarks(trade: Node) -> Node:
    remarks: Any = trade["full_order_info"].get("remark_info")
    return remarks if isinstance(remarks, dict) else {}


def _shows(trade: Node, push: MemoPush) -> bool:
    remarks = _remarks(trade)
    star = (push.flag or "").removeprefix(_FLAG)
    same_flag = star not in _STARS or star == str(remarks.get("star"))
    return same_flag and (push.memo is None or push.memo == remarks.get("trade_memo"))
