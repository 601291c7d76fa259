"""What a platform tells: a request of its own, and money that it confirmed or returned itself."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftersales.flows import Approval, CaseStatus
from aftersales.models import AfterSalesCase, Kind, Reason, Source
from aftersales.services.approval import agree_with_platform
from aftersales.services.asking import Request
from aftersales.services.cases import lock_case
from aftersales.services.closing import withdraw_case
from aftersales.services.goods import set_waybill
from aftersales.services.intake import open_case
from aftersales.services.settlement import follow
from aftersales.services.units import free_units
from oms.dto import IncomingRefund
from oms.flows.refund import RefundStatus
from oms.models import ExpectedReturn, Order, Refund
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal

OVER = frozenset({"cancelled", "closed", "withdrawn"})
"""Words of a platform's request that nobody follows any more."""


class OrderNotHere(Refusal):
    message = _("The order %(order)s of this request has not come in yet.")


@atomic_service
def take_in(
    store_id: int, *, refund: IncomingRefund, now: datetime, respond_by: datetime | None = None
) -> AfterSalesCase | None:
    """Take in a platform's request, or what changed about it; None if it is over and unknown.

    ``respond_by`` is when the platform agrees in our place: the clock runs to that, if sooner.

    :raises OrderNotHere: until the order itself has come in; the event is delivered again
    """
    rows = Order.objects.filter(store=store_id, channel_order_no=refund.channel_order_no)
    order_id = rows.values_list("pk", flat=True).first()
    if order_id is None:
        raise OrderNotHere(order=refund.channel_order_no)
    if refund.status in OVER:
        return _end(order_id, refund, now=now)
    order = lock_row(Order, order_id)
    request = Request(
        source=Source.PLATFORM,
        reason=Reason.OTHER,
        units=_units(order, refund),
        kind=Kind.RETURN_REFUND if refund.wants_return else Kind.REFUND_ONLY,
        words=refund.reason,
        amount=refund.amount,
        channel_refund_no=refund.channel_refund_no,
        channel_modified_at=refund.modified_at,
    )
    case = open_case(order_id, request=request, actor=None, now=now)
    _note_waybill(case, refund, now=now)
    if respond_by is not None:
        _hurry(case, respond_by)
    return case


def _hurry(case: AfterSalesCase, respond_by: datetime) -> None:
    waits = case.status == CaseStatus.OPEN and case.approval == Approval.PENDING
    if waits and (case.deadline_at is None or respond_by < case.deadline_at):
        case.deadline_at = respond_by
        case.save(update_fields=["deadline_at"])


def _units(order: Order, refund: IncomingRefund) -> dict[int, int]:
    """Return the items of the platform's line: as many as it says, or all that a case has or may
    have; {} where it names no line."""
    if refund.channel_line_no is None:
        return {}
    known = _known(order.pk, refund)
    free = free_units(order, but=known.pk if known else None)
    ours = [one for one in free if one.item.line.channel_line_no == refund.channel_line_no]
    if refund.quantity is None:
        return {one.item.pk: one.units for one in ours if one.units}
    return {
        one.item.pk: refund.quantity * one.item.quantity // one.item.line.quantity for one in ours
    }


def _known(order_id: int, refund: IncomingRefund) -> AfterSalesCase | None:
    rows = AfterSalesCase.objects.filter(order=order_id, status=CaseStatus.OPEN)
    return rows.filter(channel_refund_no=refund.channel_refund_no).first()


def _end(order_id: int, refund: IncomingRefund, *, now: datetime) -> AfterSalesCase | None:
    case = _known(order_id, refund)
    if case is not None:
        withdraw_case(case.pk, actor=None, reason="withdrawn on the platform", now=now)
        case.refresh_from_db()
    return case


def _note_waybill(case: AfterSalesCase, refund: IncomingRefund, *, now: datetime) -> None:
    waiting = ExpectedReturn.objects.filter(
        case_no=case.case_no, state=ExpectedReturn.State.EXPECTED
    ).exclude(return_waybill_no=refund.return_waybill_no)
    if refund.return_waybill_no and waiting.exists():
        set_waybill(
            case.pk, carrier=refund.return_carrier, waybill_no=refund.return_waybill_no, now=now
        )


def follow_refunds(refund_ids: Iterable[int], *, now: datetime) -> None:
    """Bring the cases of these refunds to where the money stands; told twice it stays so.

    Money that the platform returned by itself settles the question of approval too; the parcel
    stays expected.
    """
    for refund in Refund.objects.filter(pk__in=list(refund_ids)).order_by("order_id", "pk"):
        for case_id in _cases_of(refund):
            follow_refund(case_id, refund=refund, now=now)


@atomic_service
def follow_refund(case_id: int, *, refund: Refund, now: datetime) -> None:
    case = lock_case(case_id)
    if refund.status == RefundStatus.DONE_BY_PLATFORM:
        agree_with_platform(case, now=now)
    follow(case, refund=refund, now=now)


def _cases_of(refund: Refund) -> list[int]:
    mine = Q(refund=refund)
    if refund.case_no:
        mine |= Q(case_no=refund.case_no)
    if refund.channel_refund_no:
        mine |= Q(
            store=refund.store_id, channel_refund_no=refund.channel_refund_no, refund__isnull=True
        )
    return list(AfterSalesCase.objects.filter(mine).order_by("pk").values_list("pk", flat=True))
