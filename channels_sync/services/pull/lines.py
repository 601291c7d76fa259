"""A store's line to its platform, for asking."""

from collections.abc import Iterator
from contextlib import contextmanager

from channels_sync.connectors.lines import utc_now
from channels_sync.connectors.pulling import Puller
from channels_sync.connectors.pulling_installed import pullers
from channels_sync.models import StoreConnection
from channels_sync.services.calls import CallWriter, open_http
from channels_sync.services.tokens import token_source


def pulled_kinds() -> list[str]:
    """List the kinds of connections that can be asked."""
    return [puller.kind for puller in pullers]


@contextmanager
def open_puller(connection: StoreConnection, *, reference: str = "pull") -> Iterator[Puller]:
    """Open the line of a connection whose kind can be asked; it is closed at the end."""
    puller = pullers.get(connection.kind)
    log = CallWriter(connection.store_id, reference=reference)
    with open_http(connection, log=log, rate=puller.rate) as http:
        tokens = token_source(connection, http=http, clock=utc_now)
        yield puller(credentials=connection.credentials, http=http, tokens=tokens)
