"""Try orders out: what would become of them, with nothing left behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from channels_sync.services.skus import Made, create_missing_skus
from channels_sync.services.taking_in import Fate, fate_of
from oms.dto import IncomingOrder
from oms.services.orders.ingest import preview_many


@dataclass(frozen=True, slots=True)
class Trial:
    """A fate for each order, in the order given, and the SKUs that would be made for them."""

    fates: list[Fate]
    made: Made


def preview_orders(
    store_id: int, *, orders: Sequence[IncomingOrder], create_skus: bool, now: datetime
) -> Trial:
    """Tell what taking the orders in would do. SKUs that would be made first are made for the trial
    and undone with it, so that the answer is the core's own."""
    with transaction.atomic():
        made = Made()
        if create_skus:
            lines = [line for order in orders for line in order.lines]
            made = create_missing_skus(
                store_id, lines=lines, reference="trial", actor=None, now=now
            )
        outcomes = preview_many(store_id, orders=orders, now=now)
        fates = [fate_of(outcome) for outcome in outcomes]
        transaction.set_rollback(True)
    return Trial(fates, made)
