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
LIST, REFUNDS = "/order/searchList", "/afterSale/List"
_HOUR = 3600
_CENT = Decimal("0.01")
_MONEY_IS_BACK = frozenset({3, 5})


@ledgers.register
class DoudianLedger(Ledger):
    """One shop, 90 days back at most. Of money that went back the list says how far it is for each
    line, but not how much: where somebody asked, the requests on that order tell."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    days_back: ClassVar[int | None] = 90
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens, self.clock)

    def list_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> LedgerPage:
        """List a page of an hour; where money was asked back, with the requests on that order.

        :raises IntegrationError: in Doudian's words
        """
        window = Window.of(cursor, since=since, until=until, longest=_HOUR)
        total, found = self._ask(window)
        while window.page == 0 and total > MOST_ROWS:
            window = window.half()
            total, found = self._ask(window)
        has_more = bool(found) and (window.page + 1) * PAGE < total
        mine = (row for row in found if window.holds(_moment(row, "create")))
        return LedgerPage(
            rows=tuple(_standing(row, self._requests(row)) for row in mine),
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

    def _requests(self, row: Node) -> list[Node]:
        """Return all requests on an order, whatever became of them."""
        requests, page, has_more = list[Node](), 0, not _is_quiet(row)
        while has_more:
            params = {"order_id": str(row["order_id"]), "page": page, "size": PAGE}
            found, told_more = self._api.ask(REFUNDS, params, _with_requests)
            requests += found
            # An empty page ends the list, whatever the answer says.
            page, has_more = page + 1, told_more and bool(found)
        return requests


def _found(data: Node) -> tuple[int, Sequence[Node]]:
    return int(data["total"]), [dict(row) for row in data.get("shop_order_list") or []]


def _with_requests(data: Node) -> tuple[list[Node], bool]:
    told: list[Node] = [dict(item["aftersale_info"]) for item in data["items"]]
    for one in told:
        _ = one["aftersale_id"], int(one["refund_status"]), int(one["refund_amount"])
    return told, bool(data.get("has_more"))


def _standing(row: Mapping[str, Any], requests: Sequence[Node]) -> Standing:
    return Standing(
        channel_order_no=str(row["order_id"]),
        status=_status(row),
        paid=_paid(row),
        refunded=sum(map(_back, requests), Decimal(0)),
        refund_nos=frozenset(str(one["aftersale_id"]) for one in requests),
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


def _is_quiet(row: Mapping[str, Any]) -> bool:
    """Tell whether nobody ever asked for money back: by each line, and by the order's end."""
    asked = [
        (line.get("after_sale_info") or {}).get("after_sale_status")
        for line in row["sku_order_list"]
    ]
    is_over = _status(row) is ChannelStatus.CANCELLED and _paid(row) > 0
    return not is_over and all(one == 0 for one in asked)


def _back(request: Node) -> Decimal:
    """Return what a request brought back; 3 is paid out, 5 paid out and claimed from us."""
    is_back = int(request["refund_status"]) in _MONEY_IS_BACK
    return _fen(request["refund_amount"]) if is_back else Decimal(0)


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
