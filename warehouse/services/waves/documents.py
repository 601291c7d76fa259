"""Move a document through the stations, for a person or for the system itself."""

from datetime import datetime

from oms.models import FulfillmentOrder, User
from oms.models.locking import lock_row
from oms.services.fulfillment.stations import advance, refuse_if_stopped
from oms.transitions import IllegalTransition, fire


def move(
    fulfillment_id: int,
    *,
    action: str,
    permission: str,
    actor: User | None,
    now: datetime,
    freeze: str = "",
) -> FulfillmentOrder:
    """Move a document; without an actor the system does it, which needs no right.

    :raises NotAllowed: if the person does not hold the right in the warehouse
    :raises DocumentStopped: if it must not go on
    :raises IllegalTransition: if it does not stand at this station
    """
    if actor is not None:
        return advance(
            fulfillment_id,
            action=action,
            permission=permission,
            actor=actor,
            now=now,
            freeze=freeze,
        )
    document = lock_row(FulfillmentOrder, fulfillment_id)
    refuse_if_stopped(document)
    fire(document, action, now=now)
    return document


def step_back(fulfillment_id: int, *, now: datetime, note: str) -> None:
    """Take a document out of its wave again, if it is still only waved; it waits for the next."""
    document = lock_row(FulfillmentOrder, fulfillment_id)
    try:
        fire(document, "unwave", now=now, note=note)
    except IllegalTransition:
        return
