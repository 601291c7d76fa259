"""What the warehouse does when the core tells it something. Nothing here calls outside."""

from datetime import datetime

from oms import scheduling
from oms.events.bus import handles
from oms.events.types import (
    FulfillmentsRecalled,
    FulfillmentsReleased,
    PackagesLabelled,
    PackagesShipped,
    ReturnAnnounced,
)
from warehouse.services import recalling
from warehouse.services.receiving import unclaimed
from warehouse.services.tracing import watching
from warehouse.services.waves import starting


@handles(FulfillmentsReleased)
def wake_planner(*, fulfillment_ids: list[int], now: datetime, **_newer: object) -> None:
    """Released documents are candidates by themselves; the planner looks whether a wave is due."""
    scheduling.nudge(starting.TASK)


@handles(FulfillmentsRecalled)
def take_back(*, fulfillment_ids: list[int], now: datetime, **_newer: object) -> None:
    recalling.take_back(fulfillment_ids, now=now)


@handles(ReturnAnnounced)
def claim_parcels(*, return_nos: list[str], now: datetime, **_newer: object) -> None:
    """A parcel may have come before anybody knew its number."""
    unclaimed.claim_announced(return_nos, now=now)


@handles(PackagesLabelled)
def follow_labelled(*, shipment_ids: list[int], now: datetime, **_newer: object) -> None:
    watching.watch_labelled(shipment_ids, now=now)


@handles(PackagesShipped)
def follow_shipped(*, shipment_ids: list[int], now: datetime, **_newer: object) -> None:
    watching.watch_shipped(shipment_ids, now=now)
