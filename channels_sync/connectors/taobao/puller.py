"""Ask TOP for changed trades and refunds."""

import json
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.pulling import (
    OrderPage,
    PulledOrder,
    PulledRefund,
    Puller,
    RefundPage,
    pullers,
)
from channels_sync.connectors.taobao import codes, mapper, paging
from channels_sync.connectors.taobao.api import Api
from channels_sync.connectors.taobao.envelope import Node
from oms.integration.errors import IntegrationError
from oms.integration.pacing import RateLimit

TRADES, TRADE = "taobao.trades.sold.increment.get", "taobao.trade.fullinfo.get"
REFUNDS, REFUND = "taobao.refunds.receive.get", "taobao.refund.get"


@pullers.register
class TaobaoPuller(Puller):
    """One shop. TOP allows windows of a day and advises half an hour; the flow of calls is granted
    per app and told nowhere, so ours stays low."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    lag: ClassVar[timedelta] = timedelta(minutes=1)
    overlap: ClassVar[timedelta] = timedelta(minutes=10)
    """TOP answers a clock that is ten minutes ahead (101617): a window may end where nothing has
    happened yet, and what happens there is asked for by the next one."""
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)
    longest_window: ClassVar[timedelta | None] = timedelta(minutes=30)
    pulls_refunds: ClassVar[bool] = True

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens)

    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        """Fetch a page of the trades changed in [since, until), the longest unchanged first.

        :raises IntegrationError: in TOP's words
        """
        window = paging.window(since, until) | {"fields": codes.TRADE_FIELDS}
        page = paging.fetch(self._asking(TRADES, window), cursor, outer="trades", inner="trade")
        orders = tuple(_order(self._with_words(row)) for row in page.rows)
        return OrderPage(orders=orders, cursor=page.cursor)

    def fetch_order(self, channel_order_no: str) -> PulledOrder | None:
        """:raises IntegrationError: in TOP's words"""
        trade = self._trade(channel_order_no)
        return _order(trade) if trade else None

    def fetch_refunds(self, *, since: datetime, until: datetime, cursor: str | None) -> RefundPage:
        """:raises IntegrationError: in TOP's words"""
        window = paging.window(since, until) | {"fields": codes.REFUND_FIELDS}
        page = paging.fetch(self._asking(REFUNDS, window), cursor, outer="refunds", inner="refund")
        return RefundPage(refunds=tuple(map(_refund, page.rows)), cursor=page.cursor)

    def fetch_refund(self, channel_refund_no: str) -> PulledRefund | None:
        """:raises IntegrationError: in TOP's words"""
        params = {"refund_id": channel_refund_no, "fields": codes.REFUND_FIELDS}
        try:
            return self._api.ask(REFUND, params, lambda answer: _refund(answer["refund"]))
        except IntegrationError as error:
            if error.code in codes.NO_SUCH:
                return None
            raise

    def count_orders(self, *, since: datetime, until: datetime) -> int | None:
        """:raises IntegrationError: in TOP's words"""
        return paging.count(
            self._asking(TRADES, paging.window(since, until) | {"fields": "tid,modified"})
        )

    def _asking(self, method: str, window: dict[str, str]) -> paging.Ask:
        return lambda page: self._api.ask(method, {**window, **page}, lambda answer: answer)

    def _with_words(self, row: Node) -> Node:
        """Only the whole trade tells what the buyer wrote."""
        if not row.get("has_buyer_message"):
            return row
        return self._trade(str(row["tid"])) or row

    def _trade(self, number: str) -> Node | None:
        params = {"tid": number, "fields": codes.WHOLE_FIELDS, "include_oaid": "true"}
        try:
            return self._api.ask(TRADE, params, _whole_trade)
        except IntegrationError as error:
            if error.code in codes.NO_SUCH:
                return None
            raise


def _whole_trade(answer: Node) -> Node:
    trade: Node = answer["trade"]
    return trade


def _order(row: Node) -> PulledOrder:
    return PulledOrder(
        channel_order_no=str(row["tid"]),
        modified_at=mapper.modified_at(Fields(row, "message")),
        payload=_written(row),
    )


def _refund(row: Node) -> PulledRefund:
    return PulledRefund(
        channel_refund_no=str(row["refund_id"]),
        channel_order_no=str(row["tid"]),
        modified_at=mapper.modified_at(Fields(row, "message")),
        payload=_written(row),
    )


def _written(row: Node) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
