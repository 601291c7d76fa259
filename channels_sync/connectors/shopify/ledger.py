"""Shopify's own list of a day, by creation: a question of its own, read by code of its own."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.ledgers import Ledger, LedgerPage, Standing, ledgers
from channels_sync.connectors.shopify import codes, graph
from channels_sync.connectors.shopify.api import Api
from channels_sync.connectors.shopify.envelope import Answer
from oms.dto import ChannelStatus
from oms.integration.wire import malformed

PAGE = 20
PARCELS, NUMBERS = 6, 2


@ledgers.register
class ShopifyLedger(Ledger):
    """One shop. Orders of more than 60 days ago are listed only with ``read_all_orders``."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    days_back: ClassVar[int | None] = 60

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens)

    def list_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> LedgerPage:
        """:raises IntegrationError: throttle with the wait, else in Shopify's words"""
        variables = {
            "first": PAGE,
            "after": cursor,
            "query": f"created_at:>='{_moment(since)}' AND created_at:<'{_moment(until)}'",
        }
        return self._api.call("ledger", graph.LEDGER, variables, _page)


def _page(answer: Answer) -> LedgerPage:
    found = answer.data["orders"]
    pages = found["pageInfo"]
    return LedgerPage(
        rows=tuple(_standing(node) for node in found["nodes"]),
        cursor=pages["endCursor"] if pages["hasNextPage"] else None,
        pause=answer.pause,
    )


def _standing(node: Mapping[str, Any]) -> Standing:
    return Standing(
        channel_order_no=str(node["legacyResourceId"]),
        status=_status(node),
        paid=_amount(node, "totalPriceSet") if _is_paid(node) else Decimal(0),
        refunded=_amount(node, "totalRefundedSet"),
        waybill_nos=_waybills(node["fulfillments"]),
        modified_at=datetime.fromisoformat(node["updatedAt"]).astimezone(UTC),
    )


def _waybills(parcels: Sequence[Mapping[str, Any]]) -> frozenset[str] | None:
    """None where there may be more than were listed: a page of many would cost too much."""
    if len(parcels) >= PARCELS or any(len(one["trackingInfo"]) >= NUMBERS for one in parcels):
        return None
    return frozenset(
        str(each["number"])
        for parcel in parcels
        if parcel["status"] not in codes.GONE_FULFILLMENTS
        for each in parcel["trackingInfo"]
        if each.get("number")
    )


def _status(node: Mapping[str, Any]) -> ChannelStatus:
    """Say in the unified words what the two words of Shopify mean together."""
    financial, shipped = node["displayFinancialStatus"], node["displayFulfillmentStatus"] or ""
    if node["cancelledAt"] or financial in codes.NEVER_PAID:
        return ChannelStatus.CANCELLED
    match codes.FULFILLMENT.get(shipped):
        case ChannelStatus.PAID:
            if financial in codes.NOT_PAID_YET:
                return ChannelStatus.UNPAID
            is_over = financial == "REFUNDED"
            return ChannelStatus.CANCELLED if is_over else ChannelStatus.PAID
        case ChannelStatus.SHIPPED if node["closedAt"]:
            return ChannelStatus.COMPLETED
        case ChannelStatus() as known:
            return known
    raise malformed(f"Shopify 的发货状态 {shipped} 无法识别")


def _is_paid(node: Mapping[str, Any]) -> bool:
    return node["displayFinancialStatus"] in codes.PAID


def _amount(node: Mapping[str, Any], key: str) -> Decimal:
    return Decimal(str(node[key]["shopMoney"]["amount"]))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
