"""`reserve`: 10,000 requests from 8 clients for 100 SKUs with stock for 8,000."""

from concurrent.futures import ProcessPoolExecutor
from random import Random

import psycopg
from django.db import connection, connections

from oms.models import StockLevel, StockMovement
from oms.services.inventory.stock import Change, Kind, NotEnoughStock, apply
from tests.benchmarks.harness import Bar, Result, compare
from tests.benchmarks.world import NOW, SKUS, warehouse

REQUESTS, CLIENTS, STOCK = 10_000, 8, 8_000

_TAKE = """
UPDATE oms_stocklevel SET reserved = reserved + 1
WHERE warehouse_id = %s AND sku_id = %s AND condition = 'good' AND reserved + 1 <= on_hand
"""
_NOTE = """
INSERT INTO oms_stockmovement (warehouse_id, sku_id, condition, kind, on_hand_delta,
    reserved_delta, reference, note, at)
VALUES (%s, %s, 'good', 'reserve', 0, 1, '', '', %s)
"""


def run() -> list[Result]:
    """A unit a request through the stock service, beside a conditional update and a ledger row."""
    place = warehouse()
    skus = list(StockLevel.objects.filter(warehouse=place).values_list("sku_id", flat=True))

    def race(work: object, number: int) -> None:
        wanted = [Random(number).choice(skus) for _request in range(REQUESTS)]  # noqa: S311
        shares = [(place.pk, wanted[client::CLIENTS]) for client in range(CLIENTS)]
        connections.close_all()
        with ProcessPoolExecutor(CLIENTS) as pool:
            accepted = sum(pool.map(work, shares))  # type: ignore[arg-type]
        _prove(place.pk, accepted)

    result = compare(
        "reserve",
        product=lambda number: race(_by_service, number),
        baseline=lambda number: race(_by_hand, number),
        prepare=lambda _number: _fill(place.pk),
        work=REQUESTS,
        unit="requests/s",
        bar=Bar(at_least=0.5),
        note=f"{CLIENTS} clients, {SKUS} SKUs; exactly as many accepted as there was stock",
    )
    StockLevel.objects.filter(warehouse=place).update(reserved=0, on_hand=10_000_000)
    return [result]


def _fill(warehouse_id: int) -> None:
    levels = StockLevel.objects.filter(warehouse=warehouse_id)
    levels.update(reserved=0)
    levels.update(on_hand=STOCK // SKUS)
    StockMovement.objects.filter(warehouse=warehouse_id).delete()


def _prove(warehouse_id: int, accepted: int) -> None:
    levels = list(StockLevel.objects.filter(warehouse=warehouse_id))
    reserved = sum(level.reserved for level in levels)
    noted = StockMovement.objects.filter(warehouse=warehouse_id).count()
    if not accepted == reserved == noted or any(row.reserved > row.on_hand for row in levels):
        raise AssertionError(f"accepted {accepted}, reserved {reserved}, noted {noted}")


def _by_service(share: tuple[int, list[int]]) -> int:
    connections.close_all()
    warehouse_id, skus = share
    accepted = 0
    for sku_id in skus:
        try:
            apply([Change(warehouse_id, sku_id, Kind.RESERVE, reserved=1)], now=NOW)
        except NotEnoughStock:
            continue
        accepted += 1
    return accepted


def _by_hand(share: tuple[int, list[int]]) -> int:
    warehouse_id, skus = share
    accepted = 0
    with psycopg.connect(_address()) as client:
        for sku_id in skus:
            with client.transaction():
                taken = client.execute(_TAKE, (warehouse_id, sku_id)).rowcount
                if taken:
                    client.execute(_NOTE, (warehouse_id, sku_id, NOW))
            accepted += taken
    return accepted


def _address() -> str:
    """The same database as Django's, for a client that knows nothing else of it."""
    settings = connection.get_connection_params()
    names = ("host", "port", "dbname", "user", "password")
    return psycopg.conninfo.make_conninfo(**{n: settings[n] for n in names if settings.get(n)})
