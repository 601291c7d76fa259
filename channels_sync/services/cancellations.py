"""Keep what was taken back elsewhere, each once."""

import hashlib
from datetime import datetime

from channels_sync.connectors import exact
from channels_sync.dto import IncomingCancellation
from channels_sync.models import ExternalCancellation, ExternalCancellationLine
from channels_sync.services import troubles
from channels_sync.services.taking_in import Fate, refused
from oms.dto import IncomingBuyer
from oms.models import Job, Store
from oms.models.locking import atomic_service
from oms.services.orders.creation import know_again
from oms.services.orders.ingest import Verdict


def preview_cancellation(store_id: int, *, told: IncomingCancellation) -> Fate:
    """Tell what recording it would do: the same again changes nothing, another one is refused."""
    rows = ExternalCancellation.objects.filter(store=store_id, number=told.number)
    known = rows.values_list("digest", flat=True).first()
    if known is None:
        return Fate(Verdict.CREATED)
    is_same = any(known == _digest(told, buyer_ref=ref) for ref in _refs(told))
    return Fate(Verdict.UNCHANGED) if is_same else refused(troubles.of_changed_cancellation())


@atomic_service
def record_cancellation(
    store_id: int, *, told: IncomingCancellation, job: Job | None, now: datetime
) -> Fate:
    """Write a cancellation that is new; see ``preview_cancellation`` for the others."""
    fate = preview_cancellation(store_id, told=told)
    if fate.verdict is not Verdict.CREATED:
        return fate
    if told.former_refs:
        buyer = IncomingBuyer(channel_buyer_id=told.buyer_ref, former_ids=told.former_refs)
        know_again([buyer], store=Store.objects.get(pk=store_id))
    amounts = (exact.multiply(line.unit_price, line.quantity) for line in told.lines)
    row = ExternalCancellation.objects.create(
        store_id=store_id,
        number=told.number,
        buyer_ref=told.buyer_ref,
        cancelled_at=told.cancelled_at,
        currency=told.currency,
        amount=exact.total(amounts),
        digest=_digest(told, buyer_ref=told.buyer_ref),
        job=job,
        created_at=now,
    )
    ExternalCancellationLine.objects.bulk_create(
        ExternalCancellationLine(
            cancellation=row,
            position=position,
            merchant_code=line.merchant_code,
            title=line.title,
            quantity=line.quantity,
            unit_price=line.unit_price,
        )
        for position, line in enumerate(told.lines, start=1)
    )
    return fate


def _refs(told: IncomingCancellation) -> tuple[str, ...]:
    """What was kept before a change of keys is the same under the name that its buyer had then."""
    return (told.buyer_ref, *told.former_refs)


def _digest(told: IncomingCancellation, *, buyer_ref: str) -> str:
    """Two files may write one price as 4.5 and as 4.50: that is no change."""
    head = (told.number, buyer_ref, told.cancelled_at.isoformat(), told.currency)
    lines = [
        (line.merchant_code, line.title, line.quantity, exact.plain(line.unit_price))
        for line in told.lines
    ]
    return hashlib.sha256(repr((head, lines)).encode()).hexdigest()
