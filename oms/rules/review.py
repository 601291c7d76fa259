"""What a person must look at before an order goes on. Nothing found: it passes by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFacts:
    """Amounts in the order's currency; the address parts only say whether they are there."""

    is_prepaid: bool
    paid_amount: Decimal
    due_amount: Decimal
    needs_receiver: bool
    has_receiver: bool
    has_phone: bool
    has_street: bool
    has_region: bool


def holds_for(facts: ReviewFacts) -> Iterator[tuple[str, str]]:
    """Yield (reason code, detail) for everything that a person must settle first."""
    if facts.needs_receiver and not facts.has_receiver:
        yield "no_receiver", ""
    elif facts.needs_receiver and not (facts.has_phone and facts.has_street and facts.has_region):
        yield "address_incomplete", ""
    if facts.is_prepaid and facts.paid_amount < facts.due_amount:
        yield "amount_mismatch", f"{facts.paid_amount} < {facts.due_amount}"
