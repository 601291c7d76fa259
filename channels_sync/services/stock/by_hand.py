"""What a person decides about numbers: send them now, let zeros go, keep what is shown."""

from collections.abc import Collection
from datetime import datetime

from channels_sync.models import ListingStock
from channels_sync.services.stock.marking import SEND
from oms import scheduling
from oms.access.checks import scope
from oms.evidence.append import append
from oms.models import User
from oms.models.locking import atomic_service

RIGHT = "manage_store"


@atomic_service
def send_now(ids: Collection[int], *, actor: User, now: datetime) -> int:
    """Send the numbers again, zeros that waited for a person too; return how many.

    Rows of other people's stores are passed over.
    """
    rows = ListingStock.objects.filter(pk__in=ids, store__in=scope(actor).ids(RIGHT))
    chosen = list(rows.select_for_update(no_key=True).order_by("pk"))
    for row in chosen:
        row.is_blocked, row.due_at, row.attempts = False, now, 0
        # What is shown is wrong in a person's eyes, so the same number goes out once more.
        row.differs = True
    ListingStock.objects.bulk_update(chosen, ["is_blocked", "due_at", "attempts", "differs"])
    if chosen:
        facts = {"listings": [row.listing_id for row in chosen]}
        append("stock.send_now", "listings", at=now, actor=actor, facts=facts)
        scheduling.nudge(SEND)
    return len(chosen)
