"""One try: ask the channel if need be, tell it, note the answer. No transaction is open for it."""

import logging
from datetime import datetime, timedelta
from traceback import extract_tb

from django.utils.translation import gettext

from channels_sync.connectors.outbound import Outbound, Push, ShipmentPush, Told
from channels_sync.models import PushJob
from channels_sync.services.push import outcomes
from channels_sync.services.push.building import build
from channels_sync.services.push.claiming import Claim, is_moot, renew_number
from channels_sync.services.push.lines import Line
from channels_sync.services.push.renumbering import lacks_number
from oms.integration.errors import ErrorKind, IntegrationError
from oms.refusals import Refusal

log = logging.getLogger(__name__)


def send(claim: Claim, *, line: Line, now: datetime) -> None:
    """Carry a claimed job out as far as it goes, and write down how far that was."""
    if is_moot(claim.job) and not _may_be_told(claim):
        outcomes.note_moot(claim, now=now)
        return
    try:
        push = build(claim.job, now=now)
        outbound = line.open(push=type(push), reference=claim.job.reference)
    except Refusal as refusal:
        outcomes.note_fault(claim, text=str(refusal), in_doubt=claim.looks_first, now=now)
    except Exception as error:  # noqa: BLE001  # one faulty job must not stop the others
        _note_crash(claim, error, in_doubt=claim.looks_first, now=now)
    else:
        _ask_and_tell(claim, outbound, push, now=now)


def _ask_and_tell(claim: Claim, outbound: Outbound, push: Push, *, now: datetime) -> None:
    asks = claim.looks_first or claim.only_looks
    found = None
    try:
        if asks:
            found = outbound.find(push)
            if found is None and is_moot(claim.job):
                outcomes.note_moot(claim, now=now)
                return
        asks = False
        told = found
        if told is None and not claim.only_looks:
            told = _tell(outbound, _fresh(claim, push, now=now))
    except IntegrationError as error:
        outcomes.note_error(claim, error=error, while_looking=asks, now=now)
    except Exception as error:  # noqa: BLE001  # a fault of ours; what went out stays in doubt
        _note_crash(claim, error, in_doubt=True, now=now)
    else:
        if told is None:
            outcomes.note_not_shown(claim, now=now)
        else:
            outcomes.note_told(claim, told=told, was_seen=found is not None, now=now)


def _may_be_told(claim: Claim) -> bool:
    """Tell whether a channel may know of a parcel that was opened again: then it is asked first."""
    is_shipment = claim.job.kind == PushJob.Kind.SHIPMENT
    return is_shipment and (claim.looks_first or claim.only_looks)


def _fresh(claim: Claim, push: Push, *, now: datetime) -> Push:
    """Return the message with the waybill that the parcel has now: the try never arrived.

    :raises IntegrationError: throttle, if it has none now; the next one wakes the job
    """
    if isinstance(push, ShipmentPush) and claim.looks_first:
        job = renew_number(claim)
        if lacks_number(job):
            # The store's other jobs need not rest for it.
            raise IntegrationError(
                "面单已作废，等待新的运单号",
                kind=ErrorKind.THROTTLE,
                code="local:no_number",
                retry_after=timedelta(seconds=1),
            )
        return build(job, now=now)
    return push


def _tell(outbound: Outbound, push: Push) -> Told:
    try:
        return outbound.send(push)
    except IntegrationError as error:
        if error.kind is ErrorKind.TREAT_AS_DONE:
            return Told()
        raise


def _note_crash(claim: Claim, error: Exception, *, in_doubt: bool, now: datetime) -> None:
    """Not the message: it may quote what the order says."""
    kind, where = type(error).__name__, extract_tb(error.__traceback__)[-1]
    log.error("push job %s failed: %s at %s", claim.job.pk, kind, where)
    text = gettext("A fault of ours (%(kind)s); the log has the rest.") % {"kind": kind}
    outcomes.note_fault(claim, text=text, in_doubt=in_doubt, now=now)
