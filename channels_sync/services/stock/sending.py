"""Send numbers: one worker a store, each number read at the moment it is sent.

A number that was read before another one was sent could overwrite it; with one worker a store, who
reads after he has begun, the newest number is always the last that goes out.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from traceback import extract_tb

from django.db.models import QuerySet

from channels_sync.connectors.stocking import StockTaker
from channels_sync.connectors.stocking_installed import stock_takers
from channels_sync.models import ListingStock, StoreConnection
from channels_sync.services.breaking.noting import (
    Moment,
    Pass,
    admit,
    may_go,
    note_answer,
    note_moment,
)
from channels_sync.services.calls import has_address
from channels_sync.services.fairness import flight_of, since_last_turn
from channels_sync.services.stock import booking, looking
from channels_sync.services.stock.lines import open_taker
from channels_sync.services.stock.reading import read_fresh
from channels_sync.services.turns import Turn, serve
from oms import scheduling
from oms.integration.errors import ErrorKind, IntegrationError

log = logging.getLogger(__name__)

_PAGE = 200
_SECONDS = 45.0


def send_due(*, now: datetime) -> int:
    """Send what is due and look up what was sent, every store in its turn; return how many numbers
    were taken."""
    end = time.monotonic() + _SECONDS
    lines = {row.store_id: row for row in _lines(now=now)}
    sent = 0

    def work(store_id: int) -> Iterable[Turn[int]]:
        nonlocal sent
        taken, is_cut = send_page(lines[store_id], now=now)
        sent += taken
        return [Turn(store_id, now)] if is_cut else ()

    turns = since_last_turn(booking.turns(lines, now=now), work="stock", now=now)
    serve(turns, do=work, has_time=lambda: time.monotonic() < end)
    return sent


def _lines(*, now: datetime) -> QuerySet[StoreConnection]:
    rows = StoreConnection.objects.filter(
        has_address(),
        may_go(now=now),
        kind__in=[taker.kind for taker in stock_takers],
        is_active=True,
        store__is_active=True,
        store__stock_rule__is_on=True,
    )
    return rows.order_by("store_id")


def send_page(connection: StoreConnection, *, now: datetime) -> tuple[int, bool]:
    """Send a page of a store's numbers, and look up what was sent when none is left.

    Return how many were taken, and whether more are due that can go at once.
    """
    store_id = connection.store_id
    with scheduling.single_flight(flight_of("stock", store_id=store_id)) as got:
        passed = admit(store_id, now=now) if got else Pass.NO
        if passed is Pass.NO:
            return 0, False
        with open_taker(connection) as taker:
            limit = taker.batch if passed is Pass.PROBE else _PAGE
            rows = read_fresh(store_id, limit=limit, now=now)
            sent, goes_on = _send_page(taker, rows, now=now)
            is_cut = goes_on and bool(rows) and booking.has_due(store_id, now=now)
            if goes_on and not is_cut:
                looking.look(taker, store_id=store_id, now=now)
    return sent, is_cut


def _send_page(
    taker: StockTaker, rows: Sequence[ListingStock], *, now: datetime
) -> tuple[int, bool]:
    """Return how many were taken, and whether the line still answers."""
    sent = 0
    for start in range(0, len(rows), taker.batch):
        batch = rows[start : start + taker.batch]
        trouble = None
        try:
            refused = taker.set_stock([booking.offer(row) for row in batch])
        except IntegrationError as error:
            trouble = error
        except Exception as fault:  # noqa: BLE001  # a fault of ours at one store stops no other
            kind, where = type(fault).__name__, extract_tb(fault.__traceback__)[-1]
            log.error("stock of store %s: %s at %s", batch[0].store_id, kind, where)  # noqa: TRY400
            trouble = IntegrationError(kind, kind=ErrorKind.FATAL, code="local:fault")
        if trouble is not None:
            booking.note_trouble(rows[start:], error=trouble, now=now)
            note_answer(batch[0].store_id, error=trouble, now=now)
            return sent, False
        sent += booking.note_sent(batch, refused=refused, now=now)
        note_answer(batch[0].store_id, error=None, now=now)
        note_moment(batch[0].store_id, what=Moment.STOCK, now=now)
    return sent, True
