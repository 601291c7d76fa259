"""Share an amount out so that the parts sum to it exactly, to the cent."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

CENT = Decimal("0.01")


def share_out(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split ``amount`` in proportion to ``weights`` by the largest-remainder method (Hamilton's).

    Each part is the exact share rounded down to a cent, and the cents left over go to the largest
    remainders, the earlier part first among equals. Without any weight all parts weigh the same.

    :raises ValueError: if there is nothing to share between, or an amount or a weight is negative
    """
    if not weights or amount < 0 or min(weights) < 0:
        raise ValueError("nothing to share between, or something negative")
    total = sum(weights)
    if not total:
        weights, total = [Decimal(1)] * len(weights), Decimal(len(weights))
    exact = [amount * weight / total for weight in weights]
    parts = [part.quantize(CENT, rounding=ROUND_DOWN) for part in exact]
    left = int((amount - sum(parts)) / CENT)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[:left]:
        parts[i] += CENT
    return parts
