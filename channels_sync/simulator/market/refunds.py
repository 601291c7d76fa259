"""A neutral refund: what the buyer wants back, and how far it got."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class RefundKind(StrEnum):
    REFUND_ONLY = "refund_only"
    RETURN_REFUND = "return_refund"
    EXCHANGE = "exchange"


class RefundStatus(StrEnum):
    """``refunding``: agreed, the money is on its way."""

    WAIT_MERCHANT = "wait_merchant"
    WAIT_BUYER_RETURN = "wait_buyer_return"
    WAIT_MERCHANT_RECEIVE = "wait_merchant_receive"
    REFUNDING = "refunding"
    SUCCESS = "success"
    REJECTED = "rejected"
    CLOSED = "closed"


OPEN = (
    RefundStatus.WAIT_MERCHANT,
    RefundStatus.WAIT_BUYER_RETURN,
    RefundStatus.WAIT_MERCHANT_RECEIVE,
    RefundStatus.REFUNDING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One request about units of one line; ``is_after_shipping`` as it was when they asked."""

    number: str
    order_no: str
    line_no: str
    kind: RefundKind
    status: RefundStatus
    amount: Decimal
    units: int
    reason: str
    created_at: datetime
    modified_at: datetime
    is_after_shipping: bool = False
    carrier: str = ""
    waybill_no: str = ""
    return_address: str = ""
    answer: str = ""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN
