"""What the worker runs for the shared core. Each body is one call."""

from django.conf import settings
from django.utils import timezone

from oms.access import grants
from oms.events import bus
from oms.scheduling import mark_success, nudge_answered, periodic, single_flight
from oms.services import dispatch as dispatching
from oms.services import heartbeat, live_refunds, messages, uploads
from oms.services.listings import changing, following
from oms.services.merging import scan
from oms.services.orders import expiry
from oms.services.sheets import running as sheets


@periodic(minutes=1, name="oms.deliver_events")
def deliver_events(**_newer_arguments: object) -> None:
    """Drain the outbox: nudged after each publish, and every minute in case a nudge got lost."""
    nudge_answered(bus.DRAIN)
    bus.deliver_due(now=timezone.now())


@periodic(minutes=60, name="oms.prune_events")
def prune_events(**_newer_arguments: object) -> None:
    bus.prune(now=timezone.now())


@periodic(minutes=1, name="oms.heartbeat")
def beat(**_newer_arguments: object) -> None:
    heartbeat.beat("worker", now=timezone.now())


@periodic(minutes=settings.MERGE_SCAN_MINUTES, name=scan.LEASE)
def merge_scan(**_newer_arguments: object) -> None:
    """Merge what belongs together; what a scan saw counts as seen only when it succeeded."""
    with single_flight(scan.LEASE) as got:
        if got:
            started = timezone.now()
            scan.scan(now=started)
            mark_success(scan.LEASE, at=started)


@periodic(minutes=1, name="oms.dispatch")
def dispatch(**_newer_arguments: object) -> None:
    """Send on what need not wait any longer: nudged after each ingest, and every minute."""
    nudge_answered(dispatching.TASK)
    with single_flight("oms.dispatch") as got:
        if got:
            dispatching.dispatch(now=timezone.now())


@periodic(minutes=1, name="oms.follow_listings")
def follow_listings(**_newer_arguments: object) -> None:
    """Let open orders follow listings that stand for something else: nudged by each change."""
    nudge_answered(changing.FOLLOW)
    with single_flight("oms.follow_listings") as got:
        if got:
            following.follow_due(now=timezone.now())


@periodic(minutes=5, name="oms.retry_shortages")
def retry_shortages(**_newer_arguments: object) -> None:
    dispatching.retry_shortages(now=timezone.now())


@periodic(minutes=5, name="oms.recheck_refunds")
def recheck_refunds(**_newer_arguments: object) -> None:
    """Let go on what was held for a refund that is over, or was never told to us."""
    with single_flight("oms.recheck_refunds") as got:
        if got:
            live_refunds.recheck(now=timezone.now())


@periodic(minutes=1, name="oms.send_messages")
def send_messages(**_newer_arguments: object) -> None:
    with single_flight("oms.send_messages") as got:
        if got:
            messages.send_due(now=timezone.now())


@periodic(minutes=60, name="oms.expire_unpaid")
def expire_unpaid(**_newer_arguments: object) -> None:
    expiry.expire_unpaid(now=timezone.now())


@periodic(minutes=5, name="oms.end_roles")
def end_roles(**_newer_arguments: object) -> None:
    """Roles with an end lose their grants on time."""
    grants.recompute_all(now=timezone.now())


@periodic(minutes=1, name="oms.run_sheets")
def run_sheets(**_newer_arguments: object) -> None:
    """Go on with a list's import: nudged at its start, and every minute after a worker's death."""
    nudge_answered(sheets.RUN)
    sheets.run_next(now=timezone.now())


@periodic(minutes=60, name="oms.throw_files_away")
def throw_files_away(**_newer_arguments: object) -> None:
    """Delete uploaded files of every kind when their time is over."""
    uploads.throw_files_away(now=timezone.now())
