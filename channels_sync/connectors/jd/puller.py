"""Ask JD for what changed: the longest unchanged first, from moment to moment."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from channels_sync.connectors.jd import codes, mapper, merchant, refund_pages
from channels_sync.connectors.jd.api import Api
from channels_sync.connectors.jd.envelope import Answer
from channels_sync.connectors.jd.refund_numbers import is_application, whole
from channels_sync.connectors.loose import Loose, beijing, dump
from channels_sync.connectors.pulling import (
    OrderPage,
    PulledOrder,
    PulledRefund,
    Puller,
    RefundPage,
    not_asked,
    pullers,
)
from channels_sync.dto import Unreadable
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

PAGE = 100
_SEARCH = "jingdong.pop.order.search"
Node = Mapping[str, Any]
T = TypeVar("T")


@pullers.register
class JdPuller(Puller):
    """One shop. An order that changes again leaves the window and moves those behind it up, so the
    next page begins at the moment where the one before ended, not at a number.

    Unpaid orders are not told.
    """

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    lag: ClassVar[timedelta] = timedelta(minutes=1)
    longest_window: ClassVar[timedelta | None] = timedelta(days=6)
    """Orders may be asked for by the month, services that were applied for by the week."""
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)
    pulls_refunds: ClassVar[bool] = True

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, tokens=self.tokens, clock=self.clock)

    @cached_property
    def _vender(self) -> str:
        return merchant.number(self._api)

    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        """:raises IntegrationError: in JD's words"""
        begin, _mark, number = (cursor or f"{beijing(since)}|1").partition("|")
        page = int(number)
        rows = self._search(begin, beijing(until), page=page, size=PAGE, read=_orders)
        following = _next(rows, begin=begin, page=page) if len(rows) >= PAGE else None
        return OrderPage(orders=tuple(map(_pulled, rows)), cursor=following)

    def fetch_order(self, channel_order_no: str) -> PulledOrder | None:
        """:raises IntegrationError: in JD's words"""
        params = {
            "order_id": whole(channel_order_no),
            "optional_fields": codes.OPTIONAL_FIELDS,
            "source_id": "JOS",
        }
        try:
            node = self._api.ask("jingdong.pop.order.get", params, _order)
        except IntegrationError as error:
            if error.kind is ErrorKind.FATAL and codes.NOT_THERE in error.message:
                return None
            raise
        return _pulled(node) if node else None

    def fetch_refunds(self, *, since: datetime, until: datetime, cursor: str | None) -> RefundPage:
        """:raises IntegrationError: in JD's words"""
        return refund_pages.fetch(
            self._api, since=since, until=until, cursor=cursor, vender=lambda: self._vender
        )

    def fetch_refund(self, channel_refund_no: str) -> PulledRefund | None:
        """Only refunds before shipping can be asked for by their number.

        :raises IntegrationError: in JD's words
        """
        if not is_application(channel_refund_no):
            raise not_asked()
        return refund_pages.fetch_one(self._api, channel_refund_no)

    @classmethod
    def reads_refund(cls, channel_refund_no: str) -> bool:
        return is_application(channel_refund_no)

    def count_orders(self, *, since: datetime, until: datetime) -> int | None:
        """:raises IntegrationError: in JD's words"""
        return self._search(beijing(since), beijing(until), page=1, size=1, read=_total)

    def _search(
        self, begin: str, end: str, *, page: int, size: int, read: Callable[[Answer], T]
    ) -> T:
        params = {
            "start_date": begin,
            "end_date": end,
            "order_state": "ALL",
            "optional_fields": codes.OPTIONAL_FIELDS,
            "page": str(page),
            "page_size": str(size),
            "sortType": 0,
            "dateType": 0,
            "source_id": "JOS",
        }
        return self._api.ask(_SEARCH, params, read)


def _next(rows: list[Node], *, begin: str, page: int) -> str:
    """Go on from the last moment told; within one second, or out of order, by page numbers."""
    moments = [_modified(row) or "" for row in rows]
    is_in_order = moments == sorted(moments)
    return f"{moments[-1]}|1" if is_in_order and moments[-1] > begin else f"{begin}|{page + 1}"


def _modified(row: Node) -> str | None:
    try:
        moment = Loose(row).moment("modified")
    except Unreadable:
        return None
    return beijing(moment) if moment else None


def _orders(answer: Answer) -> list[Node]:
    return [dict(row) for row in answer.get("orderInfoList") or []]


def _total(answer: Answer) -> int:
    return int(answer["orderTotal"])


def _order(answer: Answer) -> Node | None:
    found = answer.get("orderInfo")
    return dict(found) if found else None


def _pulled(node: Node) -> PulledOrder:
    try:
        modified_at: datetime | None = mapper.modified_at(Loose(node))
    except Unreadable:
        # It is kept all the same: a person will see what is wrong with it.
        modified_at = None
    return PulledOrder(
        channel_order_no=str(node.get("orderId") or ""),
        modified_at=modified_at,
        payload=dump(node),
    )
