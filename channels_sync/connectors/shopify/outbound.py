"""Tell Shopify what left, what is paid back, and what we answer on a return.

A fulfillment has no key of its own, so the order is read first each time: units that left already
are no longer open, and a number that is there is not sent again. A refund carries one
(``@idempotent``, demanded from API version 2026-04) and our number in its note.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.outbound import (
    Outbound,
    RefundPush,
    RefusalReason,
    ReturnAnswer,
    ShipmentPush,
    Told,
    outbounds,
)
from channels_sync.connectors.shopify import codes, fulfilling, graph, refunding, returning
from channels_sync.connectors.shopify.api import Api
from channels_sync.connectors.shopify.envelope import Answer, check_user_errors
from channels_sync.connectors.shopify.ids import gid, number
from oms.integration.errors import ErrorKind, IntegrationError


@outbounds.register
class ShopifyOutbound(Outbound):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    renumbers: ClassVar[bool] = True
    refusal_reasons: ClassVar[tuple[RefusalReason, ...]] = returning.REASONS

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens)

    def _find_shipment(self, push: ShipmentPush) -> Told | None:
        order = self._order("shipping", graph.SHIPPING, push.notice.channel_order_no)
        return fulfilling.find_parcel(order, push.notice.waybill_no)

    def _find_payment(self, push: RefundPush) -> Told | None:
        order = self._order("money", graph.MONEY, push.channel_order_no)
        return refunding.find_refund(order, push.refund_no)

    def _ship(self, push: ShipmentPush) -> Told:
        order = self._order("shipping", graph.SHIPPING, push.notice.channel_order_no)
        known = fulfilling.find_parcel(order, push.notice.waybill_no)
        if known is not None:
            return known
        if push.replaces:
            change = fulfilling.to_change(order, push)
            return self._api.call("trackingInfoUpdate", graph.ADD_TRACKING, change, _tracked)
        if push.lines:
            told = {"fulfillment": fulfilling.to_fulfillment(order, push)}
            return self._api.call("fulfillmentCreate", graph.FULFILL, told, _fulfilled)
        more = fulfilling.to_more_tracking(order, push)
        return self._api.call("trackingInfoUpdate", graph.ADD_TRACKING, more, _tracked)

    def _pay(self, push: RefundPush) -> Told:
        order = self._order("money", graph.MONEY, push.channel_order_no)
        known = refunding.find_refund(order, push.refund_no)
        if known is not None:
            return known
        variables = refunding.to_variables(order, push)
        return self._api.call("refundCreate", graph.REFUND, variables, _refunded)

    def _answer(self, push: ReturnAnswer) -> Told:
        known = self._find_answer(push)
        if known is not None:
            return known
        name, document = returning.DECLINE, graph.DECLINE_RETURN
        if push.is_agreed:
            name, document = returning.APPROVE, graph.APPROVE_RETURN

        def read(answer: Answer) -> Told:
            done = check_user_errors(answer.data.get(name))
            return Told(channel_ref=number(done["return"]["id"]))

        return self._api.call(name, document, returning.to_variables(push), read)

    def _find_answer(self, push: ReturnAnswer) -> Told | None:
        told = self._ask("return", graph.RETURN, returning.return_id(push))
        return returning.outcome(told, is_agreed=push.is_agreed)

    def _order(self, operation: str, document: str, order_no: str) -> Mapping[str, Any]:
        order = self._ask("order", document, gid("Order", order_no), operation=operation)
        if order is None:
            raise IntegrationError(
                "Shopify 没有这个订单", kind=ErrorKind.FATAL, code="local:no_order"
            )
        return order

    def _ask(
        self, root: str, document: str, wanted: str, *, operation: str = ""
    ) -> Mapping[str, Any] | None:
        """Read one object; None if there is none."""

        def read(answer: Answer) -> Mapping[str, Any] | None:
            found: Mapping[str, Any] | None = answer.data.get(root)
            return found

        try:
            return self._api.call(operation or root, document, {"id": wanted}, read)
        except IntegrationError as error:
            # A question changes nothing, whatever became of it.
            error.outcome_unknown = False
            raise


def _fulfilled(answer: Answer) -> Told:
    result = check_user_errors(answer.data.get("fulfillmentCreate"))
    return Told(channel_ref=number(result["fulfillment"]["id"]))


def _tracked(answer: Answer) -> Told:
    result = check_user_errors(answer.data.get("fulfillmentTrackingInfoUpdate"))
    return Told(channel_ref=number(result["fulfillment"]["id"]))


def _refunded(answer: Answer) -> Told:
    result = check_user_errors(answer.data.get("refundCreate"))
    return refunding.to_told(result["refund"])
