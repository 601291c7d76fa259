"""Tell Doudian what left, what we answer to a buyer's request, and the seller's memo.

Money goes back by our yes to a request, never by a call of its own. What is there is read first:
a parcel or an answer that was told is not told again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.doudian import answering, codes, material, paying, shipping
from channels_sync.connectors.doudian.api import Api
from channels_sync.connectors.doudian.envelope import Node
from channels_sync.connectors.doudian.lines import is_refunding
from channels_sync.connectors.doudian.puller import ORDER, REFUNDS
from channels_sync.connectors.fields import Fields
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
from channels_sync.dto import Unreadable
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

DETAIL, OPERATE = "/afterSale/Detail", "/afterSale/operate"
REASONS, MEMO = "/afterSale/rejectReasonCodeList", "/order/addOrderRemark"
ADDRESSES = "/address/list"
_STARS = {color: number for number, color in codes.FLAGS.items()}
_MOST_REQUESTS, _MOST_ADDRESSES, _MOST_PHOTOS = 100, 100, 4
_NEWEST_FIRST = {"order_by": "desc", "order_field": "update_time"}


@outbounds.register
class DoudianOutbound(Outbound):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    needs_address: ClassVar[bool] = False
    renumbers: ClassVar[bool] = True
    memo_flags: ClassVar[tuple[str, ...]] = tuple(codes.FLAGS[star] for star in range(1, 6))
    longest_memo: ClassVar[int] = 60
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens, self.clock)

    def _find_shipment(self, push: ShipmentPush) -> Told | None:
        return shipping.find_parcel(
            self._order(push.notice.channel_order_no), push.notice.waybill_no
        )

    def _find_answer(self, push: ReturnAnswer) -> Told | None:
        request = self._request(push.channel_refund_no)
        return answering.outcome(request, is_agreed=push.is_agreed)

    def _find_payment(self, push: RefundPush) -> Told | None:
        asked = self._asked(push)
        return paying.outcome(asked) if asked else None

    def _find_note(self, push: MemoPush) -> Told | None:
        return Told() if _shows(self._order(push.channel_order_no), push) else None

    def reasons_of(self, channel_refund_no: str) -> tuple[RefusalReason, ...]:
        """:raises IntegrationError: if there is no answer"""
        params = {"aftersale_id": int(channel_refund_no)}
        return self._api.ask(REASONS, params, answering.to_reasons)

    def refunds_open(self, channel_order_nos: Sequence[str]) -> frozenset[str] | None:
        """Read each order as it is this moment.

        :raises IntegrationError: if there is no answer
        """
        return frozenset(number for number in channel_order_nos if self._is_refunding(number))

    def _ship(self, push: ShipmentPush) -> Told:
        order = self._order(push.notice.channel_order_no)
        known = shipping.find_parcel(order, push.notice.waybill_no)
        if known is not None:
            return known
        own = self.credentials.get("carriers")
        if push.replaces:
            path, params = shipping.to_change(order, push, own=own)
            return self._api.call(path, params, lambda _data: Told())
        path, params = shipping.to_parcel(push, own=own)
        try:
            return self._api.call(path, params, shipping.to_told)
        except IntegrationError as error:
            raise shipping.as_done_before(error) from None

    def _answer(self, push: ReturnAnswer) -> Told:
        request = self._request(push.channel_refund_no)
        known = answering.outcome(request, is_agreed=push.is_agreed)
        if known is not None:
            return known
        is_return = push.is_agreed and push.return_to and answering.needs_address(request)
        params = answering.to_operation(
            request,
            push,
            refusal=None if push.is_agreed else self._refusal(push),
            addresses=self._addresses() if is_return else (),
        )
        return self._api.call(OPERATE, params, answering.to_told)

    def _pay(self, push: RefundPush) -> Told:
        """The money moves after our yes, so that is not the end of it."""
        asked = self._asked(push)
        known = paying.outcome(asked) if asked else None
        if known is not None:
            return known
        params = paying.to_operation(asked, push)
        return replace(self._api.call(OPERATE, params, answering.to_told), is_final=False)

    def _asked(self, push: RefundPush) -> Node | None:
        params = {"order_id": push.channel_order_no, "page": 0, "size": _MOST_REQUESTS}
        found = self._api.ask(REFUNDS, params, lambda data: list(data["items"]))
        return paying.request_for(found, push)

    def _note(self, push: MemoPush) -> Told:
        """A flag is taken beside a memo only, so the memo that is there is told again with it."""
        memo = push.memo
        if memo is None:
            memo = str(self._order(push.channel_order_no).get("seller_words") or "")
        return self._api.call(MEMO, _memo(push, memo), lambda _data: Told())

    def _is_refunding(self, number: str) -> bool:
        order = Fields.of(dict(self._order(number)), "message")
        try:
            return is_refunding(order)
        except Unreadable as problem:
            raise IntegrationError(
                f"抖店订单无法识别（{problem.where}）", kind=ErrorKind.RETRY, code="malformed"
            ) from None

    def _order(self, number: str) -> Node:
        return self._api.ask(ORDER, {"shop_order_id": number}, _only_order)

    def _request(self, number: str) -> Node:
        return self._api.ask(DETAIL, {"after_sale_id": number}, _only_request)

    def _addresses(self) -> Sequence[Node]:
        params = {"page_size": _MOST_ADDRESSES, "page_no": 1} | _NEWEST_FIRST
        return self._api.ask(ADDRESSES, params, lambda data: list(data.get("address_list") or []))

    def _refusal(self, push: ReturnAnswer) -> answering.Refusal:
        reason = answering.reason_for(self.reasons_of(push.channel_refund_no), push)
        evidence = []
        for at, url in enumerate(push.photo_urls[:_MOST_PHOTOS], 1):
            try:
                evidence.append(material.stored(self._api, url, name=f"{push.case_no}-{at}.jpg"))
            except IntegrationError as error:
                if reason.needs_photo or error.kind is not ErrorKind.FATAL:
                    raise
        return answering.Refusal(reason, tuple(evidence))


def _only_order(data: Node) -> Node:
    order: Node | None = data.get("shop_order_detail")
    if not order:
        raise IntegrationError("抖店没有这个订单", kind=ErrorKind.FATAL, code="local:no_order")
    _ = order["order_id"], order["sku_order_list"]
    return order


def _only_request(data: Node) -> Node:
    request: Node = data["process_info"]["after_sale_info"]
    _ = request["after_sale_id"], request["after_sale_status"], request["after_sale_type"]
    return request


def _memo(push: MemoPush, memo: str) -> Mapping[str, Any]:
    """:raises IntegrationError: fatal if Doudian takes less than we mean"""
    if len(memo) > DoudianOutbound.longest_memo:
        raise IntegrationError(
            f"抖店备注最多 {DoudianOutbound.longest_memo} 个字",
            kind=ErrorKind.FATAL,
            code="local:memo",
        )
    told = {"order_id": push.channel_order_no, "remark": memo}
    star = _STARS.get(push.flag or "")
    return told if star is None else told | {"is_add_star": "true", "star": str(star)}


def _shows(order: Node, push: MemoPush) -> bool:
    star = _STARS.get(push.flag or "")
    same_flag = star is None or star == int(order.get("seller_remark_stars") or 0)
    return same_flag and (push.memo is None or push.memo == order.get("seller_words"))
