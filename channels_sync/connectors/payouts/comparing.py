"""What was paid out for an order against what our record says of it, to the cent. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

_NOTHING = Decimal(0)
_LARGEST_FEE = Decimal("0.10")
"""What is missing up to this share of the payment looks like a commission that was kept back."""


class Mismatch(StrEnum):
    """What two sides may disagree on; the same words as ``PayoutFinding.Kind``."""

    THEIRS_ONLY = "theirs_only"
    OURS_ONLY = "ours_only"
    INCOME = "income"
    REFUND = "refund"


class Reason(StrEnum):
    """Why it may be so; the words for people stand on the page."""

    NOT_IMPORTED = "not_imported"
    NO_ORDER_NO = "no_order_no"
    NOT_PAID_OUT = "not_paid_out"
    NOT_TOLD = "not_told"
    FEE_WITHHELD = "fee_withheld"
    PAID_SHORT = "paid_short"
    PAID_OVER = "paid_over"
    REFUND_UNDER_WAY = "refund_under_way"
    REFUND_NOT_RECORDED = "refund_not_recorded"
    REFUND_NOT_TOLD = "refund_not_told"


@dataclass(frozen=True, slots=True)
class Theirs:
    """Sums of all statements for one order, positive where the merchant got it."""

    income: Decimal = _NOTHING
    refund: Decimal = _NOTHING
    fee: Decimal = _NOTHING
    other: Decimal = _NOTHING

    @property
    def total(self) -> Decimal:
        return self.income + self.refund + self.fee + self.other


@dataclass(frozen=True, slots=True)
class Ours:
    """What the buyer paid, what went back, what is on its way back, what the platform added."""

    paid: Decimal
    refunded: Decimal = _NOTHING
    under_way: Decimal = _NOTHING
    platform_discount: Decimal = _NOTHING


@dataclass(frozen=True, slots=True)
class Found:
    """``ours`` and ``theirs`` are amounts; a refund's are positive."""

    kind: Mismatch
    reason: Reason
    ours: Decimal
    theirs: Decimal


def compare(ours: Ours | None, theirs: Theirs) -> list[Found]:
    """Return what differs, nothing where both sides agree.

    What counts is the net: some platforms pay an order out less what went back before, without an
    entry for either. A discount of the platform's may be paid out too. Fees are the platform's
    price and never a difference by themselves.
    """
    if ours is None:
        return [Found(Mismatch.THEIRS_ONLY, Reason.NOT_IMPORTED, _NOTHING, theirs.total)]
    net = ours.paid - ours.refunded
    if theirs.income + theirs.refund in (net, net + ours.platform_discount):
        return []
    back = -theirs.refund
    found = []
    if theirs.income not in (ours.paid, ours.paid + ours.platform_discount):
        reason = _why_income(ours, theirs)
        found.append(Found(Mismatch.INCOME, reason, ours.paid, theirs.income))
    if back != ours.refunded:
        found.append(Found(Mismatch.REFUND, _why_refund(ours, back), ours.refunded, back))
    return found


def _why_income(ours: Ours, theirs: Theirs) -> Reason:
    missing = ours.paid - theirs.income
    if missing < 0:
        return Reason.PAID_OVER
    if not theirs.income:
        return Reason.NOT_PAID_OUT
    if not theirs.fee and missing <= ours.paid * _LARGEST_FEE:
        return Reason.FEE_WITHHELD
    return Reason.PAID_SHORT


def _why_refund(ours: Ours, back: Decimal) -> Reason:
    if back < ours.refunded:
        return Reason.REFUND_NOT_TOLD
    is_under_way = back == ours.refunded + ours.under_way
    return Reason.REFUND_UNDER_WAY if is_under_way else Reason.REFUND_NOT_RECORDED
