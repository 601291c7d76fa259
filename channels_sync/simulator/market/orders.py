"""A neutral order: what every platform knows about it, before it is told in its own words."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal("0.00")


class Status(StrEnum):
    """Where an order stands; refunds go on beside it."""

    UNPAID = "unpaid"
    PAID = "paid"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


SHIPPABLE = (Status.PAID, Status.PARTIALLY_SHIPPED)
LEFT = (Status.PARTIALLY_SHIPPED, Status.SHIPPED, Status.COMPLETED)


class LineKind(StrEnum):
    GOODS = "goods"
    GIFT = "gift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Plain; a platform that hides it seals it when it tells."""

    name: str
    phone: str
    province: str
    city: str
    district: str
    street: str
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``discount`` is the seller's, ``platform_discount`` the platform's, of the whole line."""

    number: str
    product_id: str
    sku_id: str
    merchant_code: str
    title: str
    quantity: int
    price: Decimal
    discount: Decimal = ZERO
    platform_discount: Decimal = ZERO
    kind: LineKind = LineKind.GOODS
    refunded: int = 0

    @property
    def goods(self) -> Decimal:
        return self.price * self.quantity

    @property
    def paid(self) -> Decimal:
        """What the buyer pays for it, freight left out."""
        return self.goods - self.discount - self.platform_discount

    @property
    def left(self) -> int:
        """Units that were not paid back."""
        return self.quantity - self.refunded


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """``line_nos``: what is in it; empty for a further parcel of a line that has left."""

    number: str
    carrier: str
    waybill_no: str
    line_nos: tuple[str, ...]
    shipped_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Presale:
    """Paid in two steps: ``deposit`` of the sum first, the rest from ``final_from`` on."""

    deposit: Decimal
    final_from: datetime
    is_deposit_paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order; ``paid_amount`` is what the buyer pays, now or already."""

    number: str
    status: Status
    buyer: int
    buyer_id: str
    buyer_nick: str
    receiver: Receiver
    lines: tuple[Line, ...]
    freight: Decimal
    created_at: datetime
    modified_at: datetime
    ship_by: datetime | None = None
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    finished_at: datetime | None = None
    presale: Presale | None = None
    is_cod: bool = False
    note: str = ""
    seller_memo: str = ""
    seller_flag: int = 0
    parcels: tuple[Parcel, ...] = ()

    @property
    def goods_amount(self) -> Decimal:
        return sum((line.goods for line in self.lines), ZERO)

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for line in self.lines), ZERO)

    @property
    def platform_discount(self) -> Decimal:
        return sum((line.platform_discount for line in self.lines), ZERO)

    @property
    def paid_amount(self) -> Decimal:
        return sum((line.paid for line in self.lines), ZERO) + self.freight

    @property
    def shipped_lines(self) -> frozenset[str]:
        return frozenset(number for parcel in self.parcels for number in parcel.line_nos)

    @property
    def open_lines(self) -> tuple[Line, ...]:
        """What is still to be sent: neither sent nor paid back."""
        shipped = self.shipped_lines
        return tuple(line for line in self.lines if line.left and line.number not in shipped)

    def line(self, number: str) -> Line | None:
        return next((line for line in self.lines if line.number == number), None)
