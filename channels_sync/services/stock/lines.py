"""A store's line to its platform, for stock."""

from collections.abc import Iterator
from contextlib import contextmanager

from channels_sync.connectors.lines import utc_now
from channels_sync.connectors.stocking import StockTaker
from channels_sync.connectors.stocking_installed import stock_takers
from channels_sync.models import StoreConnection
from channels_sync.services.calls import CallWriter, open_http
from channels_sync.services.tokens import token_source


@contextmanager
def open_taker(connection: StoreConnection) -> Iterator[StockTaker]:
    """Open the line of a connection whose kind takes stock; it is closed at the end."""
    taker = stock_takers.get(connection.kind)
    log = CallWriter(connection.store_id, reference="stock")
    with open_http(connection, log=log, rate=taker.rate) as http:
        tokens = token_source(connection, http=http, clock=utc_now)
        yield taker(credentials=connection.credentials, http=http, tokens=tokens)
