"""What happened in a market: platforms make their messages of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    CREATED = "created"
    DEPOSIT_PAID = "deposit_paid"
    PAID = "paid"
    CANCELLED = "cancelled"
    ADDRESS_CHANGED = "address_changed"
    MEMO_CHANGED = "memo_changed"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    FINISHED = "finished"
    REFUND_ASKED = "refund_asked"
    REFUND_AGREED = "refund_agreed"
    REFUND_REFUSED = "refund_refused"
    GOODS_RETURNED = "goods_returned"
    REFUND_PAID = "refund_paid"
    REFUND_CLOSED = "refund_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """``refund_no`` is empty where no refund changed."""

    what: What
    order_no: str
    refund_no: str = ""
    at: datetime
