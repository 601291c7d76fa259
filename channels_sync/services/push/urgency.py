"""What is told first: a parcel's number before money, money before answers on returns.

A platform fines a shipment that is told late within hours; a refund is a buyer who waits; an answer
on a return has days, and a seller's note hurries nobody. No kind starves: what waits for longer
than its patience goes before.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from channels_sync.models import PushJob
from channels_sync.services.turns import Turn

Kind = PushJob.Kind
PATIENCE: Mapping[str, timedelta] = {
    Kind.SHIPMENT: timedelta(minutes=1),
    Kind.REFUND: timedelta(minutes=3),
    Kind.RETURN_REFUSE: timedelta(minutes=5),
    Kind.RETURN_AGREE: timedelta(minutes=5),
    Kind.MEMO: timedelta(minutes=10),
}
_OTHERS = timedelta(minutes=5)


def turn_of(kind: str, *, due_at: datetime) -> Turn[str]:
    """Return the turn of the job of a kind that waits since then."""
    return Turn(kind, due_at, PATIENCE.get(kind, _OTHERS))
