from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from oms.rules.review import ReviewFacts, holds_for

SOUND = ReviewFacts(
    is_prepaid=True,
    paid_amount=Decimal("50.00"),
    due_amount=Decimal("50.00"),
    needs_receiver=True,
    has_receiver=True,
    has_phone=True,
    has_street=True,
    has_region=True,
)
NOTHING = {"has_receiver": False, "has_phone": False, "has_street": False, "has_region": False}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"paid_amount": Decimal("50.01")},
        {"is_prepaid": False, "paid_amount": Decimal(0)},
        {"needs_receiver": False} | NOTHING,
    ],
)
def test_sound_order_passes(change: dict[str, Any]) -> None:
    assert list(holds_for(replace(SOUND, **change))) == []


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        (NOTHING, [("no_receiver", "")]),
        ({"has_phone": False}, [("address_incomplete", "")]),
        ({"has_street": False}, [("address_incomplete", "")]),
        ({"has_region": False}, [("address_incomplete", "")]),
        ({"paid_amount": Decimal("49.99")}, [("amount_mismatch", "49.99 < 50.00")]),
        (
            {"has_phone": False, "paid_amount": Decimal(0)},
            [("address_incomplete", ""), ("amount_mismatch", "0 < 50.00")],
        ),
    ],
)
def test_everything_that_a_person_must_settle_is_told(
    change: dict[str, Any], holds: list[tuple[str, str]]
) -> None:
    assert list(holds_for(replace(SOUND, **change))) == holds
