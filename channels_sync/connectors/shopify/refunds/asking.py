"""Ask a Shopify shop for refunds and returns.

An app without the scope ``read_returns`` is refused as a whole where a question names returns; then
refunds alone are asked for.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from channels_sync.connectors.pulling import PulledRefund, RefundPage
from channels_sync.connectors.shopify.api import Api
from channels_sync.connectors.shopify.envelope import Answer
from channels_sync.connectors.shopify.ids import gid
from channels_sync.connectors.shopify.refunds import graph, pulled
from channels_sync.connectors.shopify.refunds.mapper import return_no
from oms.integration.errors import IntegrationError

T = TypeVar("T")
Node = Mapping[str, Any]
PAGE = 25
_DENIED = "ACCESS_DENIED"
_RETURN = return_no("-").removesuffix("-")


class RefundQuestions:
    """Remembers for its life whether returns may be asked for."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._sees_returns = True

    def changed(self, query: str, cursor: str | None) -> RefundPage:
        """Fetch what the orders of a page of changes have of refunds and returns.

        :raises IntegrationError: throttle with the wait, else in Shopify's words
        """
        variables = {"first": PAGE, "after": cursor, "query": query}
        documents = graph.CHANGED, graph.CHANGED_ONLY_REFUNDS
        answer = self._ask("changedRefunds", documents, variables, _whole_page)
        found = answer.data["orders"]
        refunds: list[PulledRefund] = []
        for node in found["nodes"]:
            if node["refunds"] or (node.get("returns") or {}).get("nodes"):
                refunds += self._of(node["id"])
        pages = found["pageInfo"]
        return RefundPage(
            refunds=tuple(refunds),
            cursor=pages["endCursor"] if pages["hasNextPage"] else None,
            pause=answer.pause,
        )

    def one(self, channel_refund_no: str) -> PulledRefund | None:
        """:raises IntegrationError: throttle with the wait, else in Shopify's words"""
        digits = channel_refund_no.removeprefix(_RETURN)
        if not digits.isdecimal():
            return None
        if channel_refund_no == digits:
            variables = {"id": gid("Refund", digits)}
            return self._api.call("oneRefund", graph.ONE_REFUND, variables, _one_refund)
        variables = {"id": gid("Return", digits)}
        return self._api.call("oneReturn", graph.ONE_RETURN, variables, _one_return)

    def _of(self, order_id: str) -> list[PulledRefund]:
        documents = graph.OF_ORDER, graph.OF_ORDER_ONLY_REFUNDS
        return self._ask("refundsOf", documents, {"id": order_id}, _of_order)

    def _ask(
        self,
        operation: str,
        documents: tuple[str, str],
        variables: Node,
        read: Callable[[Answer], T],
    ) -> T:
        with_returns, without = documents
        if self._sees_returns:
            try:
                return self._api.call(operation, with_returns, variables, read)
            except IntegrationError as error:
                if error.code != _DENIED:
                    raise
                self._sees_returns = False
        return self._api.call(operation, without, variables, read)


def _whole_page(answer: Answer) -> Answer:
    # Looked through here, so that a shape we do not know is an answer that says nothing.
    for node in answer.data["orders"]["nodes"]:
        _ = node["id"], node["refunds"]
    _ = answer.data["orders"]["pageInfo"]["hasNextPage"]
    return answer


def _of_order(answer: Answer) -> list[PulledRefund]:
    return list(pulled.of_order(answer.data["order"] or {}))


def _one_refund(answer: Answer) -> PulledRefund | None:
    refund = answer.data["refund"]
    return pulled.of_refunds([refund], refund["order"]) if refund else None


def _one_return(answer: Answer) -> PulledRefund | None:
    asked = answer.data["return"]
    if not asked:
        return None
    settling = asked["refunds"]["nodes"]
    order = asked["order"]
    return pulled.of_refunds(settling, order) if settling else pulled.of_return(asked, order)
