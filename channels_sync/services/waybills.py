"""The platforms' waybill services, as the warehouse uses them: which a store has, and its line."""

from collections.abc import Iterator
from contextlib import contextmanager

from channels_sync.connectors.lines import utc_now
from channels_sync.connectors.waybills import WaybillIssuer
from channels_sync.connectors.waybills_installed import waybill_issuers
from channels_sync.models import ChannelToken, StoreConnection
from channels_sync.services.calls import CallWriter, open_http
from channels_sync.services.tokens import token_source
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Timeouts
from oms.registries import PlatformWaybills

PATIENCE = Timeouts(connect=3, read=5, total=5, queue=2)
"""Seconds: somebody stands at the packing table and waits."""


def carriers_of(store_id: int) -> frozenset[str]:
    """Return for which companies (our codes) a store's platform issues numbers; empty for none."""
    connection = _connection(store_id)
    if connection is None:
        return frozenset()
    return frozenset(waybill_issuers.get(connection.kind).carriers)


@contextmanager
def open_line(store_id: int, *, reference: str) -> Iterator[WaybillIssuer]:
    """Open the line of a store's connection; its calls are noted under ``reference``.

    :raises IntegrationError: reauthorize, if the store is not connected to such a platform
    """
    connection = _connection(store_id)
    if connection is None:
        raise IntegrationError(
            "店铺没有连接，或其平台没有可用的电子面单服务",
            kind=ErrorKind.REAUTHORIZE,
            code="local:no_line",
        )
    issuer = waybill_issuers.get(connection.kind)
    log = CallWriter(store_id, reference=reference)
    with open_http(connection, log=log, rate=issuer.rate, timeouts=PATIENCE) as http:
        yield issuer(
            credentials=connection.credentials,
            http=http,
            shop_id=_shop_id(connection),
            tokens=token_source(connection, http=http, clock=utc_now),
        )


SERVICE = PlatformWaybills(key="channels", carriers=carriers_of, open=open_line)


def _connection(store_id: int) -> StoreConnection | None:
    found = StoreConnection.objects.filter(store=store_id, is_active=True).first()
    return found if found is not None and found.kind in waybill_issuers else None


def _shop_id(connection: StoreConnection) -> str:
    token = ChannelToken.objects.filter(connection=connection).first()
    return token.shop_id if token else ""
