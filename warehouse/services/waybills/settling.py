"""What nobody waits for any more: outcomes to be found out, numbers to be given back."""

from datetime import datetime

from django.db.models import Q

from warehouse.flows import WaybillStatus
from warehouse.models import Waybill
from warehouse.services.waybills.calling import call_carrier
from warehouse.services.waybills.requesting import OPEN
from warehouse.services.waybills.voiding import call_void

_PAGE = 40


def settle_due(*, now: datetime, limit: int = _PAGE) -> int:
    """Call the carriers about every waybill that is due; return how many were called about.

    One call after another: at five seconds each the page stays within a task's time.
    """
    due = Waybill.objects.filter(
        status__in=(*OPEN, WaybillStatus.VOIDING), needs_person=False, not_before__lte=now
    ).filter(Q(busy_until=None) | Q(busy_until__lte=now))
    rows = list(due.order_by("not_before", "pk").values_list("pk", "status")[:limit])
    for waybill_id, status in rows:
        if status == WaybillStatus.VOIDING:
            call_void(waybill_id, now=now)
        else:
            call_carrier(waybill_id, now=now)
    return len(rows)
