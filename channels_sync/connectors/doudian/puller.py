"""Ask Doudian for changed orders and after-sales requests.

``/order/searchList`` knows the orders of the last 90 days, ``/afterSale/List`` the requests of the
last 6 months; both count pages from 0, take 100 rows at most, and sort by the moment of change.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.doudian import codes
from channels_sync.connectors.doudian.api import Api
from channels_sync.connectors.doudian.envelope import Node
from channels_sync.connectors.doudian.keyset import Place
from channels_sync.connectors.doudian.messages import NO_SUCH_ORDER
from channels_sync.connectors.pulling import (
    OrderPage,
    PulledOrder,
    PulledRefund,
    Puller,
    RefundPage,
    pullers,
)
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

SIZE = 100
ORDERS, ORDER, REFUNDS = "/order/searchList", "/order/orderDetail", "/afterSale/List"


@pullers.register
class DoudianPuller(Puller):
    """One shop. The speed is granted per app and method in Doudian's console; ours stays below."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)
    longest_window: ClassVar[timedelta | None] = timedelta(days=7)
    pulls_refunds: ClassVar[bool] = True

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens, self.clock)

    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        """Fetch a page of the orders changed in [since, until), the longest unchanged first.

        :raises IntegrationError: in Doudian's words
        """
        place = Place.of(cursor, since=_seconds(since))
        params = _window(place.start, until) | {"page": place.page, "size": SIZE}
        data = self._api.ask(ORDERS, params, _with_orders)
        found = data["shop_order_list"]
        has_more = len(found) >= SIZE or (place.page + 1) * SIZE < int(data.get("total") or 0)
        moments = [_moment(row.get("update_time")) for row in found]
        return OrderPage(
            orders=tuple(_order(row) for row in found),
            cursor=place.cursor_after(moments, has_more=has_more),
        )

    def fetch_order(self, channel_order_no: str) -> PulledOrder | None:
        """:raises IntegrationError: in Doudian's words"""
        try:
            return self._api.ask(ORDER, {"shop_order_id": channel_order_no}, _one_order)
        except IntegrationError as error:
            if error.kind is ErrorKind.FATAL and NO_SUCH_ORDER in error.message:
                return None
            raise

    def fetch_refunds(self, *, since: datetime, until: datetime, cursor: str | None) -> RefundPage:
        """:raises IntegrationError: in Doudian's words"""
        place = Place.of(cursor, since=_seconds(since))
        params = {
            "update_start_time": place.start,
            "update_end_time": _seconds(until),
            "order_by": ["update_time asc"],
            "page": place.page,
            "size": SIZE,
        }
        data = self._api.ask(REFUNDS, params, _with_refunds)
        found = data["items"]
        moments = [_moment(row["aftersale_info"].get("update_time")) for row in found]
        return RefundPage(
            refunds=tuple(_refund(row) for row in found),
            cursor=place.cursor_after(moments, has_more=bool(data.get("has_more"))),
        )

    def fetch_refund(self, channel_refund_no: str) -> PulledRefund | None:
        """Fetch by the list, because the detail is written in another way.

        :raises IntegrationError: in Doudian's words
        """
        params = {"aftersale_id": channel_refund_no, "page": 0, "size": 1}
        found = self._api.ask(REFUNDS, params, _with_refunds)["items"]
        return _refund(found[0]) if found else None

    def count_orders(self, *, since: datetime, until: datetime) -> int | None:
        """:raises IntegrationError: in Doudian's words"""
        params = _window(_seconds(since), until) | {"page": 0, "size": 1}
        return self._api.ask(ORDERS, params, lambda data: int(data["total"]))


def _window(start: int, until: datetime) -> dict[str, Any]:
    return {
        "update_time_start": start,
        "update_time_end": _seconds(until),
        "order_by": "update_time",
        "order_asc": True,
    }


def _with_orders(data: Node) -> Node:
    # Looked through here, so that a shape we do not know is an answer that says nothing.
    for row in data["shop_order_list"]:
        _ = row["order_id"], row["sku_order_list"]
    return data


def _one_order(data: Node) -> PulledOrder | None:
    found = data.get("shop_order_detail")
    return _order(found) if found else None


def _with_refunds(data: Node) -> Node:
    for row in data["items"]:
        _ = row["aftersale_info"]["aftersale_id"], row["order_info"]["shop_order_id"]
    return data


def _order(row: Mapping[str, Any]) -> PulledOrder:
    return PulledOrder(
        channel_order_no=str(row["order_id"]),
        modified_at=_time(row.get("update_time")),
        payload=_written(row),
    )


def _refund(row: Mapping[str, Any]) -> PulledRefund:
    told = row["aftersale_info"]
    return PulledRefund(
        channel_refund_no=str(told["aftersale_id"]),
        channel_order_no=str(row["order_info"]["shop_order_id"]),
        modified_at=_time(told.get("update_time")),
        payload=_written(row),
    )


def _written(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def _moment(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _time(value: Any) -> datetime | None:
    """A row without a readable moment is kept all the same: a person will see what is wrong."""
    seconds = _moment(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds and seconds < 10**11 else None


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
