"""Doudian's own list of a day, by creation: a question of its own, read by code of its own."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.doudian import codes
from channels_sync.connectors.doudian.api import Api
from channels_sync.connectors.doudian.envelope import Node
from channels_sync.connectors.ledger_windows import Window
from channels_sync.connectors.ledgers import Ledger, LedgerPage, Standing, ledgers
from oms.dto import ChannelStatus
from oms.integration.pacing import RateLimit
from oms.integration.wire import malformed

PAGE = 100
MOST_ROWS = 50_000
"""What ``page`` times ``size`` may reach: told for after-sales, taken to be the same here."""
LIST = "/order/searchList"
_HOUR = 3600
_CENT = Decimal("0.01")


@ledgers.register
class DoudianLedger(Ledger):
    """One shop, 90 days back at most. Of money that went back the list says how far it is for each
    line, but not how much: only where nobody ever asked is it known to be nothing."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    days_back: ClassVar[int | None] = 90
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens, self.clock)

    def list_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> LedgerPage:
        """List a page of an hour.

        :raises IntegrationError: in Doudian's words
        """
        window = Window.of(cursor, since=since, until=until, longest=_HOUR)
        total, found = self._ask(window)
        while window.page == 0 and total > MOST_ROWS:
            window = window.half()
            total, found = self._ask(window)
        has_more = bool(found) and (window.page + 1) * PAGE < total
        return LedgerPage(
            rows=tuple(_standing(row) for row in found if window.holds(_moment(row, "create"))),
            cursor=window.after(has_more=has_more, until=until, longest=_HOUR),
        )

    def _ask(self, window: Window) -> tuple[int, Sequence[Node]]:
        params = {
            "create_time_start": window.start,
            # Nothing says whether the end belongs to it: what does not is left out when it is read.
            "create_time_end": window.end,
            "order_by": "create_time",
            "order_asc": True,
            "page": window.page,
            "size": PAGE,
        }
        return self._api.ask(LIST, params, _found)


def _found(data: Node) -> tuple[int, Sequence[Node]]:
    return int(data["total"]), [dict(row) for row in data.get("shop_order_list") or []]


def _standing(row: Mapping[str, Any]) -> Standing:
    return Standing(
        channel_order_no=str(row["order_id"]),
        status=_status(row),
        paid=_paid(row),
        refunded=_refunded(row),
        waybill_nos=_waybills(row),
        modified_at=_moment(row, "update"),
    )


def _status(row: Mapping[str, Any]) -> ChannelStatus:
    status, main = int(row["order_status"]), int(row.get("main_status") or 0)
    if main in codes.REFUND_ENDED:
        return ChannelStatus.CANCELLED
    if main == codes.DEPOSIT_PAID:
        return ChannelStatus.UNPAID
    if status not in codes.STATUS:
        raise malformed(f"抖店的订单状态 {status}/{main} 无法识别")
    return codes.STATUS[status]


def _paid(row: Mapping[str, Any]) -> Decimal:
    """What the buyer himself gave: a presale's parts before it is paid, and without what his way of
    paying took off."""
    if row.get("pay_time"):
        return _fen(row["pay_amount"]) - _fen(row.get("promotion_pay_amount"))
    phases = row.get("order_phase_list") or []
    given = (_fen(phase["phase_pay_amount"]) for phase in phases if _is_paid(phase))
    return sum(given, Decimal(0))


def _is_paid(phase: Mapping[str, Any]) -> bool:
    return str(phase.get("pay_success")).lower() in ("true", "1")


def _refunded(row: Mapping[str, Any]) -> Decimal | None:
    asked = [
        (line.get("after_sale_info") or {}).get("after_sale_status")
        for line in row["sku_order_list"]
    ]
    is_quiet = _status(row) is not ChannelStatus.CANCELLED and all(one == 0 for one in asked)
    return Decimal(0) if is_quiet else None


def _waybills(row: Mapping[str, Any]) -> frozenset[str] | None:
    parcels = row.get("logistics_info")
    if parcels is None:
        return None
    numbers = (str(parcel.get("tracking_no") or "") for parcel in parcels)
    return frozenset(filter(None, numbers))


def _fen(amount: Any) -> Decimal:
    return Decimal(int(amount or 0)) * _CENT


def _moment(row: Mapping[str, Any], what: str) -> datetime:
    return datetime.fromtimestamp(int(row[f"{what}_time"]), UTC)
