"""What the worker runs for the channels. Each body is one call."""

from django.utils import timezone

from channels_sync.services import fetching, hints, hooks, intake, refusing, renewing
from channels_sync.services.imports import running
from channels_sync.services.payouts import running as payouts
from channels_sync.services.pull import pulling
from channels_sync.services.push import draining, queueing
from channels_sync.services.reconciling import running as reconciling
from channels_sync.services.stock import marking, sending
from oms.scheduling import mark_success, nudge_answered, periodic, single_flight


@periodic(minutes=1, name="channels.drain_raw_orders")
def drain_raw_orders(**_newer_arguments: object) -> None:
    """Take received orders in: nudged by each message, and every minute in case a nudge got lost.

    One page a run; the drain nudges itself while there is more.
    """
    nudge_answered(intake.DRAIN)
    with single_flight(intake.DRAIN) as got:
        if got:
            now = timezone.now()
            intake.drain(now=now)
            mark_success(intake.DRAIN, at=now)


@periodic(minutes=1, name="channels.run_imports")
def run_imports(**_newer_arguments: object) -> None:
    """Go on with a file import: nudged at its start, and every minute for one whose worker died."""
    nudge_answered(running.RUN)
    running.run_next(now=timezone.now())


@periodic(minutes=10, name="channels.prune_nonces")
def prune_nonces(**_newer_arguments: object) -> None:
    hooks.prune_nonces(now=timezone.now())


@periodic(minutes=1, name="channels.run_payouts")
def run_payouts(**_newer_arguments: object) -> None:
    """Go on with a payout statement: nudged at its start, and every minute if its worker died."""
    nudge_answered(payouts.RUN)
    payouts.run_next(now=timezone.now())


@periodic(minutes=1, name="channels.push")
def push_to_channels(**_newer_arguments: object) -> None:
    """Tell the channels what is due: nudged by each new job, and every minute for the put off."""
    nudge_answered(queueing.DRAIN)
    draining.drain(now=timezone.now())


@periodic(minutes=2, name="channels.refusal_reasons")
def fetch_refusal_reasons(**_newer_arguments: object) -> None:
    """Have the platforms' own reasons at hand before somebody decides."""
    with single_flight("channels.refusal_reasons") as got:
        if got:
            refusing.fetch_due(now=timezone.now())


@periodic(minutes=1, name="channels.pull")
def pull_orders(**_newer_arguments: object) -> None:
    """Ask the platforms for changed orders: every minute, and nudged when a person wants it now."""
    nudge_answered(pulling.PULL)
    pulling.pull_due(now=timezone.now())


@periodic(minutes=1440, name="channels.prune_pulls")
def prune_pulls(**_newer_arguments: object) -> None:
    pulling.prune_runs(now=timezone.now())


@periodic(minutes=1, name="channels.reread")
def reread_hints(**_newer_arguments: object) -> None:
    """Read again what pushes hinted at: nudged by each push, and every minute for the put off."""
    nudge_answered(hints.REREAD)
    hints.reread_due(now=timezone.now())


@periodic(minutes=1, name="channels.fetch_messages")
def fetch_messages(**_newer_arguments: object) -> None:
    """Fetch the messages that platforms keep for us; what they hint at is read again."""
    with single_flight("channels.fetch_messages") as got:
        if got:
            fetching.fetch_due(now=timezone.now())


@periodic(minutes=5, name="channels.renew_tokens")
def renew_tokens(**_newer_arguments: object) -> None:
    """Get the next token of every account before the one in use runs out."""
    renewing.renew_due(now=timezone.now())


@periodic(minutes=1, name="channels.push_stock")
def push_stock(**_newer_arguments: object) -> None:
    """Tell the shops what they may sell: nudged by each change, and every minute for the rest."""
    marking.wait_for_more(now=timezone.now())
    nudge_answered(marking.SEND)
    sending.send_due(now=timezone.now())


@periodic(minutes=15, name="channels.sweep_stock")
def sweep_stock(**_newer_arguments: object) -> None:
    """Find the numbers that moved although nobody told."""
    marking.sweep(now=timezone.now())


@periodic(minutes=1, name="channels.reconcile")
def reconcile(**_newer_arguments: object) -> None:
    """Hold days against the platforms' own lists: nudged on demand, and every minute by itself."""
    nudge_answered(reconciling.RUN)
    reconciling.run_due(now=timezone.now())


@periodic(minutes=15, name="channels.line_up_days")
def line_up_days(**_newer_arguments: object) -> None:
    """Line up the day before, each store at its own night, and days with open differences."""
    reconciling.line_up_due(now=timezone.now())
