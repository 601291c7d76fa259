from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.dto import ChannelStatus, IncomingLine, LineKind
from oms.flows.order import ORDER_FLOW, OrderStatus
from oms.rules.arrival import first_holds, first_status, is_shippable, paid_shares
from tests.oms.rules.incoming_orders import incoming_line, incoming_order

C = ChannelStatus
S = OrderStatus
CENTS = st.integers(min_value=0, max_value=10**9).map(lambda cents: cents * Decimal("0.01"))
LINES = st.builds(
    incoming_line,
    quantity=st.integers(min_value=1, max_value=1000),
    unit_price=CENTS,
    paid_share=st.none() | CENTS,
)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"channel_status": C.UNPAID}, S.UNPAID),
        ({"channel_status": C.PAID}, S.PENDING_REVIEW),
        ({"channel_status": C.PARTLY_SHIPPED}, S.PENDING_REVIEW),
        ({"channel_status": C.SHIPPED}, S.CLOSED_EXTERNAL),
        ({"channel_status": C.COMPLETED}, S.CLOSED_EXTERNAL),
        ({"channel_status": C.CANCELLED}, S.CANCELLED),
        ({"channel_status": C.PAID, "closed_external": True}, S.CLOSED_EXTERNAL),
        ({"channel_status": C.UNPAID, "closed_external": True}, S.CLOSED_EXTERNAL),
        ({"channel_status": C.CANCELLED, "closed_external": True}, S.CANCELLED),
    ],
)
def test_order_begins_where_the_channel_says_it_stands(
    changes: dict[str, Any], status: OrderStatus
) -> None:
    assert first_status(incoming_order(**changes)) is status


@pytest.mark.parametrize("status", ChannelStatus)
def test_order_never_begins_in_the_middle(status: ChannelStatus) -> None:
    assert first_status(incoming_order(channel_status=status)) in ORDER_FLOW.initial


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({}, {}),
        ({"platform_hold": "risk control"}, {"platform": "risk control"}),
        ({"channel_status": C.PARTLY_SHIPPED}, {"partly_shipped_elsewhere": ""}),
        ({"receiver": None}, {"no_receiver": ""}),
        ({"receiver": None, "lines": (incoming_line(kind=LineKind.VIRTUAL),)}, {}),
        ({"receiver": None, "platform_hold": "x"}, {"platform": "x", "no_receiver": ""}),
    ],
)
def test_order_brings_its_holds_along(changes: dict[str, Any], holds: dict[str, str]) -> None:
    assert first_holds(incoming_order(**changes)) == holds


@pytest.mark.parametrize(
    ("kind", "shippable"),
    [
        (LineKind.GOODS, True),
        (LineKind.GIFT, True),
        (LineKind.VIRTUAL, False),
        (LineKind.FEE, False),
    ],
)
def test_only_things_on_a_shelf_are_shipped(kind: LineKind, shippable: bool) -> None:
    assert is_shippable(incoming_line(kind=kind)) is shippable


def order_of(paid: str, *lines: IncomingLine, freight: str = "0") -> list[Decimal]:
    order = incoming_order(paid_amount=Decimal(paid), freight=Decimal(freight), lines=lines)
    return paid_shares(order)


def priced(price: str, quantity: int = 1, paid: str | None = None) -> IncomingLine:
    share = None if paid is None else Decimal(paid)
    return incoming_line(unit_price=Decimal(price), quantity=quantity, paid_share=share)


@pytest.mark.parametrize(
    ("paid", "freight", "lines", "shares"),
    [
        # A discount of ten is shared by list price; what the platform tells is kept.
        ("90", "0", [priced("75"), priced("25")], ["67.50", "22.50"]),
        ("100", "10", [priced("30", 2), priced("30")], ["60.00", "30.00"]),
        ("90", "0", [priced("75", paid="80"), priced("25")], ["80", "10.00"]),
        ("90", "0", [priced("75", paid="80"), priced("25", paid="10")], ["80", "10"]),
        ("90", "0", [priced("90"), priced("10", paid="0")], ["90.00", "0"]),
        # A gift costs nothing and gets nothing.
        ("90", "0", [priced("90"), priced("0")], ["90.00", "0.00"]),
        # Less was paid than the told shares and the freight: nothing is left, never less.
        ("5", "10", [priced("50", paid="20"), priced("50")], ["20", "0.00"]),
        ("0", "0", [priced("50"), priced("50")], ["0.00", "0.00"]),
    ],
)
def test_what_was_paid_for_each_line(
    paid: str, freight: str, lines: list[IncomingLine], shares: list[str]
) -> None:
    assert order_of(paid, *lines, freight=freight) == list(map(Decimal, shares))


@given(lines=st.lists(LINES, min_size=1, max_size=12), paid=CENTS, freight=CENTS)
def test_shares_never_get_lost(lines: list[IncomingLine], paid: Decimal, freight: Decimal) -> None:
    order = incoming_order(paid_amount=paid, freight=freight, lines=tuple(lines))
    shares = paid_shares(order)
    told = [line.paid_share for line in lines]
    pairs = list(zip(shares, told, strict=True))
    assert all(share == known for share, known in pairs if known is not None)
    assert min(shares) >= 0
    if None in told:
        left = paid - freight - sum(known for known in told if known is not None)
        assert sum(share for share, known in pairs if known is None) == max(left, Decimal(0))
