"""Ask Shopify for changed orders, by the GraphQL Admin API's cursor pages."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.pulling import (
    OrderPage,
    PulledOrder,
    PulledRefund,
    Puller,
    RefundPage,
    pullers,
)
from channels_sync.connectors.shopify import codes, graph, mapper
from channels_sync.connectors.shopify.api import Api
from channels_sync.connectors.shopify.envelope import Answer
from channels_sync.connectors.shopify.ids import gid
from channels_sync.connectors.shopify.refunds.asking import RefundQuestions
from channels_sync.dto import Unreadable

PAGE = 10
LINES = 8
MORE_LINES = 100


@pullers.register
class ShopifyPuller(Puller):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    pulls_refunds: ClassVar[bool] = True

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens)

    @cached_property
    def _refunds(self) -> RefundQuestions:
        return RefundQuestions(self._api)

    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        """Fetch a page of the orders changed in [since, until), the longest unchanged first.

        :raises IntegrationError: throttle with the wait, else in Shopify's words
        """
        variables = {
            "first": PAGE,
            "lines": LINES,
            "after": cursor,
            "query": _changed_in(since, until),
        }
        answer = self._api.call("orders", graph.ORDERS, variables, _whole_answer)
        found = answer.data["orders"]
        orders = tuple(_pulled(self._complete(node)) for node in found["nodes"])
        pages = found["pageInfo"]
        following = pages["endCursor"] if pages["hasNextPage"] else None
        return OrderPage(orders=orders, cursor=following, pause=answer.pause)

    def fetch_order(self, channel_order_no: str) -> PulledOrder | None:
        """:raises IntegrationError: throttle with the wait, else in Shopify's words"""
        variables = {"id": gid("Order", channel_order_no), "lines": MORE_LINES}
        node = self._api.call("order", graph.ORDER, variables, _one_order)
        return _pulled(self._complete(node)) if node else None

    def fetch_refunds(self, *, since: datetime, until: datetime, cursor: str | None) -> RefundPage:
        """Fetch the refunds and returns of a page of changed orders: both change their order.

        :raises IntegrationError: throttle with the wait, else in Shopify's words
        """
        return self._refunds.changed(_changed_in(since, until), cursor)

    def fetch_refund(self, channel_refund_no: str) -> PulledRefund | None:
        """:raises IntegrationError: throttle with the wait, else in Shopify's words"""
        return self._refunds.one(channel_refund_no)

    def _complete(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Fetch the lines beyond the first page, and refunds where they explain the quantities."""
        whole = self._with_all_lines(node)
        if not mapper.needs_refunds(whole):
            return whole
        told = self._api.call("refunds", graph.TAKEN_BACK, {"id": node["id"]}, _taken_back)
        return {**whole, "refunds": told}

    def _with_all_lines(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        rows, pages = list(node["lineItems"]["nodes"]), node["lineItems"].get("pageInfo") or {}
        while pages.get("hasNextPage"):
            variables = {"id": node["id"], "after": pages["endCursor"], "lines": MORE_LINES}
            more = self._api.call("lineItems", graph.MORE_LINES, variables, _more_lines)
            rows += more["nodes"]
            pages = more["pageInfo"]
        return {**node, "lineItems": {"nodes": rows}}


def _whole_answer(answer: Answer) -> Answer:
    # Looked through here, so that a shape we do not know is an answer that says nothing.
    for node in answer.data["orders"]["nodes"]:
        _ = node["id"], node["lineItems"]["nodes"]
    _ = answer.data["orders"]["pageInfo"]["hasNextPage"]
    return answer


def _one_order(answer: Answer) -> Mapping[str, Any] | None:
    node: Mapping[str, Any] | None = answer.data["order"]
    if node is not None:
        _ = node["id"], node["lineItems"]["nodes"]
    return node


def _more_lines(answer: Answer) -> Mapping[str, Any]:
    lines: Mapping[str, Any] = answer.data["order"]["lineItems"]
    _ = lines["nodes"], lines["pageInfo"]["hasNextPage"]
    return lines


def _taken_back(answer: Answer) -> list[Any]:
    return list(answer.data["order"]["refunds"])


def _pulled(node: Mapping[str, Any]) -> PulledOrder:
    payload = json.dumps(node, ensure_ascii=False, sort_keys=True)
    try:
        modified_at: datetime | None = mapper.modified_at(node)
    except Unreadable:
        # It is kept all the same: a person will see what is wrong with it.
        modified_at = None
    return PulledOrder(
        channel_order_no=mapper.order_number(node), modified_at=modified_at, payload=payload
    )


def _changed_in(since: datetime, until: datetime) -> str:
    return f"updated_at:>='{_moment(since)}' AND updated_at:<'{_moment(until)}'"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
