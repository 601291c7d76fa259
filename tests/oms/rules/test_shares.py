from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.rules.shares import CENT, share_out

AMOUNTS = st.integers(min_value=0, max_value=10**11).map(lambda cents: cents * CENT)
WEIGHTS = st.lists(
    st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False), min_size=1, max_size=40
)


def exact(amount: Decimal, weights: list[Decimal]) -> list[Fraction]:
    total = sum(map(Fraction, weights))
    if not total:
        return [Fraction(amount) / len(weights)] * len(weights)
    return [Fraction(amount) * Fraction(weight) / total for weight in weights]


@given(amount=AMOUNTS, weights=WEIGHTS)
def test_parts_sum_exactly_and_each_is_within_a_cent(
    amount: Decimal, weights: list[Decimal]
) -> None:
    parts = share_out(amount, weights)
    assert sum(parts) == amount
    assert all(part >= 0 and part == part.quantize(CENT) for part in parts)
    cent = Fraction(CENT)
    pairs = zip(parts, exact(amount, weights), strict=True)
    assert all(abs(Fraction(part) - share) < cent for part, share in pairs)


@given(amount=AMOUNTS, weights=WEIGHTS)
def test_same_question_has_the_same_answer(amount: Decimal, weights: list[Decimal]) -> None:
    assert share_out(amount, weights) == share_out(amount, weights)


@given(amount=AMOUNTS, weights=WEIGHTS)
def test_heavier_part_never_gets_less(amount: Decimal, weights: list[Decimal]) -> None:
    parts = share_out(amount, weights)
    by_weight = sorted(zip(weights, parts, strict=True))
    assert all(
        lighter <= heavier
        for (low, lighter), (high, heavier) in zip(by_weight, by_weight[1:], strict=False)
        if low < high
    )


@given(amount=AMOUNTS, weights=WEIGHTS)
def test_part_without_weight_gets_nothing_beside_one_with(
    amount: Decimal, weights: list[Decimal]
) -> None:
    if any(weights):
        parts = share_out(amount, weights)
        assert all(weight or not part for weight, part in zip(weights, parts, strict=True))


@given(amount=AMOUNTS, weights=WEIGHTS, factor=st.integers(min_value=2, max_value=1000))
def test_only_the_proportion_counts(amount: Decimal, weights: list[Decimal], factor: int) -> None:
    assert share_out(amount, [weight * factor for weight in weights]) == share_out(amount, weights)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        ("10.00", [1, 1, 1], ["3.34", "3.33", "3.33"]),
        ("0.02", [1, 1, 1], ["0.01", "0.01", "0.00"]),
        ("100.00", [0, 0], ["50.00", "50.00"]),
        ("0.01", [0, 0], ["0.01", "0.00"]),
        ("99.99", [7], ["99.99"]),
        ("0.00", [1, 2], ["0.00", "0.00"]),
        # The cent goes to the largest remainder (0.666...), not to the first part.
        ("1.00", [1, 2], ["0.33", "0.67"]),
        ("20.00", [0, 5], ["0.00", "20.00"]),
    ],
)
def test_known_shares(amount: str, weights: list[int], parts: list[str]) -> None:
    shared = share_out(Decimal(amount), list(map(Decimal, weights)))
    assert shared == list(map(Decimal, parts))


@pytest.mark.parametrize(
    ("amount", "weights"), [("1.00", []), ("-0.01", ["1"]), ("1.00", ["1", "-1"])]
)
def test_nonsense_is_refused(amount: str, weights: list[str]) -> None:
    with pytest.raises(ValueError, match="nothing to share"):
        share_out(Decimal(amount), list(map(Decimal, weights)))


@pytest.mark.parametrize("amount", ["0.005", "10.015", "3.333"])
def test_fraction_of_a_cent_is_never_shared_out(amount: str) -> None:
    """What is below a cent stays behind: the parts never sum to more than there is."""
    parts = share_out(Decimal(amount), [Decimal(1), Decimal(2)])
    assert 0 <= Decimal(amount) - sum(parts) < CENT
