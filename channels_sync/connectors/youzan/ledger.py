"""Youzan's own list of a day, by creation: a question of its own, read by code of its own."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from channels_sync.connectors.ledger_windows import Window
from channels_sync.connectors.ledgers import Ledger, LedgerPage, Standing, ledgers
from channels_sync.connectors.youzan import codes
from channels_sync.connectors.youzan.api import Api
from channels_sync.connectors.youzan.envelope import Node
from oms.dto import ChannelStatus
from oms.integration.pacing import RateLimit
from oms.integration.wire import malformed

PAGE = 100
MOST_ROWS = 100 * PAGE
_DAY = 86_400
_BEIJING = ZoneInfo("Asia/Shanghai")


@ledgers.register
class YouzanLedger(Ledger):
    """One shop. The list tells neither numbers of parcels nor how much went back: of the first only
    that nothing left is known, and where money was asked back the order itself tells how much."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    days_back: ClassVar[int | None] = 90
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=10)

    @cached_property
    def _api(self) -> Api:
        return Api(self.http, self.tokens)

    def list_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> LedgerPage:
        """List a page; of an order that waits and of which something left, or of which money was
        asked back, the order itself is asked what.

        :raises IntegrationError: in Youzan's words
        """
        window = Window.of(cursor, since=since, until=until, longest=_DAY)
        total, found = self._ask(window)
        while window.page == 0 and total > MOST_ROWS:
            window = window.half()
            total, found = self._ask(window)
        has_more = bool(found) and (window.page + 1) * PAGE < total
        mine = (row for row in found if window.holds(_moment(_info(row)["created"])))
        return LedgerPage(
            rows=tuple(_standing(self._with_money_back(self._whole(row))) for row in mine),
            cursor=window.after(has_more=has_more, until=until, longest=_DAY),
        )

    def _ask(self, window: Window) -> tuple[int, Sequence[Node]]:
        params = {
            # Both ends belong to the span; what is not the window's is left out when it is read.
            "start_created": _text(window.start),
            "end_created": _text(window.end),
            "page_no": window.page + 1,
            "page_size": PAGE,
        }
        return self._api.ask(codes.ORDERS, params, _found)

    def _whole(self, row: Node) -> Node:
        info = _info(row)
        if info["status"] != codes.WAITING_FOR_GOODS or not _is_time(info.get("consign_time")):
            return row
        return self._detail(info)

    def _with_money_back(self, row: Node) -> Node:
        if _is_quiet(_info(row)) or "refund_order" in row:
            return row
        return {**row, "refund_order": self._detail(_info(row)).get("refund_order")}

    def _detail(self, info: Mapping[str, Any]) -> Node:
        return self._api.ask(codes.ORDER, {"tid": str(info["tid"])}, dict)


def _found(data: Node) -> tuple[int, Sequence[Node]]:
    return int(data["total_results"]), [dict(row) for row in data.get("full_order_info_list") or []]


def _standing(row: Node) -> Standing:
    info, parcels = _info(row), _parcels(row)
    return Standing(
        channel_order_no=str(info["tid"]),
        status=_status(info, has_parcels=bool(parcels)),
        paid=_paid(info, row["full_order_info"]["pay_info"]),
        refunded=_refunded(row),
        waybill_nos=_waybills(info, parcels),
        refund_nos=_refund_nos(row),
        modified_at=_moment(info["update_time"]),
    )


def _is_quiet(info: Mapping[str, Any]) -> bool:
    return str(info.get("refund_state")) == str(codes.NO_REFUND)


def _refunded(row: Node) -> Decimal | None:
    """Return the money that is back; None where an order of which some was asked does not tell."""
    if _is_quiet(_info(row)):
        return Decimal(0)
    told = row.get("refund_order")
    if not told:
        return None
    back = [one for one in told if str(one.get("refund_state")) == str(codes.REFUND_PAID)]
    return sum((Decimal(str(one["refund_fee"])) for one in back), Decimal(0))


def _refund_nos(row: Node) -> frozenset[str]:
    told = row.get("refund_order") or []
    return frozenset(str(one["refund_id"]) for one in told if one.get("refund_id"))


def _info(row: Node) -> Mapping[str, Any]:
    info: Mapping[str, Any] = row["full_order_info"]["order_info"]
    return info


def _parcels(row: Node) -> list[Node]:
    """Return what left; only an order that was asked for by itself tells."""
    told = row.get("delivery_order") or []
    return [each for each in told if str(each.get("express_state")) == str(codes.SHIPPED)]


def _status(info: Mapping[str, Any], *, has_parcels: bool) -> ChannelStatus:
    status = codes.STATUS.get(str(info["status"]))
    if status is None:
        raise malformed(f"有赞的订单状态 {info['status']} 无法识别")
    is_part = info["status"] == codes.WAITING_FOR_GOODS and has_parcels
    return ChannelStatus.PARTLY_SHIPPED if is_part else status


def _paid(info: Mapping[str, Any], pay: Mapping[str, Any]) -> Decimal:
    """A presale's parts count one by one until all of it is paid."""
    if _is_time(info.get("pay_time")):
        return Decimal(str(pay["payment"]))
    parts = pay.get("phase_payments") or []
    given = (Decimal(str(part["real_price"])) for part in parts if _is_paid(part))
    return sum(given, Decimal(0))


def _is_paid(part: Mapping[str, Any]) -> bool:
    return bool(part.get("inner_transaction_no") or part.get("outer_transaction_no"))


def _waybills(info: Mapping[str, Any], parcels: Sequence[Node]) -> frozenset[str] | None:
    """None where something left and the numbers are not told."""
    if not parcels:
        return None if _is_time(info.get("consign_time")) else frozenset()
    numbers = [_numbers(parcel) for parcel in parcels]
    return frozenset().union(*numbers) if all(numbers) else None


def _numbers(parcel: Node) -> set[str]:
    details = [each.get("express_info") or {} for each in parcel.get("dists") or []]
    return {str(each["express_no"]) for each in (*details, parcel) if each.get("express_no")}


def _is_time(text: Any) -> bool:
    """Tell a moment from the ways to write that there is none: "", "0", the year 1."""
    return not str(text or "0").startswith("0")


def _text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, _BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: Any) -> datetime:
    naive = datetime.fromisoformat(str(text))
    return naive.replace(tzinfo=_BEIJING).astimezone(UTC)
