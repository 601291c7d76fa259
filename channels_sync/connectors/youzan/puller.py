"""Ask Youzan for changed orders and refunds.

Its search shows a change after about 30 seconds, takes 100 rows a page and 100 pages (refunds:
3,000 rows), and a span of 3 months at most. A list does not say which lines left or were paid back:
where that matters the order is asked for by itself.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.pulling import (
    OrderPage,
    PulledOrder,
    PulledRefund,
    Puller,
    RefundPage,
    pullers,
)
from channels_sync.connectors.values import beijing
from channels_sync.connectors.written import BEIJING
from channels_sync.connectors.youzan import codes, messages
from channels_sync.connectors.youzan.api import Api
from channels_sync.connectors.youzan.envelope import Node
from channels_sync.connectors.youzan.slices import Slice
from channels_sync.dto import Unreadable
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

SIZE, MOST_PAGES = 100, 100
REFUND_SIZE, MOST_REFUND_PAGES = 50, 60
Asked = Callable[[Slice, int], Node]


@pullers.register
class YouzanPuller(Puller):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    lag: ClassVar[timedelta] = timedelta(seconds=40)
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=10)
    longest_window: ClassVar[timedelta | None] = timedelta(days=7)
    pulls_refunds: ClassVar[bool] = True

    @cached_property
    def _api(self) -> Api:
        return Api(self.http, self.tokens)

    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        """Fetch a page of the orders changed in [since, until); pages come in no promised order.

        :raises IntegrationError: in Youzan's words
        """
        end = _seconds(until)
        place = Slice.of(cursor, since=_seconds(since), until=end)
        place, data = _seen(place, self._orders, most=SIZE * MOST_PAGES)
        total = int(data["total_results"])
        following = (
            place.opened(total, size=SIZE, most_pages=MOST_PAGES, until=end)
            if place.is_new
            else place.after(until=end)
        )
        found = (self._whole(row) for row in data["full_order_info_list"])
        return OrderPage(orders=tuple(map(_order, found)), cursor=following)

    def fetch_order(self, channel_order_no: str) -> PulledOrder | None:
        """:raises IntegrationError: in Youzan's words"""
        detail = _or_none(lambda: self._detail(channel_order_no))
        return _order(detail) if detail else None

    def fetch_refunds(self, *, since: datetime, until: datetime, cursor: str | None) -> RefundPage:
        """:raises IntegrationError: in Youzan's words"""
        end = _seconds(until)
        place = Slice.of(cursor, since=_seconds(since), until=end)
        place, data = _seen(place, self._refunds, most=REFUND_SIZE * MOST_REFUND_PAGES)
        total = int(data["total"])
        following = (
            place.opened(total, size=REFUND_SIZE, most_pages=MOST_REFUND_PAGES, until=end)
            if place.is_new
            else place.after(until=end)
        )
        found = (self._refund(str(row["refund_id"])) for row in data["refunds"])
        return RefundPage(refunds=tuple(map(_refund, found)), cursor=following)

    def fetch_refund(self, channel_refund_no: str) -> PulledRefund | None:
        """:raises IntegrationError: in Youzan's words"""
        told = _or_none(lambda: self._refund(channel_refund_no))
        return _refund(told) if told else None

    def count_orders(self, *, since: datetime, until: datetime) -> int | None:
        """:raises IntegrationError: in Youzan's words"""
        window = Slice(_seconds(since), _seconds(until))
        params = _window(window) | {"page_no": 1, "page_size": 1}
        return self._api.ask(codes.ORDERS, params, lambda data: int(data["total_results"]))

    def _orders(self, window: Slice, page: int) -> Node:
        params = _window(window) | {"page_no": page, "page_size": SIZE}
        return self._api.ask(codes.ORDERS, params, _with_orders)

    def _refunds(self, window: Slice, page: int) -> Node:
        params = {
            "update_time_start": window.start,
            "update_time_end": window.end,
            "page_no": page,
            "page_size": REFUND_SIZE,
        }
        return self._api.ask(codes.REFUNDS, params, _with_refunds)

    def _whole(self, row: Node) -> Node:
        info = row["full_order_info"]["order_info"]
        is_touched = info.get("refund_state") or info.get("consign_time")
        if info.get("status") != codes.WAITING_FOR_GOODS or not is_touched:
            return row
        return self._detail(str(info["tid"]))

    def _detail(self, number: str) -> Node:
        return self._api.ask(codes.ORDER, {"tid": number}, _with_order)

    def _refund(self, number: str) -> Node:
        return self._api.ask(codes.REFUND, {"refund_id": number}, _with_refund)


def _seen(place: Slice, ask: Asked, *, most: int) -> tuple[Slice, Node]:
    """Look at a page; a slice of which not every row can be seen is halved first."""
    while True:
        data = ask(place, place.page or 1)
        total = int(data.get("total_results", data.get("total", 0)))
        part = place.half() if place.is_new and total > most else None
        if part is None:
            return place, data
        place = part


def _or_none(question: Callable[[], Node]) -> Node | None:
    try:
        return question()
    except IntegrationError as error:
        words = error.message.lower()
        if error.kind is ErrorKind.FATAL and any(word in words for word in messages.NOT_FOUND):
            return None
        raise


def _window(window: Slice) -> dict[str, Any]:
    return {"start_update": _local(window.start), "end_update": _local(window.end)}


def _with_orders(data: Node) -> Node:
    # Looked through here, so that a shape we do not know is an answer that says nothing.
    for row in data["full_order_info_list"]:
        _ = row["full_order_info"]["order_info"]["tid"]
    _ = int(data["total_results"])
    return data


def _with_order(data: Node) -> Node:
    _ = data["full_order_info"]["order_info"]["tid"], data["full_order_info"]["orders"]
    return data


def _with_refunds(data: Node) -> Node:
    for row in data["refunds"]:
        _ = row["refund_id"]
    _ = int(data["total"])
    return data


def _with_refund(data: Node) -> Node:
    _ = data["refund_id"], data["tid"]
    return data


def _order(row: Node) -> PulledOrder:
    info = row["full_order_info"]["order_info"]
    return PulledOrder(
        channel_order_no=str(info["tid"]),
        modified_at=_moment(info, "update_time"),
        payload=_written(row),
    )


def _refund(row: Node) -> PulledRefund:
    return PulledRefund(
        channel_refund_no=str(row["refund_id"]),
        channel_order_no=str(row["tid"]),
        modified_at=_moment(row, "modified"),
        payload=_written(row),
    )


def _moment(row: Mapping[str, Any], key: str) -> datetime | None:
    """A row without a readable moment is kept all the same: a person will see what is wrong."""
    try:
        return beijing(Fields.of(dict(row), "message"), key)
    except Unreadable:
        return None


def _written(row: Node) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def _local(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
