"""JD's own list of a day, by creation: a question of its own, read by code of its own."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from channels_sync.connectors.jd import codes, ledger_refunds
from channels_sync.connectors.jd.api import Api
from channels_sync.connectors.jd.envelope import Answer
from channels_sync.connectors.ledgers import Ledger, LedgerPage, Standing, ledgers
from channels_sync.connectors.loose import beijing
from oms.dto import ChannelStatus
from oms.integration.pacing import RateLimit
from oms.integration.wire import malformed

PAGE = 100
MONEY_BACK = timedelta(days=7)
"""How long ago a day may have begun for its refunds to be read."""
MoneyBack = Mapping[str, Decimal]
_BEIJING = ZoneInfo("Asia/Shanghai")
_FIELDS = (
    "orderId,orderState,payType,actualPay,shouldPay,orderPayment,balanceUsed,paymentConfirmTime,"
    "orderStartTime,modified,waybill"
)
_NEVER = "0001"
_BETWEEN = re.compile("[,|]")


@ledgers.register
class JdLedger(Ledger):
    """One shop. What was never paid is not listed. Of refunds the list says nothing: what was asked
    for since the day began tells, as far back as one question of JD's may span."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    days_back: ClassVar[int | None] = 730
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, tokens=self.tokens, clock=self.clock)

    @cached_property
    def _money_back(self) -> dict[datetime, MoneyBack | None]:
        """What went back, by when the day began: read once for all pages of a list."""
        return {}

    def list_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> LedgerPage:
        """List a page; a creation does not change, so that page numbers hold.

        :raises IntegrationError: in JD's words
        """
        page = int(cursor or 1)
        params = {
            "start_date": beijing(since),
            "end_date": beijing(until),
            "order_state": "ALL",
            "optional_fields": _FIELDS,
            "page": str(page),
            "page_size": str(PAGE),
            "sortType": 0,
            "dateType": 1,
            "source_id": "JOS",
        }
        found = self._api.ask("jingdong.pop.order.search", params, _found)
        # Both ends belong to JD's window; what was placed at the end is the next day's.
        mine = [row for row in found if _moment(row["orderStartTime"]) < until]
        back = self._money_back_since(since) if mine else None
        rows = tuple(_standing(row, back) for row in mine)
        return LedgerPage(rows=rows, cursor=str(page + 1) if len(found) >= PAGE else None)

    def _money_back_since(self, since: datetime) -> MoneyBack | None:
        now = self.clock()
        if now - since > MONEY_BACK:
            return None
        if since not in self._money_back:
            told = ledger_refunds.read(self._api, since=since, until=now)
            self._money_back[since] = told
        return self._money_back[since]


def _found(answer: Answer) -> list[Mapping[str, Any]]:
    return [dict(row) for row in answer.get("orderInfoList") or []]


def _standing(row: Mapping[str, Any], back: MoneyBack | None) -> Standing:
    numbers = _BETWEEN.split(str(row.get("waybill") or ""))
    return Standing(
        channel_order_no=str(row["orderId"]),
        status=_status(str(row["orderState"])),
        paid=_paid(row),
        refunded=None if back is None else back.get(str(row["orderId"]), Decimal(0)),
        waybill_nos=frozenset(filter(None, (number.strip() for number in numbers))),
        modified_at=_moment(row["modified"]),
    )


def _status(state: str) -> ChannelStatus:
    if state not in codes.STATES:
        raise malformed(f"京东的订单状态 {state} 无法识别")
    return codes.STATES[state]


def _paid(row: Mapping[str, Any]) -> Decimal:
    is_cash = str(row.get("payType") or "").startswith(codes.CASH_ON_DELIVERY)
    is_open = str(row.get("paymentConfirmTime") or _NEVER).startswith(_NEVER)
    if is_cash or (is_open and row["orderState"] == "TRADE_CANCELED"):
        return Decimal(0)
    known = row.get("actualPay") or row.get("shouldPay")
    if known:
        return Decimal(str(known))
    return Decimal(str(row["orderPayment"])) + Decimal(str(row.get("balanceUsed") or 0))


def _moment(text: Any) -> datetime:
    naive = datetime.fromisoformat(str(text))
    return naive.replace(tzinfo=_BEIJING).astimezone(UTC)
