"""Weidian's own list of a day, by creation: a question of its own, read by code of its own.

In which order it comes is written nowhere, and a row tells no amount. So no second page is ever
asked for: a window with more rows than a page is halved, and each order is asked for by itself.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from channels_sync.connectors.ledger_windows import Window
from channels_sync.connectors.ledgers import Ledger, LedgerPage, Standing, ledgers
from channels_sync.connectors.weidian import codes
from channels_sync.connectors.weidian.api import Api
from channels_sync.connectors.weidian.envelope import Answer
from oms.dto import ChannelStatus
from oms.integration.pacing import RateLimit
from oms.integration.wire import malformed

PAGE = 50
_LONGEST = 6 * 3600
_BEIJING = ZoneInfo("Asia/Shanghai")
Node = Mapping[str, Any]


@ledgers.register
class WeidianLedger(Ledger):
    """One shop. What went back is told only of a paid order that was closed over its refunds: of
    any other nothing says how a refund ended."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=10)

    @cached_property
    def _api(self) -> Api:
        return Api(self.http, self.tokens)

    def list_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> LedgerPage:
        """List a window of the day.

        :raises IntegrationError: in Weidian's words; fatal if one second has more than a page
        """
        window = Window.of(cursor, since=since, until=until, longest=_LONGEST)
        total, found = self._ask(window)
        while total > PAGE:
            window = window.half()
            total, found = self._ask(window)
        mine = (row for row in found if window.holds(_moment(row["time"])))
        return LedgerPage(
            rows=tuple(self._standing(row) for row in mine),
            cursor=window.after(has_more=False, until=until, longest=_LONGEST),
        )

    def _ask(self, window: Window) -> tuple[int, Sequence[Node]]:
        params = {
            "page_num": 1,
            "page_size": PAGE,
            "order_type": "all",
            # Both ends may belong to the span; what is not the window's is left out when read.
            "add_start": _text(window.start),
            "add_end": _text(window.end),
        }
        return self._api.ask(codes.ORDERS, params, _found)

    def _standing(self, row: Node) -> Standing:
        params = {"order_id": str(row["order_id"])}
        return self._api.ask(codes.ORDER, params, lambda told: _standing(row, told.result))


def _found(answer: Answer) -> tuple[int, Sequence[Node]]:
    rows = [dict(row) for row in answer.result["orders"] or []]
    for row in rows:
        _ = row["order_id"], row["time"], row["update_time"]
    return int(answer.result["total_num"]), rows


def _standing(row: Node, order: Node) -> Standing:
    return Standing(
        channel_order_no=str(row["order_id"]),
        status=_status(order),
        paid=Decimal(str(order["total"])) if _is_time(order["pay_time"]) else Decimal(0),
        refunded=_refunded(order),
        refund_nos=frozenset(f"{row['order_id']}-{number}" for number, _fee in _refunds(order)),
        waybill_nos=_numbers(order),
        modified_at=_moment(row["update_time"]),
    )


def _status(order: Node) -> ChannelStatus:
    match order["status"]:
        case "unpay":
            return ChannelStatus.UNPAID
        case "pay" | "pend" | "unship_refunding" | "unship_refuse_refunding":
            return ChannelStatus.PARTLY_SHIPPED if _left(order) else ChannelStatus.PAID
        case "ship" | "shiped_refunding" | "shiped_refuse_refunding":
            return ChannelStatus.SHIPPED
        case "accept" | "accept_refunding" | "finish":
            return ChannelStatus.COMPLETED
        case "close":
            return ChannelStatus.CANCELLED
    raise malformed("微店的订单状态无法识别")


def _refunded(order: Node) -> Decimal | None:
    asked = _refunds(order)
    is_back = order["status"] == "close" and _is_time(order["pay_time"]) and asked
    return sum((fee for _number, fee in asked), Decimal(0)) if is_back else None


def _refunds(order: Node) -> list[tuple[str, Decimal]]:
    """Return what was asked back line by line: the refund's number and its money."""
    told = [item.get("refund_info") or {} for item in order["items"]]
    return [
        (str(each["refund_no"]), Decimal(str(each.get("refund_fee") or 0)))
        for each in told
        if each.get("refund_no")
    ]


def _numbers(order: Node) -> frozenset[str] | None:
    """Of parts that left no number is shown: which there are it cannot tell."""
    shown = frozenset(str(order.get("express_no") or "").replace(",", " ").split())
    return shown if shown or not _left(order) else None


def _left(order: Node) -> bool:
    return any(str(item.get("is_delivered")) == "1" for item in order["items"])


def _is_time(text: object) -> bool:
    return str(text or "")[:1] not in ("", "0")


def _moment(text: object) -> datetime:
    naive = datetime.fromisoformat(str(text))
    return naive.replace(tzinfo=_BEIJING).astimezone(UTC)


def _text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, _BEIJING).strftime("%Y-%m-%d %H:%M:%S")
