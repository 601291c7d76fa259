"""Tell Pinduoduo what left, what we answer to a buyer's request, and the seller's memo.

An order leaves with its first parcel; further numbers are told beside it. Nothing carries a key of
ours, so the order or the request is read first each time. A request can be agreed to, not refused,
and money goes back by agreeing only.
"""

import json
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from channels_sync.connectors.companies import company_number
from channels_sync.connectors.loose import Loose
from channels_sync.connectors.outbound import (
    MemoPush,
    Outbound,
    ReturnAnswer,
    ShipmentPush,
    Told,
    outbounds,
)
from channels_sync.connectors.pinduoduo import codes, questions
from channels_sync.connectors.pinduoduo.api import Answer, Api
from channels_sync.connectors.pinduoduo.envelope import check_done
from channels_sync.connectors.pinduoduo.questions import Node
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

SHIP, FURTHER = "pdd.logistics.online.send", "pdd.order.upload.extra.logistics"
AGREE, AGREE_RETURN = "pdd.refund.agree", "pdd.refund.returngoods.agree"
ADDRESSES, REQUEST = "pdd.refund.address.list.get", "pdd.refund.information.get"
CHECK, MEMO = "pdd.refund.status.check", "pdd.order.note.update"
ORDER = "pdd.order.information.get"
_SPLIT, _GIFT = "1", "3"
_CHANGED = "2"
"""``redelivery_type``: what was told of the parcel before is overwritten, once it has left."""
_AT_ONCE = 50


@outbounds.register
class PinduoduoOutbound(Outbound):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    needs_address: ClassVar[bool] = False
    renumbers: ClassVar[bool] = True
    memo_flags: ClassVar[tuple[str, ...]] = tuple(codes.FLAGS.values())
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=10, burst=10)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, clock=self.clock)

    def _find_shipment(self, push: ShipmentPush) -> Told | None:
        order = self._order(push.notice.channel_order_no)
        return questions.find_parcel(order, push.notice.waybill_no)

    def _find_answer(self, push: ReturnAnswer) -> Told | None:
        return questions.find_answer(self._request(push), is_agreed=push.is_agreed)

    def _find_note(self, push: MemoPush) -> Told | None:
        return questions.find_memo(self._order(push.channel_order_no), push)

    def refunds_open(self, channel_order_nos: Sequence[str]) -> frozenset[str] | None:
        """:raises IntegrationError: if there is no answer"""
        numbers, found = list(channel_order_nos), set[str]()
        for at in range(0, len(numbers), _AT_ONCE):
            params = {"order_sns": ",".join(numbers[at : at + _AT_ONCE])}
            found |= self._api.ask(CHECK, params, _with_refund, tokens=self.tokens)
        return frozenset(found)

    def _ship(self, push: ShipmentPush) -> Told:
        notice = push.notice
        order = self._order(notice.channel_order_no)
        known = questions.find_parcel(order, notice.waybill_no)
        if known is not None:
            return known
        own = self.credentials.get("carriers")
        company = company_number(notice.carrier, codes.CARRIERS, own=own)
        params = {
            "order_sn": notice.channel_order_no,
            "logistics_id": company,
            "tracking_number": notice.waybill_no,
        }
        if push.replaces:
            questions.check_changeable(order, push)
            return self._act(SHIP, params | {"redelivery_type": _CHANGED})
        if questions.has_left(order):
            return self._tell_further(push, company)
        return self._act(SHIP, params)

    def _tell_further(self, push: ShipmentPush, company: str) -> Told:
        """Units of the order's own lines make a part of it; without them it is a gift of ours."""
        track = {"shipping_id": int(company), "tracking_number": push.notice.waybill_no}
        params = {
            "order_sn": push.notice.channel_order_no,
            "extra_track_type": _SPLIT if push.lines else _GIFT,
            "extra_track_list": json.dumps([track]),
        }
        return self._act(FURTHER, params)

    def _answer(self, push: ReturnAnswer) -> Told:
        if not push.is_agreed:
            raise IntegrationError(
                "拼多多开放平台不支持驳回售后申请，请在商家后台处理",
                kind=ErrorKind.FATAL,
                code="local:not_taken",
            )
        known = questions.find_answer(self._request(push), is_agreed=True)
        if known is not None:
            return known
        request = {
            "after_sales_id": int(push.channel_refund_no),
            "order_sn": push.channel_order_no,
            "operate_desc": codes.AGREED,
        }
        if push.return_to is None:
            return self._act(AGREE, {"request": _json(request)})
        rows = self._api.ask(ADDRESSES, {}, _addresses, tokens=self.tokens)
        request["return_address_id"] = questions.address_number(rows, push.return_to)
        return self._act(AGREE_RETURN, {"request": _json(request)})

    def _note(self, push: MemoPush) -> Told:
        """Memo and flag are written together, so what is to stay is read and told again."""
        order = self._order(push.channel_order_no)
        shown = Loose(order)
        flag = push.flag if push.flag is not None else codes.FLAGS.get(shown.whole("remark_tag", 0))
        memo = push.memo if push.memo is not None else shown.text("remark", limit=2000)
        params = {"order_sn": push.channel_order_no, "note": memo}
        if flag in codes.FLAG_NAMES:
            tags = {color: tag for tag, color in codes.FLAGS.items()}
            params |= {"tag": str(tags[flag]), "tag_name": codes.FLAG_NAMES[flag]}
        return self._act(MEMO, params)

    def _act(self, operation: str, params: dict[str, str]) -> Told:
        self._api.call(operation, params, check_done, tokens=self.tokens)
        return Told()

    def _order(self, number: str) -> Node:
        params = {"order_sn": number}
        return self._api.ask(ORDER, params, questions.one_order, tokens=self.tokens)

    def _request(self, push: ReturnAnswer) -> Answer:
        params = {"after_sales_id": push.channel_refund_no, "order_sn": push.channel_order_no}
        return self._api.ask(REQUEST, params, dict, tokens=self.tokens)


def _with_refund(answer: Answer) -> set[str]:
    rows = answer["order_sns_exists_refund"] or []
    return {str(row["order_sn"] if isinstance(row, dict) else row) for row in rows}


def _addresses(answer: Answer) -> list[Node]:
    return [dict(row) for row in answer.get("refund_address_list") or []]


def _json(request: dict[str, object]) -> str:
    return json.dumps(request, ensure_ascii=False, separators=(",", ":"))
