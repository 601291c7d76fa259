"""What the buyer's pages show: gathered from rows, without a word about anybody's person."""

from collections.abc import Iterable
from typing import Any

from aftersales.flows import Approval, CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase, CaseLink, Reason
from aftersales.playbooks import Label
from aftersales.portal.forms import ReturnForm
from aftersales.portal.qr import draw
from aftersales.portal.steps import steps
from aftersales.services.cases import item_lines
from aftersales.services.photos import MAX_PHOTOS
from aftersales.services.planning import plan
from aftersales.services.units import Free
from oms.models import ExpectedReturn
from oms.refusals import Refusal


def form_context(
    link: CaseLink, form: ReturnForm, *, errors: Iterable[Refusal] = ()
) -> dict[str, Any]:
    """Return what the form page shows of an order: its goods, and what may be asked for them."""
    kept = link.photos.count()
    open_cases = AfterSalesCase.objects.filter(order=link.order_id, status=CaseStatus.OPEN)
    choices = list(form.choices())
    return {
        "form": form,
        "choices": choices,
        "order": link.order,
        "open_cases": list(open_cases.order_by("pk")),
        "photo_hints": list(_photo_hints([choice.free for choice in choices])),
        "kept_photos": kept,
        "room_for_photos": MAX_PHOTOS - kept,
        "errors": [*form.non_field_errors(), *errors],
    }


def _photo_hints(free: list[Free]) -> Iterable[tuple[str, list[Label]]]:
    """Yield, for each reason, what its playbook wants to see."""
    items = [one.item for one in free]
    before = not any(one.has_left for one in free)
    for reason in Reason:
        photos = plan(items, reason=reason, before_shipping=before).photos
        if photos:
            yield reason.value, list(photos)


def status_context(case: AfterSalesCase) -> dict[str, Any]:
    """Return what the status page shows: steps, goods, and where to send them."""
    parcel = ExpectedReturn.objects.filter(case_no=case.case_no).first()
    awaits_parcel = (
        case.status == CaseStatus.OPEN
        and case.approval == Approval.APPROVED
        and case.receipt == Receipt.EXPECTED
    )
    untouched = case.money == Money.NONE and case.receipt in (
        Receipt.EXPECTED,
        Receipt.NOT_NEEDED,
    )
    return {
        "case": case,
        "lines": item_lines(case),
        "steps": steps(case, parcel=parcel),
        "qr": draw(case.case_no),
        "awaits_parcel": awaits_parcel,
        "has_waybill": bool(parcel and parcel.return_waybill_no),
        "parcel": parcel,
        "warehouse": case.warehouse if awaits_parcel else None,
        "may_withdraw": case.status == CaseStatus.OPEN and untouched,
        "photo_count": case.photos.filter(uploaded_by=None).count(),
    }
