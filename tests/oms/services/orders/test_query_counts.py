"""What a chunk costs does not grow with its orders. (SQLite cuts long inserts into pieces.)"""

from collections.abc import Callable, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oms.dto import ChannelStatus, IncomingBuyer, IncomingOrder, LineKind
from oms.services.orders.ingest import ingest_many, preview_many
from tests.factories.basics import NOW, plain_receiver
from tests.factories.incoming import Shop, incoming_line, incoming_order

LINES = (
    incoming_line("P1"),
    incoming_line("P2", quantity=2),
    incoming_line("P3", kind=LineKind.GIFT),
)
# So many that each of the five kinds is written by COPY, whose ids are drawn first.
FEW, LOT = 110, 330


def many(start: int, count: int) -> list[IncomingOrder]:
    """Every kind of order that a chunk may hold, in turn."""
    kinds: list[dict[str, object]] = [
        {},
        {"channel_status": ChannelStatus.UNPAID},
        {"channel_status": ChannelStatus.SHIPPED},
        {"platform_hold": "risk"},
        {"lines": ()},
    ]
    return [
        incoming_order(
            f"{number}",
            **{
                "lines": LINES,
                "receiver": plain_receiver(number),
                "buyer": IncomingBuyer(channel_buyer_id=f"buyer-{number}"),
                **kinds[number % len(kinds)],
            },
        )
        for number in range(start, start + count)
    ]


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


Act = Callable[[Shop, Sequence[IncomingOrder]], object]


def take_in(shop: Shop, orders: Sequence[IncomingOrder]) -> object:
    return ingest_many(shop.store.pk, orders=orders, now=NOW)


def preview(shop: Shop, orders: Sequence[IncomingOrder]) -> object:
    return preview_many(shop.store.pk, orders=orders, now=NOW)


@pytest.mark.parametrize("act", [take_in, preview])
def test_chunk_of_new_orders(shop: Shop, act: Act, needs_postgresql: None) -> None:
    for product in ("P1", "P2", "P3"):
        shop.listing(product)
    few, lot = many(100, FEW), many(300, LOT)
    assert queries(lambda: act(shop, few)) == queries(lambda: act(shop, lot))


@pytest.mark.parametrize("act", [take_in, preview])
def test_chunk_of_orders_known_already(shop: Shop, act: Act, needs_postgresql: None) -> None:
    for product in ("P1", "P2", "P3"):
        shop.listing(product)
    few, lot = many(100, FEW), many(300, LOT)
    take_in(shop, few)
    take_in(shop, lot)
    assert queries(lambda: act(shop, few)) == queries(lambda: act(shop, lot))
