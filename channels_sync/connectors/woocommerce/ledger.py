"""A WooCommerce shop's own list of a day, by creation: a question of its own, read by code of its
own."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.ledgers import Ledger, LedgerPage, Standing, ledgers
from channels_sync.connectors.woocommerce import codes
from channels_sync.connectors.woocommerce.api import Api
from oms.dto import ChannelStatus
from oms.integration.pacing import RateLimit
from oms.integration.wire import malformed

SIZE = 100


@ledgers.register
class WooCommerceLedger(Ledger):
    """One shop. Parcels stand in notes to the buyer, so which numbers it has it cannot tell."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=3, burst=6)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http)

    def list_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> LedgerPage:
        """List by creation, which never changes, so the pages stand still.

        :raises IntegrationError: in the shop's words
        """
        page = int(cursor or 1)
        params = {
            # The shop leaves the second of ``after`` itself out.
            "after": _utc(since - timedelta(seconds=1)),
            "before": _utc(until),
            "dates_are_gmt": "true",
            "status": "any",
            "orderby": "date",
            "order": "asc",
            "page": str(page),
            "per_page": str(SIZE),
        }
        rows, headers = self._api.get_page("/orders", _standings, params)
        total = headers.get("x-wp-total", "")
        pages = int(headers.get("x-wp-totalpages") or 1)
        return LedgerPage(
            rows=rows,
            cursor=str(page + 1) if page < pages else None,
            total=int(total) if total.isdecimal() else None,
        )


def _standings(told: Any) -> tuple[Standing, ...]:
    if not isinstance(told, list):
        raise TypeError("not a list")
    return tuple(map(_standing, told))


def _standing(row: Mapping[str, Any]) -> Standing:
    status = _status(row)
    return Standing(
        channel_order_no=str(row["id"]),
        status=status,
        paid=Decimal(row["total"]) if _is_paid(row, status) else Decimal(0),
        refunded=sum((abs(Decimal(one["total"])) for one in row["refunds"]), Decimal(0)),
        refund_nos=frozenset(f"{row['id']}-{one['id']}" for one in row["refunds"]),
        modified_at=datetime.fromisoformat(row["date_modified_gmt"]).replace(tzinfo=UTC),
    )


def _status(row: Mapping[str, Any]) -> ChannelStatus:
    match row["status"]:
        case "pending" | "on-hold" | "checkout-draft":
            return ChannelStatus.UNPAID
        case "processing":
            return ChannelStatus.PAID
        case "completed":
            return ChannelStatus.SHIPPED
        case "refunded" if row.get("date_completed_gmt"):
            return ChannelStatus.COMPLETED
        case "cancelled" | "failed" | "refunded" | "trash":
            return ChannelStatus.CANCELLED
    raise malformed(f"WooCommerce 的订单状态 {row['status']} 无法识别")


def _is_paid(row: Mapping[str, Any], status: ChannelStatus) -> bool:
    if row["date_paid_gmt"]:
        return True
    is_cash = row["payment_method"] == "cod"
    return not is_cash and status not in (ChannelStatus.UNPAID, ChannelStatus.CANCELLED)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
