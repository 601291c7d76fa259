"""Ask Weidian for changed orders, and for those on which money is asked back.

The list's rows are only numbers to ask for: they tell neither lines nor amounts. In which order it
comes is written nowhere; an order that changes while we read leaves the window and all behind it
move one place forward, so several pages are read from the last to the first: none is lost, some
come twice.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.loose import Loose, beijing, dump
from channels_sync.connectors.pulling import (
    OrderPage,
    PulledOrder,
    PulledRefund,
    Puller,
    RefundPage,
    pullers,
)
from channels_sync.connectors.weidian import codes, refunding
from channels_sync.connectors.weidian.api import Api
from channels_sync.connectors.weidian.envelope import Answer
from channels_sync.dto import Unreadable
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

SIZE = 20
"""At most 50 rows a page are given; each is asked for by itself."""
REFUND_LISTS = ("refunding", "close")
"""What waits, and what was closed: there a refund ends before the parcel leaves."""
Node = Mapping[str, Any]


@pullers.register
class WeidianPuller(Puller):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=10)
    longest_window: ClassVar[timedelta | None] = timedelta(days=30)
    pulls_refunds: ClassVar[bool] = True

    @cached_property
    def _api(self) -> Api:
        return Api(self.http, self.tokens)

    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        """Fetch a page of the orders changed in [since, until), in no promised order.

        :raises IntegrationError: in Weidian's words
        """
        rows, following = self._rows("all", since=since, until=until, page=int(cursor or 0))
        found = tuple(map(_order, self._details(rows)))
        return OrderPage(orders=found, cursor=str(following) if following else None)

    def fetch_order(self, channel_order_no: str) -> PulledOrder | None:
        """:raises IntegrationError: in Weidian's words"""
        told = self._detail(channel_order_no, None)
        return _order(told) if told else None

    def fetch_refunds(self, *, since: datetime, until: datetime, cursor: str | None) -> RefundPage:
        """:raises IntegrationError: in Weidian's words"""
        at, _dash, page = (cursor or "0-0").partition("-")
        kind = REFUND_LISTS[int(at)]
        rows, following = self._rows(kind, since=since, until=until, page=int(page))
        found = tuple(
            _refund(told, number) for told in self._details(rows) for number in _numbers(told)
        )
        if following:
            return RefundPage(refunds=found, cursor=f"{at}-{following}")
        is_last = int(at) + 1 == len(REFUND_LISTS)
        return RefundPage(refunds=found, cursor=None if is_last else f"{int(at) + 1}-0")

    def fetch_refund(self, channel_refund_no: str) -> PulledRefund | None:
        """:raises IntegrationError: in Weidian's words"""
        parts = refunding.parts_of(channel_refund_no)
        told = self._detail(parts[0], None) if parts else None
        if parts is None or told is None or parts[1] not in _numbers(told):
            return None
        return _refund(told, parts[1])

    def count_orders(self, *, since: datetime, until: datetime) -> int | None:
        """:raises IntegrationError: in Weidian's words"""
        return self._list("all", since=since, until=until, page=1, size=1)[1]

    def _rows(
        self, kind: str, *, since: datetime, until: datetime, page: int
    ) -> tuple[list[Node], int]:
        """Return a page's rows and the page after it, 0 at the end; page 0 is the first look, which
        counts only where there are several."""
        rows, total = self._list(kind, since=since, until=until, page=page or 1, size=SIZE)
        pages = -(-total // SIZE)
        if page == 0 and pages > 1:
            return [], pages
        return rows, max(page - 1, 0)

    def _list(
        self, kind: str, *, since: datetime, until: datetime, page: int, size: int
    ) -> tuple[list[Node], int]:
        params = {
            "page_num": page,
            "page_size": size,
            "order_type": kind,
            "update_start": beijing(since),
            "update_end": beijing(until),
        }
        return self._api.ask(codes.ORDERS, params, _whole_list)

    def _details(self, rows: list[Node]) -> Iterator[Node]:
        for row in rows:
            told = self._detail(str(row["order_id"]), str(row.get("update_time") or "") or None)
            if told:
                yield told

    def _detail(self, number: str, changed: str | None) -> Node | None:
        def read(answer: Answer) -> Node:
            order = answer.result
            _ = order["order_id"], order["status"], order["items"]
            return {"order": order, "told_at": changed or _moment_of(order, answer.told_at)}

        try:
            return self._api.ask(codes.ORDER, {"order_id": number}, read)
        except IntegrationError as error:
            words = error.message.lower()
            if error.kind is ErrorKind.FATAL and any(word in words for word in codes.NOT_FOUND):
                return None
            raise


def _moment_of(order: Node, told_at: datetime | None) -> str:
    """A detail is as new as the moment at which it was told; without that, as its newest time."""
    if told_at is not None:
        return beijing(told_at)
    return max(str(order.get(key) or "") for key in ("add_time", "pay_time", "send_time"))


def _whole_list(answer: Answer) -> tuple[list[Node], int]:
    # Looked through here, so that a shape we do not know is an answer that says nothing.
    rows = list(answer.result["orders"] or [])
    for row in rows:
        _ = row["order_id"]
    return rows, int(answer.result["total_num"])


def _numbers(told: Node) -> list[str]:
    """An order that cannot be read names no refund; it is shown to a person as an order."""
    try:
        return refunding.numbers_in(Loose.of(told["order"]))
    except Unreadable:
        return []


def _order(told: Node) -> PulledOrder:
    return PulledOrder(
        channel_order_no=str(told["order"]["order_id"]),
        modified_at=_moment(told),
        payload=dump(told),
    )


def _refund(told: Node, number: str) -> PulledRefund:
    order = str(told["order"]["order_id"])
    return PulledRefund(
        channel_refund_no=refunding.number_of(order, number),
        channel_order_no=order,
        modified_at=_moment(told),
        payload=dump({**told, "refund_no": number}),
    )


def _moment(told: Node) -> datetime | None:
    """A row without a readable moment is kept all the same: a person will see what is wrong."""
    try:
        return Loose(told).moment("told_at")
    except Unreadable:
        return None
