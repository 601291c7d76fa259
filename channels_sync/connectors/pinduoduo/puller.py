"""Ask Pinduoduo for what changed: windows of half an hour, the newest first, read backwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.loose import Loose, dump
from channels_sync.connectors.pinduoduo import codes, mapper, terms
from channels_sync.connectors.pinduoduo.api import Answer, Api
from channels_sync.connectors.pulling import (
    OrderPage,
    PulledOrder,
    PulledRefund,
    Puller,
    RefundPage,
    pullers,
)
from channels_sync.dto import Unreadable
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

PAGE = 100
_WINDOW = timedelta(minutes=30)
_COUNTED = timedelta(days=2)
_ORDERS = "pdd.order.number.list.increment.get"
_REFUNDS = "pdd.refund.list.increment.get"
_ALL = {"is_lucky_flag": "0", "order_status": "5", "refund_status": "5"}
_ALL_REFUNDS = {"after_sales_type": "1", "after_sales_status": "1"}
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Rows:
    rows: list[Node]
    total: int


@pullers.register
class PinduoduoPuller(Puller):
    """One shop. The newest change stands on page 1, so pages are read from the last to the first,
    and their number is told with each: where rows came in between, a page is read again."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    lag: ClassVar[timedelta] = timedelta(minutes=3)
    overlap: ClassVar[timedelta] = timedelta(minutes=10)
    """A clock that is ten minutes ahead is answered: what happens where a window ended too early is
    asked for by the next one."""
    longest_window: ClassVar[timedelta | None] = _WINDOW
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=10, burst=10)
    pulls_refunds: ClassVar[bool] = True

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, clock=self.clock)

    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        """:raises IntegrationError: in Pinduoduo's words"""
        found, following = self._page(self._order_rows, since, until, cursor)
        return OrderPage(orders=tuple(map(self._whole, found)), cursor=following)

    def fetch_order(self, channel_order_no: str) -> PulledOrder | None:
        """:raises IntegrationError: in Pinduoduo's words"""
        try:
            node = self._api.ask(
                "pdd.order.information.get",
                {"order_sn": channel_order_no},
                _order_info,
                tokens=self.tokens,
            )
        except IntegrationError as error:
            if error.kind is ErrorKind.FATAL and codes.NOT_THERE in error.message:
                return None
            raise
        return _pulled(node)

    def fetch_refunds(self, *, since: datetime, until: datetime, cursor: str | None) -> RefundPage:
        """:raises IntegrationError: in Pinduoduo's words"""
        found, following = self._page(self._refund_rows, since, until, cursor)
        rows = terms.with_terms(self._api, found, self.tokens)
        return RefundPage(refunds=tuple(map(_pulled_refund, rows)), cursor=following)

    def count_orders(self, *, since: datetime, until: datetime) -> int | None:
        """A long silence is not counted: half an hour a call, it would cost the time that reads.

        :raises IntegrationError: in Pinduoduo's words
        """
        if until - since > _COUNTED:
            return None
        total, begin = 0, since
        while begin < until:
            end = min(begin + _WINDOW, until)
            # Both ends belong to a window, so that the next one begins a second later.
            last = end if end == until else end - timedelta(seconds=1)
            total += self._order_rows(begin, last, 1, size=1).total
            begin = end
        return total

    def _page(
        self,
        fetch: Callable[[datetime, datetime, int], _Rows],
        since: datetime,
        until: datetime,
        cursor: str | None,
    ) -> tuple[list[Node], str | None]:
        """Return the rows of the page in turn, and the cursor "page:rows in the window"."""
        if cursor is None:
            first = fetch(since, until, 1)
            page, total = -(-first.total // PAGE), first.total
            if page <= 1:
                return first.rows, None
        else:
            page, total = (int(part) for part in cursor.split(":"))
        found = fetch(since, until, page)
        if found.total > total:
            # What came in pushed rows onto pages that were read already: begin at these again.
            moved = -(-(found.total - total) // PAGE)
            last = -(-found.total // PAGE)
            return found.rows, f"{min(page + moved, last)}:{found.total}"
        return found.rows, f"{page - 1}:{total}" if page > 1 else None

    def _order_rows(
        self, since: datetime, until: datetime, page: int, *, size: int | None = None
    ) -> _Rows:
        params = _ALL | _window(since, until, page, size or PAGE) | {"use_has_next": "false"}
        return self._api.ask(_ORDERS, params, _rows("order_sn_list"), tokens=self.tokens)

    def _refund_rows(self, since: datetime, until: datetime, page: int) -> _Rows:
        params = _ALL_REFUNDS | _window(since, until, page, PAGE)
        return self._api.ask(_REFUNDS, params, _rows("refund_list"), tokens=self.tokens)

    def _whole(self, node: Node) -> PulledOrder:
        """Read an order by itself where the list names only its number."""
        if node.get("item_list"):
            return _pulled(node)
        found = self.fetch_order(str(node["order_sn"]))
        return found or _pulled(node)


def _window(since: datetime, until: datetime, page: int, size: int) -> dict[str, str]:
    return {
        "start_updated_at": str(int(since.timestamp())),
        "end_updated_at": str(int(until.timestamp())),
        "page": str(page),
        "page_size": str(size),
    }


def _rows(key: str) -> Callable[[Answer], _Rows]:
    def read(answer: Answer) -> _Rows:
        rows: list[Node] = [dict(row) for row in answer.get(key) or []]
        return _Rows(rows, int(answer["total_count"]))

    return read


def _order_info(answer: Answer) -> Node:
    return dict(answer["order_info"])


def _pulled(node: Node) -> PulledOrder:
    order = Loose(node)
    try:
        modified_at: datetime | None = mapper.modified_at(order)
    except Unreadable:
        # It is kept all the same: a person will see what is wrong with it.
        modified_at = None
    return PulledOrder(
        channel_order_no=str(node.get("order_sn") or ""),
        modified_at=modified_at,
        payload=dump(node),
    )


def _pulled_refund(node: Node) -> PulledRefund:
    try:
        modified_at = Loose(node).moment("updated_time")
    except Unreadable:
        modified_at = None
    return PulledRefund(
        channel_refund_no=str(node.get("id") or ""),
        channel_order_no=str(node.get("order_sn") or ""),
        modified_at=modified_at,
        payload=dump(node),
    )
