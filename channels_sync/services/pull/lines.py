"""A store's line to its platform, for asking."""

from collections.abc import Iterator
from contextlib import contextmanager

from channels_sync.connectors.masking import mask_call
from channels_sync.connectors.outbound import utc_now
from channels_sync.connectors.pulling import Puller
from channels_sync.connectors.pulling_installed import pullers
from channels_sync.models import StoreConnection
from channels_sync.services.calls import CallWriter
from channels_sync.services.tokens import token_source
from oms.integration.http import Http, Timeouts
from oms.integration.pacing import ONCE

_TIMEOUTS = Timeouts(connect=5, read=20, total=40)


def pulled_kinds() -> list[str]:
    """List the kinds of connections that can be asked."""
    return [puller.kind for puller in pullers]


@contextmanager
def open_puller(connection: StoreConnection) -> Iterator[Puller]:
    """Open the line of a connection whose kind can be asked; it is closed at the end."""
    puller = pullers.get(connection.kind)
    with Http(
        kind=connection.kind,
        base_url=connection.base_url,
        log=CallWriter(connection.store_id, reference="pull"),
        masker=mask_call,
        timeouts=_TIMEOUTS,
        rate=puller.rate,
        retry=ONCE,
    ) as http:
        tokens = token_source(connection, http=http, clock=utc_now)
        yield puller(credentials=connection.credentials, http=http, tokens=tokens)
