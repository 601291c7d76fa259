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
LIST, REFUND = "taobao.trades.sold.get", "taobao.refund.get"
_PAID_BACK, _OVER = "SUCCESS", "TRADE_FINISHED"
_FIELDS = "tid,status,created,modified,pay_time,payment,step_trade_status,step_paid_fee,orders"
_BEIJING = ZoneInfo("Asia/Shanghai")
_SECOND = timedelta(seconds=1)


@ledgers.register
class TaobaoLedger(Ledger):
    """One shop, three months back at most. Of money that went back a line tells that it did, and
    the refund itself how much; of what was asked for after the trade's end the list says nothing.
    """

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
            rows=tuple(_standing(trade, refunded=self._refunded(trade)) for trade in found),
            cursor=str(page + 1) if has_more else None,
            total=total,
        )

    def _refunded(self, trade: Node) -> Decimal | None:
        """Return the money that is back; None once the trade is over, where a line forgets."""
        if trade["status"] == _OVER:
            return None
        lines = wrapped(trade, "orders", "order")
        paid_back = [line for line in lines if line.get("refund_status") == _PAID_BACK]
        if not all(line.get("refund_id") for line in paid_back):
            return None
        numbers = sorted({str(line["refund_id"]) for line in paid_back})
        return sum(map(self._fee, numbers), Decimal(0))

    def _fee(self, number: str) -> Decimal:
        params = {"refund_id": number, "fields": "refund_id,status,refund_fee"}
        return self._api.ask(REFUND, params, _fee)


def _fee(answer: Node) -> Decimal:
    refund = answer["refund"]
    return Decimal(str(refund["refund_fee"])) if refund["status"] == _PAID_BACK else Decimal(0)


def _found(answer: Node) -> tuple[int, list[Node]]:
    return int(answer["total_results"]), wrapped(answer, "trades", "trade")


def _standing(trade: Mapping[str, Any], *, refunded: Decimal | None) -> Standing:
    status = _status(trade)
    return Standing(
        channel_order_no=str(trade["tid"]),
        status=status,
        paid=_paid(trade, status),
        refunded=refunded,
        waybill_nos=_waybills(wrapped(trade, "orders", "order")),
        refund_nos=_refund_nos(trade),
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


def _refund_nos(trade: Mapping[str, Any]) -> frozenset[str]:
    lines = wrapped(trade, "orders", "order")
    return frozenset(str(line["refund_id"]) for line in lines if line.get("refund_id"))


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
