"""What the worker runs for after-sales. Each body is one call."""

from django.utils import timezone

from aftersales.services import housekeeping, reminding, settlement
from oms.scheduling import periodic, single_flight


@periodic(minutes=5, name="aftersales.settle")
def settle(**_newer_arguments: object) -> None:
    """Start the refunds that an event should have started, and follow those under way."""
    with single_flight("aftersales.settle") as got:
        if got:
            settlement.settle_missed(now=timezone.now())


@periodic(minutes=5, name="aftersales.remind")
def remind(**_newer_arguments: object) -> None:
    """Write to whoever may decide, before a platform decides in our place."""
    with single_flight("aftersales.remind") as got:
        if got:
            reminding.remind_due(now=timezone.now())


@periodic(minutes=60, name="aftersales.tidy")
def tidy(**_newer_arguments: object) -> None:
    housekeeping.tidy(now=timezone.now())
