"""What the worker runs for the warehouse. Each body is one call."""

from datetime import timedelta

from django.utils import timezone

from oms.scheduling import nudge_answered, periodic, single_flight
from warehouse.services.tracing import polling, pruning, watching
from warehouse.services.waves import starting
from warehouse.services.waybills import printing, settling, voiding

DOCUMENTS_KEPT = timedelta(days=7)
"""How long a platform's label stays after its parcel left: it may have to be printed again."""


@periodic(minutes=1, name="warehouse.run_waves")
def run_waves(**_newer_arguments: object) -> None:
    """Start waves that are due: nudged when documents are released, and every minute."""
    nudge_answered(starting.TASK)
    with single_flight("warehouse.run_waves") as got:
        if got:
            starting.run(now=timezone.now())


@periodic(minutes=1, name="warehouse.settle_waybills")
def settle_waybills(**_newer_arguments: object) -> None:
    """Find out open outcomes and void what is not wanted: nudged after a recall, every minute."""
    nudge_answered(voiding.DRAIN)
    with single_flight("warehouse.settle_waybills") as got:
        if got:
            settling.settle_due(now=timezone.now())


@periodic(minutes=60, name="warehouse.forget_documents")
def forget_documents(**_newer_arguments: object) -> None:
    """Let go of the platforms' print documents of parcels that left, or never will."""
    printing.forget_documents(before=timezone.now() - DOCUMENTS_KEPT)


@periodic(minutes=1, name="warehouse.poll_traces")
def poll_traces(**_newer_arguments: object) -> None:
    """Ask the carriers about the parcels whose turn it is."""
    with single_flight("warehouse.poll_traces") as got:
        if got:
            polling.poll_due(now=timezone.now())


@periodic(minutes=60, name="warehouse.watch_missed")
def watch_missed(**_newer_arguments: object) -> None:
    """Follow what nobody follows, and forget what is too old to be asked about."""
    now = timezone.now()
    watching.watch_missed(now=now)
    pruning.prune(now=now)
