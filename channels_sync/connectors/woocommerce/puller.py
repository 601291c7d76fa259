"""Ask a WooCommerce shop for changed orders and the refunds on them.

Its list can be filtered by change, but not sorted by it (woocommerce-rest-api-docs, "List all
orders"). An order that changes while we read leaves the window, and all behind it move one place
forward; so a window of several pages is read from the last page to the first: none is lost, some
come twice. An order tells the sums of its refunds only, so their lines are asked for.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.loose import Loose, dump
from channels_sync.connectors.pulling import (
    OrderPage,
    PulledOrder,
    PulledRefund,
    Puller,
    RefundPage,
    pullers,
)
from channels_sync.connectors.woocommerce import codes, refunding
from channels_sync.connectors.woocommerce.api import Api
from channels_sync.connectors.woocommerce.mapper import gmt
from channels_sync.dto import Unreadable
from oms.integration.errors import IntegrationError
from oms.integration.pacing import RateLimit

SIZE = 50
Node = Mapping[str, Any]
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@pullers.register
class WooCommercePuller(Puller):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=3, burst=6)
    pulls_refunds: ClassVar[bool] = True

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http)

    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        """Fetch a page of the orders changed in [since, until), sorted within the page only.

        :raises IntegrationError: in the shop's words
        """
        rows, following = self._page(since=since, until=until, cursor=cursor)
        return OrderPage(
            orders=tuple(_order(self._with_refunds(row)) for row in rows), cursor=following
        )

    def fetch_order(self, channel_order_no: str) -> PulledOrder | None:
        """:raises IntegrationError: in the shop's words"""
        if not channel_order_no.isdecimal():
            return None
        try:
            row = self._api.get(f"/orders/{channel_order_no}", _whole_order)
            return _order(self._with_refunds(row))
        except IntegrationError as error:
            _raise_unless_gone(error)
            return None

    def fetch_refunds(self, *, since: datetime, until: datetime, cursor: str | None) -> RefundPage:
        """Fetch the refunds of a page of changed orders: a refund changes its order.

        :raises IntegrationError: in the shop's words
        """
        rows, following = self._page(since=since, until=until, cursor=cursor)
        found = tuple(
            _refund(row, refund) for row in rows if row.get("refunds") for refund in self._of(row)
        )
        return RefundPage(refunds=found, cursor=following)

    def fetch_refund(self, channel_refund_no: str) -> PulledRefund | None:
        """:raises IntegrationError: in the shop's words"""
        parts = refunding.parts_of(channel_refund_no)
        if parts is None:
            return None
        path = f"/orders/{parts[0]}"
        try:
            order = self._api.get(path, _whole_order)
            refund = self._api.get(f"{path}/refunds/{parts[1]}", _whole_refund)
        except IntegrationError as error:
            _raise_unless_gone(error)
            return None
        return _refund(order, refund)

    def count_orders(self, *, since: datetime, until: datetime) -> int | None:
        """:raises IntegrationError: in the shop's words"""
        params = window(since, until) | {"page": "1", "per_page": "1"}
        _rows, headers = self._api.get_page("/orders", _whole_orders, params)
        told = headers.get("x-wp-total", "")
        return int(told) if told.isdecimal() else None

    def _page(
        self, *, since: datetime, until: datetime, cursor: str | None
    ) -> tuple[list[Node], str | None]:
        page = int(cursor or 1)
        params = window(since, until) | {"page": str(page), "per_page": str(SIZE)}
        try:
            rows, headers = self._api.get_page("/orders", _whole_orders, params)
        except IntegrationError as error:
            # The list became shorter than the page's number while we read.
            if cursor is None or error.code != codes.NO_SUCH_PAGE:
                raise
            rows, headers = [], {}
        if cursor is None:
            pages = int(headers.get("x-wp-totalpages") or 1)
            following = pages if pages > 1 else 0
        else:
            following = page - 1
        return sorted(rows, key=_modified), str(following) if following else None

    def _with_refunds(self, row: Node) -> Node:
        return {**row, codes.DETAILS: self._of(row)} if row.get("refunds") else row

    def _of(self, row: Node) -> list[Node]:
        path = f"/orders/{row['id']}/refunds"
        found: list[Node] = []
        for page in range(1, 1000):
            more = self._api.get(path, _whole_refunds, page=str(page), per_page="100")
            found += more
            if len(more) < 100:
                break
        return found


def window(since: datetime, until: datetime) -> dict[str, str]:
    """Return the filter for [since, until); ``after`` leaves its own second out."""
    return {
        "modified_after": _utc(since - timedelta(seconds=1)),
        "modified_before": _utc(until),
        "dates_are_gmt": "true",
        "status": "any",
        "orderby": "date",
        "order": "asc",
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _raise_unless_gone(error: IntegrationError) -> None:
    if error.code not in codes.NOT_FOUND:
        raise error


def _whole_orders(told: Any) -> list[Node]:
    # Looked through here, so that a shape we do not know is an answer that says nothing.
    return [_whole_order(row) for row in _listed(told)]


def _whole_order(row: Any) -> Node:
    _ = row["id"], row["status"], row["line_items"]
    whole: Node = row
    return whole


def _whole_refunds(told: Any) -> list[Node]:
    return [_whole_refund(row) for row in _listed(told)]


def _whole_refund(row: Any) -> Node:
    _ = row["id"], row["amount"]
    whole: Node = row
    return whole


def _listed(told: Any) -> list[Any]:
    if not isinstance(told, list):
        raise TypeError("not a list")
    return told


def _order(row: Node) -> PulledOrder:
    return PulledOrder(
        channel_order_no=str(row["id"]),
        modified_at=_moment(row, "date_modified_gmt"),
        payload=dump(row),
    )


def _refund(row: Node, refund: Node) -> PulledRefund:
    order = str(row["id"])
    told = {"order_id": order, "currency": row.get("currency"), "refund": refund}
    return PulledRefund(
        channel_refund_no=refunding.number_of(order, str(refund["id"])),
        channel_order_no=order,
        modified_at=_moment(refund, "date_created_gmt"),
        payload=dump(told),
    )


def _modified(row: Node) -> datetime:
    return _moment(row, "date_modified_gmt") or _LONG_AGO


def _moment(row: Node, key: str) -> datetime | None:
    """A row without a readable moment is kept all the same: a person will see what is wrong."""
    try:
        return gmt(Loose(row), key)
    except Unreadable:
        return None
