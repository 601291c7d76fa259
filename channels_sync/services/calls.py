"""Write every call to a channel down."""

from oms.audit.context import acting
from oms.integration.wire import CallRecord
from oms.models import CallLog

_LONGEST_URL = 300
_LONGEST_OPERATION = 100


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
