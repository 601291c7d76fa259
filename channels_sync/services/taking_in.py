"""Hand orders to the core and learn what became of each, whatever happens."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from traceback import extract_tb

from django.db import OperationalError

from channels_sync.services import troubles
from channels_sync.services.troubles import Trouble
from oms.dto import IncomingOrder, IncomingRefund
from oms.refusals import Refusal
from oms.services.orders.channel_refunds.noting import note_platform_refund, preview_platform_refund
from oms.services.orders.ingest import Outcome, Verdict, ingest_many

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one thing told. ``trouble`` says why, where a person has to look."""

    verdict: Verdict
    order_id: int | None = None
    trouble: Trouble | None = None


def take_in(store_id: int, *, orders: Sequence[IncomingOrder], now: datetime) -> list[Fate]:
    """Take in orders of one store and return a fate for each, in the order given.

    A fault of ours in one order leaves the others untouched: each is then tried by itself. Only a
    database that cannot be reached stops them all, to be tried again later.
    """
    if not orders:
        return []
    try:
        return [fate_of(outcome) for outcome in ingest_many(store_id, orders=orders, now=now)]
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001  # the other orders must not wait for its repair
        if len(orders) == 1:
            # Not the message: it may quote what the order says.
            where = extract_tb(error.__traceback__)[-1]
            kind = type(error).__name__
            log.error("an order could not be taken in: %s at %s", kind, where)  # noqa: TRY400
            return [Fate(Verdict.REFUSED, trouble=troubles.of_crash(error))]
    return [fate for order in orders for fate in take_in(store_id, orders=[order], now=now)]


def take_in_refund(store_id: int, *, refund: IncomingRefund, now: datetime) -> Fate:
    """Hand one refund request to the core; a fault of ours in it leaves the others untouched."""
    try:
        noted = note_platform_refund(store_id, refund=refund, now=now)
    except OperationalError:
        raise
    except Refusal as refusal:
        return refused(troubles.of_refusal(refusal))
    except Exception as error:  # noqa: BLE001  # the others must not wait for its repair
        where = extract_tb(error.__traceback__)[-1]
        log.error("a refund could not be taken in: %s at %s", type(error).__name__, where)  # noqa: TRY400
        return refused(troubles.of_crash(error))
    return Fate(noted.verdict, noted.order_id)


def preview_refund(store_id: int, *, refund: IncomingRefund) -> Fate:
    """Tell what taking it in would do, and write nothing."""
    try:
        return Fate(preview_platform_refund(store_id, refund=refund))
    except Refusal as refusal:
        return refused(troubles.of_refusal(refusal))


def fate_of(outcome: Outcome) -> Fate:
    """Return the core's answer with its refusal in a person's words."""
    trouble = troubles.of_refusal(outcome.refusal) if outcome.refusal else None
    return Fate(outcome.verdict, outcome.order_id, trouble)


def refused(trouble: Trouble) -> Fate:
    return Fate(Verdict.REFUSED, trouble=trouble)
