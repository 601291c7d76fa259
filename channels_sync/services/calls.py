"""Open a store's line, and write every call on it down."""

from django.db.models import Q

from channels_sync.connectors.installed import connectors
from channels_sync.connectors.masking import mask_call
from channels_sync.models import StoreConnection
from oms.audit.context import acting
from oms.integration.http import Http, Timeouts
from oms.integration.pacing import ONCE, RateLimit
from oms.integration.wire import CallRecord
from oms.models import CallLog

_LONGEST_URL = 300
_LONGEST_OPERATION = 100
_PATIENT = Timeouts(connect=5, read=20, total=40)


class CallWriter:
    """Takes the records of one store's line; ``reference`` is what the calls are about now."""

    def __init__(self, store_id: int, *, reference: str = "") -> None:
        self.store_id = store_id
        self.reference = reference

    def __call__(self, record: CallRecord) -> None:
        """Store one attempt; it is on its own, so that no rollback takes it away."""
        CallLog.objects.create(
            kind=record.kind,
            operation=record.operation[:_LONGEST_OPERATION],
            store_id=self.store_id,
            reference=self.reference[:64],
            url=record.url[:_LONGEST_URL],
            status=record.status,
            outcome=record.outcome,
            duration_ms=record.duration_ms,
            request_body=record.request_body,
            response_body=record.response_body or record.error,
            correlation_id=acting().correlation_id,
        )


def has_address() -> Q:
    """Choose connections that know where to call: their own address, or the platform's."""
    everywhere = [connector.kind for connector in connectors if connector.gateway]
    return ~Q(base_url="") | Q(kind__in=everywhere)


def gateway_of(kind: str) -> str:
    """Return where a platform is called; empty where each shop has an address of its own."""
    return connectors.get(kind).gateway if kind in connectors else ""


def open_http(
    connection: StoreConnection,
    *,
    log: CallWriter,
    rate: RateLimit | None = None,
    timeouts: Timeouts = _PATIENT,
) -> Http:
    """Open the line of a connection; the caller closes it."""
    return Http(
        kind=connection.kind,
        base_url=connection.base_url or gateway_of(connection.kind),
        log=log,
        masker=mask_call,
        timeouts=timeouts,
        rate=rate,
        retry=ONCE,
    )
