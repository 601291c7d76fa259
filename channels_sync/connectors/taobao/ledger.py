"""Taobao's own list of a day, by creation: a question of its own, read by code of its own."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from channels_sync.connectors.ledgers import Ledger, LedgerPage, Standing, ledgers
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao.api import Api
from channels_sync.connectors.taobao.envelope import Node, wrapped
from oms.dto import ChannelStatus
from oms.integration.pacing import RateLimit
from oms.integration.wire import malformed

PAGE = 100
LIST = "taobao.trades.sold.get"
_FIELDS = "tid,status,created,modified,pay_time,payment,step_trade_status,step_paid_fee,orders"
_BEIJING = ZoneInfo("Asia/Shanghai")
_SECOND = timedelta(seconds=1)


@ledgers.register
class TaobaoLedger(Ledger):
    """One shop, three months back at most. Of money that went back the list says nothing: a line
    tells that it was asked for, neither how much nor what was asked for after the trade's end."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    days_back: ClassVar[int | None] = 90
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens, self.clock)

    def list_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> LedgerPage:
        """List a page; a creation does not change, so that page numbers hold.

        :raises IntegrationError: in TOP's words
        """
        page = int(cursor or 1)
        params = {
            "fields": _FIELDS,
            "start_created": _text(since),
            # Both ends belong to TOP's window; what was placed at the end is the next day's.
            "end_created": _text(until - _SECOND),
            "page_no": str(page),
            "page_size": str(PAGE),
            "use_has_next": "false",
        }
        total, found = self._api.ask(LIST, params, _found)
        # An empty page ends the list too, whatever the count says.
        has_more = bool(found) and page * PAGE < total
        return LedgerPage(
            rows=tuple(map(_standing, found)),
            cursor=str(page + 1) if has_more else None,
            total=total,
        )


def _found(answer: Node) -> tuple[int, list[Node]]:
    return int(answer["total_results"]), wrapped(answer, "trades", "trade")


def _standing(trade: Mapping[str, Any]) -> Standing:
    status = _status(trade)
    return Standing(
        channel_order_no=str(trade["tid"]),
        status=status,
        paid=_paid(trade, status),
        waybill_nos=_waybills(wrapped(trade, "orders", "order")),
        modified_at=_moment(trade["modified"]),
    )


def _status(trade: Mapping[str, Any]) -> ChannelStatus:
    """Say what the trade and the step of its presale mean together."""
    told, step = str(trade["status"]), str(trade.get("step_trade_status") or codes.STEP_PAID)
    status = codes.STATUS.get(told)
    if status is None or step not in {codes.STEP_PAID, *codes.STEP_UNPAID}:
        raise malformed(f"淘宝的订单状态 {told}/{step} 无法识别")
    if step == codes.STEP_PAID or status not in (ChannelStatus.UNPAID, ChannelStatus.PAID):
        return status
    return codes.STEP_UNPAID[step]


def _paid(trade: Mapping[str, Any], status: ChannelStatus) -> Decimal:
    if trade.get("step_trade_status") in codes.DEPOSIT_ONLY:
        return Decimal(str(trade.get("step_paid_fee") or 0))
    if status is ChannelStatus.UNPAID or not trade.get("pay_time"):
        return Decimal(0)
    return Decimal(str(trade["payment"]))


def _waybills(lines: list[Node]) -> frozenset[str] | None:
    """None where a line left and shows no number: goods that need no parcel leave so too."""
    numbers = [(line.get("status"), str(line.get("invoice_no") or "")) for line in lines]
    if any(status in codes.HAS_LEFT and not number for status, number in numbers):
        return None
    return frozenset(number for _status, number in numbers if number)


def _text(at: datetime) -> str:
    return at.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: Any) -> datetime:
    naive = datetime.fromisoformat(str(text))
    return naive.replace(tzinfo=_BEIJING).astimezone(UTC)
