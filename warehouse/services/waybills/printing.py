"""What a platform's print component is told. Its document is sealed here and opened there."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.dto import PlatformWaybill, PrintJob
from oms.integration.errors import IntegrationError
from oms.models import User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.registries import PlatformWaybillLine
from warehouse.flows import WaybillStatus
from warehouse.models import Waybill
from warehouse.services.waybills.contents import issued_by_platform, let_document_go
from warehouse.services.waybills.issuers import open_platform
from warehouse.services.waybills.labelling import printable
from warehouse.services.waybills.platform_requests import build

_PAGE = 200
_PAGES = 100
"""An hour brings more parcels than one page; so many are done well within a task's time."""
_OVER = (
    WaybillStatus.USED,
    WaybillStatus.VOIDING,
    WaybillStatus.VOID_REFUSED,
    WaybillStatus.VOIDED,
)
"""Nothing leads back to a number that was to be voided, whatever its company answered."""


class NothingToSend(Refusal):
    message = _("This label is no platform's: print it as a page.")


class PlatformGivesNoLabel(Refusal):
    message = _("The platform gives no label for this waybill: %(problem)s")


def print_job(waybill_id: int, *, actor: User) -> PrintJob:
    """Return what the browser sends to the print component for a print that was counted.

    A document that was let go after its time, or never came, is fetched from the platform.

    :raises Waybill.DoesNotExist: missing and forbidden look the same to the caller
    :raises DocumentStopped, NotPrintedYet: as ``printable`` says
    :raises NothingToSend: if the label is drawn by us
    :raises PlatformGivesNoLabel: if the document is gone and the platform gives it no more
    """
    waybill = printable(waybill_id, actor=actor)
    if not issued_by_platform(waybill):
        raise NothingToSend
    task_no = f"{waybill.client_order_id}-{waybill.print_count}"
    try:
        with open_platform(waybill.account, reference=waybill.shipment.package_no) as line:
            told = _stored(waybill) or _fetched(waybill, line)
            return line.print_job(told, task_no=task_no)
    except IntegrationError as error:
        raise PlatformGivesNoLabel(problem=str(error)) from error


def forget_documents(*, before: datetime, limit: int = _PAGE) -> int:
    """Let go of the documents of labels that were used or given up before a moment.

    Return how many went.
    """
    count = 0
    for _page in range(_PAGES):
        gone = _forget_page(before=before, limit=limit)
        count += gone
        if gone < limit:
            break
    return count


@atomic_service
def _forget_page(*, before: datetime, limit: int) -> int:
    due = Waybill.objects.filter(status__in=_OVER, status_at__lt=before)
    rows = list(
        due.filter(holds_document=True).order_by("pk").select_for_update(of=("self",))[:limit]
    )
    for row in rows:
        let_document_go(row)
    return len(rows)


def _stored(waybill: Waybill) -> PlatformWaybill | None:
    kept = waybill.label or {}
    if not waybill.holds_document:
        return None
    return PlatformWaybill(
        waybill_no=waybill.waybill_no, issuer=kept["platform"], print_data=kept["print_data"]
    )


def _fetched(waybill: Waybill, line: PlatformWaybillLine) -> PlatformWaybill:
    told = line.read(build(waybill), waybill.waybill_no)
    if told is None or not told.print_data:
        raise PlatformGivesNoLabel(problem=_("the platform does not know it any more"))
    _keep(waybill.pk, told)
    return told


@atomic_service
def _keep(waybill_id: int, told: PlatformWaybill) -> None:
    row = lock_row(Waybill, waybill_id)
    row.label = {**(row.label or {}), "print_data": told.print_data}
    row.holds_document = bool(told.print_data)
    row.save(update_fields=["label", "holds_document"])
