"""Send numbers: one worker a store, each number read at the moment it is sent.

A number that was read before another one was sent could overwrite it; with one worker a store, who
reads after he has begun, the newest number is always the last that goes out.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from traceback import extract_tb

from channels_sync.connectors.stocking import StockTaker
from channels_sync.connectors.stocking_installed import stock_takers
from channels_sync.models import ListingStock, StoreConnection
from channels_sync.services.calls import has_address
from channels_sync.services.stock import booking, looking
from channels_sync.services.stock.lines import open_taker
from channels_sync.services.stock.reading import read_fresh
from oms import scheduling
from oms.integration.errors import ErrorKind, IntegrationError

log = logging.getLogger(__name__)

_PAGE = 200
_SECONDS = 45.0


def send_due(*, now: datetime) -> int:
    """Send what is due and look up what was sent, store by store; return how many were sent."""
    end = time.monotonic() + _SECONDS
    rows = StoreConnection.objects.filter(
        has_address(),
        kind__in=[taker.kind for taker in stock_takers],
        is_active=True,
        store__is_active=True,
        store__stock_rule__is_on=True,
    )
    return sum(send_store(row, now=now, end=end) for row in rows.order_by("store_id"))


def send_store(connection: StoreConnection, *, now: datetime, end: float) -> int:
    """Send one store's numbers until none is due or the time (monotonic) is over."""
    store_id = connection.store_id
    if not booking.has_work(store_id, now=now):
        return 0
    sent = 0
    with scheduling.single_flight(f"channels.stock:{store_id}") as got:
        if not got:
            return 0
        with open_taker(connection) as taker:
            while time.monotonic() < end:
                rows = read_fresh(store_id, limit=_PAGE, now=now)
                if not rows:
                    break
                done, goes_on = _send_page(taker, rows, now=now)
                sent += done
                if not goes_on:
                    return sent
            looking.look(taker, store_id=store_id, now=now)
    return sent


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
            return sent, False
        sent += booking.note_sent(batch, refused=refused, now=now)
    return sent, True
