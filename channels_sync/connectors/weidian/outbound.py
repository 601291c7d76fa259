"""Tell Weidian what left and what we answer to a buyer's request.

No call has a key of its own, so the order is read first each time: what is there is not told again.
Money goes back by our yes; how a refund of our own is asked for is not documented.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from channels_sync.connectors.companies import company_number
from channels_sync.connectors.loose import Loose
from channels_sync.connectors.outbound import (
    Outbound,
    ReturnAnswer,
    ShipmentPush,
    Told,
    outbounds,
)
from channels_sync.connectors.weidian import answering, codes, shipping
from channels_sync.connectors.weidian.api import Api
from channels_sync.connectors.weidian.envelope import Answer
from channels_sync.dto import Unreadable
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

T = TypeVar("T")


@outbounds.register
class WeidianOutbound(Outbound):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    needs_address: ClassVar[bool] = False
    renumbers: ClassVar[bool] = True
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=10)

    @cached_property
    def _api(self) -> Api:
        return Api(self.http, self.tokens)

    @cached_property
    def _usual(self) -> Mapping[str, str]:
        return shipping.usual_numbers(self._api.ask(codes.CARRIERS, {}, _companies))

    def _find_shipment(self, push: ShipmentPush) -> Told | None:
        order = self._order(push.notice.channel_order_no)
        return _understood(lambda: shipping.find_parcel(order, push))

    def _find_answer(self, push: ReturnAnswer) -> Told | None:
        order = self._order(push.channel_order_no)
        return _understood(lambda: answering.outcome(order, push))

    def refunds_open(self, channel_order_nos: Sequence[str]) -> frozenset[str] | None:
        """Read each order as it is this moment.

        :raises IntegrationError: if there is no answer
        """
        return frozenset(
            number
            for number in channel_order_nos
            if self._order(number).data["status"] in codes.REFUNDING
        )

    def _ship(self, push: ShipmentPush) -> Told:
        order = self._order(push.notice.channel_order_no)
        known = _understood(lambda: shipping.find_parcel(order, push))
        if known is not None:
            return known
        company = self._company(push.notice.carrier)
        if push.replaces and _understood(lambda: shipping.shows(order, push.replaces)):
            method, params = shipping.to_change(push, company=company)
        else:
            method, params = _understood(lambda: shipping.to_parcel(order, push, company=company))
        return self._api.call(method, params, lambda _answer: Told())

    def _company(self, carrier: str) -> str:
        """What the shop entered counts; Weidian's own list is asked for the others."""
        own = self.credentials.get("carriers")
        try:
            return company_number(carrier, {}, own=own)
        except IntegrationError:
            return company_number(carrier, self._usual, own=own)

    def _answer(self, push: ReturnAnswer) -> Told:
        order = self._order(push.channel_order_no)
        known = _understood(lambda: answering.outcome(order, push))
        if known is not None:
            return known
        params = _understood(lambda: answering.to_answer(order, push))
        told = Told(channel_ref=push.channel_refund_no)
        return self._api.call(codes.ANSWER, params, lambda _answer: told)

    def _order(self, number: str) -> Loose:
        return self._api.ask(codes.ORDER, {"order_id": number}, _whole_order)


def _whole_order(answer: Answer) -> Loose:
    order = answer.result
    _ = order["order_id"], order["status"], order["items"]
    return Loose(order)


def _companies(answer: Answer) -> list[Mapping[str, Any]]:
    rows = list(answer.result["common_express"])
    for row in rows:
        _ = row["id"], row["express_company"]
    return rows


def _understood(look: Callable[[], T]) -> T:
    try:
        return look()
    except Unreadable as problem:
        raise IntegrationError(
            f"微店订单无法识别（{problem.where}）", kind=ErrorKind.RETRY, code="malformed"
        ) from None
