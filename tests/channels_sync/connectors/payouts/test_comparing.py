"""Two sides of an order's money: agreement is silent, every other thing has its name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.payouts.comparing import Mismatch, Ours, Reason, Theirs, compare

cents = st.decimals(0, 10_000, places=2)


@given(cents, cents, cents, cents)
def test_sides_that_agree_are_silent_whatever_the_fees(
    paid: Decimal, back: Decimal, fee: Decimal, other: Decimal
) -> None:
    theirs = Theirs(income=paid, refund=-back, fee=-fee, other=other)
    assert compare(Ours(paid=paid, refunded=back), theirs) == []
    assert compare(Ours(paid=paid, refunded=back), Theirs(income=paid - back)) == []


@given(cents, cents, cents, cents)
def test_net_that_differs_is_never_silent_and_silence_means_agreement(
    paid: Decimal, back: Decimal, income: Decimal, refund: Decimal
) -> None:
    found = compare(Ours(paid=paid, refunded=back), Theirs(income=income, refund=-refund))
    assert (not found) == (income - refund == paid - back)


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        (Ours(Decimal(100)), Theirs(Decimal("94")), Reason.FEE_WITHHELD),
        (Ours(Decimal(100)), Theirs(Decimal("94"), fee=Decimal(-1)), Reason.PAID_SHORT),
        (Ours(Decimal(100)), Theirs(Decimal("89.99")), Reason.PAID_SHORT),
        (Ours(Decimal(100)), Theirs(fee=Decimal(-1)), Reason.NOT_PAID_OUT),
        (Ours(Decimal(100)), Theirs(Decimal(101)), Reason.PAID_OVER),
    ],
)
def test_cause_of_an_income_that_differs(ours: Ours, theirs: Theirs, reason: Reason) -> None:
    [found] = compare(ours, theirs)
    assert (found.kind, found.reason) == (Mismatch.INCOME, reason)
    assert (found.ours, found.theirs) == (ours.paid, theirs.income)


def test_order_that_is_not_here_counts_with_all_its_entries() -> None:
    [found] = compare(None, Theirs(Decimal(10), Decimal(-2), Decimal(-1), Decimal(3)))
    assert (found.kind, found.theirs) == (Mismatch.THEIRS_ONLY, Decimal(10))


def test_both_sides_of_an_order_may_differ() -> None:
    kinds = [one.kind for one in compare(Ours(Decimal(10)), Theirs(Decimal(9), Decimal(-5)))]
    assert kinds == [Mismatch.INCOME, Mismatch.REFUND]
