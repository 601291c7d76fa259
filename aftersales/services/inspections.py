"""A technician looks at what came back, before any money goes."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from aftersales.flows import Receipt
from aftersales.models import AfterSalesCase, Inspection
from aftersales.services.cases import lock_open_case
from aftersales.services.closing import close_if_done
from aftersales.services.settlement import settle_if_ready
from oms.access.checks import NotAllowed, may
from oms.audit import timeline
from oms.evidence.append import append
from oms.models import User
from oms.models.locking import atomic_service
from oms.refusals import Refusal

PERMISSION = "inspect_returns"


class NothingToInspect(Refusal):
    message = _("Nothing of this case has come back that could be looked at.")


class FindingMissing(Refusal):
    message = _("Write down what you found.")


def may_inspect(case: AfterSalesCase, *, user: User) -> bool:
    return case.warehouse is not None and may(user, PERMISSION, case.warehouse)


@atomic_service
def inspect(
    case_id: int, *, verdict: Inspection.Verdict, finding: str, actor: User, now: datetime
) -> Inspection:
    """Write down a technician's verdict; where the buyer is right, the refund starts.

    :raises NotAllowed: if the person may not inspect returns in the case's warehouse
    :raises NothingToInspect: before any goods have come
    :raises FindingMissing: without a text
    """
    case = lock_open_case(case_id)
    if not may_inspect(case, user=actor):
        raise NotAllowed(permission=PERMISSION)
    if case.receipt not in (Receipt.PARTLY_RECEIVED, Receipt.RECEIVED):
        raise NothingToInspect
    if not finding.strip():
        raise FindingMissing
    row = Inspection.objects.create(
        case=case, verdict=verdict, note=finding[:500], inspected_by=actor, at=now
    )
    timeline.record(case.SUBJECT, case.pk, "inspect", at=now, actor=actor, note=verdict)
    append("case.inspect", case.case_no, at=now, actor=actor, facts={"verdict": verdict})
    settle_if_ready(case, now=now)
    close_if_done(case, now=now)
    return row
