"""Pinduoduo's own list of a day: a question of its own, read by code of its own.

It lists by when an order was confirmed, which may be up to a day after it was placed (a group has
to form), so that the day after is asked for too.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from channels_sync.connectors.ledgers import Ledger, LedgerPage, Standing, ledgers
from channels_sync.connectors.pinduoduo import codes, ledger_refunds
from channels_sync.connectors.pinduoduo.api import Answer, Api
from channels_sync.connectors.pinduoduo.ledger_refunds import Requests
from oms.dto import ChannelStatus
from oms.integration.pacing import RateLimit
from oms.integration.wire import malformed

PAGE = 100
LIST = "pdd.order.list.get"
_DAY = timedelta(hours=24)
MONEY_BACK = timedelta(days=2)
"""How long ago a day may have begun for its refunds to be read: half an hour a call."""
_BEIJING = ZoneInfo("Asia/Shanghai")


@ledgers.register
class PinduoduoLedger(Ledger):
    """One shop, three months back at most. The list says nothing of money that went back; the
    requests since a day began tell, which are not read of a day that began too long ago."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    days_back: ClassVar[int | None] = 90
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=10, burst=10)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, clock=self.clock)

    @cached_property
    def _requests(self) -> dict[datetime, Requests]:
        """Requests that were read, by when their day began: once for all pages of a list."""
        return {}

    def list_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> LedgerPage:
        """List a page; the cursor is "window|page". A confirmation does not change, so that page
        numbers hold.

        :raises IntegrationError: in Pinduoduo's words
        """
        window, _mark, number = (cursor or "0|1").partition("|")
        begin, page = since + int(window) * _DAY, int(number)
        end = min(begin + _DAY, until + _DAY, self.clock())
        if begin >= end:
            return LedgerPage(rows=())
        found = self._ask(begin, end, page)
        following = f"{int(window) + 1}|1" if begin + _DAY < until + _DAY else None
        mine = [row for row in found if since <= _placed(row) < until]
        requests = self._requests_since(since) if mine else None
        rows = tuple(_standing(row, requests) for row in mine)
        return LedgerPage(
            rows=rows, cursor=f"{window}|{page + 1}" if len(found) >= PAGE else following
        )

    def _requests_since(self, since: datetime) -> Requests | None:
        now = self.clock()
        if now - since > MONEY_BACK:
            return None
        if since not in self._requests:
            told = ledger_refunds.read(self._api, self.tokens, since=since, until=now)
            self._requests[since] = told
        return self._requests[since]

    def _ask(self, begin: datetime, end: datetime, page: int) -> list[Mapping[str, Any]]:
        params = {
            "start_confirm_at": str(int(begin.timestamp())),
            # Both ends belong to the platform's window.
            "end_confirm_at": str(int(end.timestamp()) - 1),
            "order_status": "5",
            "refund_status": "5",
            "page": str(page),
            "page_size": str(PAGE),
            "use_has_next": "true",
        }
        return self._api.ask(LIST, params, _found, tokens=self.tokens)


def _found(answer: Answer) -> list[Mapping[str, Any]]:
    return [dict(row) for row in answer.get("order_list") or []]


def _standing(row: Mapping[str, Any], requests: Requests | None) -> Standing:
    further = row.get("extra_delivery_list") or []
    numbers = {row.get("tracking_number"), *(each.get("tracking_number") for each in further)}
    return Standing(
        channel_order_no=str(row["order_sn"]),
        status=_status(row),
        paid=_paid(row),
        refunded=requests.back(str(row["order_sn"])) if requests else None,
        waybill_nos=frozenset(str(number) for number in numbers if number),
        modified_at=_moment(row["updated_at"]),
    )


def _status(row: Mapping[str, Any]) -> ChannelStatus:
    shipping, refund = int(row["order_status"]), int(row["refund_status"])
    if int(row["confirm_status"]) == codes.UNDONE or (shipping == 1 and refund == codes.REFUNDED):
        return ChannelStatus.CANCELLED
    if shipping not in codes.SHIPPING:
        raise malformed(f"拼多多的订单状态 {shipping} 无法识别")
    is_half_paid = shipping == 1 and _step(row) not in (None, 2)
    return ChannelStatus.UNPAID if is_half_paid else codes.SHIPPING[shipping]


def _paid(row: Mapping[str, Any]) -> Decimal:
    if _step(row) in (None, 2):
        return Decimal(str(row["pay_amount"]))
    return Decimal(str(row["step_order_info"].get("advanced_paid_fee") or 0))


def _step(row: Mapping[str, Any]) -> int | None:
    step = row.get("step_order_info")
    return int(step["step_trade_status"]) if step and int(row.get("trade_type") or 0) == 1 else None


def _placed(row: Mapping[str, Any]) -> datetime:
    return _moment(row["created_time"])


def _moment(text: Any) -> datetime:
    naive = datetime.fromisoformat(str(text))
    return naive.replace(tzinfo=_BEIJING).astimezone(UTC)
