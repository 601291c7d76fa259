"""What a platform tells: a request of its own, and money that it confirmed or returned itself."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from aftersales.flows import Approval, CaseStatus
from aftersales.models import AfterSalesCase, Kind, Reason, Source
from aftersales.services import exchanges
from aftersales.services.approval import agree_with_platform
from aftersales.services.asking import Request
from aftersales.services.cases import in_shop_words, lock_case
from aftersales.services.closing import withdraw_case
from aftersales.services.goods import set_waybill
from aftersales.services.intake import open_case
from aftersales.services.settlement import follow, refund_of_the_platform
from aftersales.services.units import Free, free_units
from oms.audit import timeline
from oms.dto import IncomingRefund, RefundKind, RefundStage
from oms.flows.refund import RefundStatus
from oms.models import ExpectedReturn, Order, Refund, RefundLine
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.orders.channel_refunds import records

_OVER = frozenset({RefundStage.REJECTED, RefundStage.CLOSED})
_AGREED = frozenset({RefundStage.WAIT_BUYER_RETURN, RefundStage.WAIT_MERCHANT_RECEIVE})
"""The platform, or somebody at its own pages, said yes already: the goods are to be expected."""


class OrderNotHere(Refusal):
    message = _("The order %(order)s of this request has not come in yet.")


@atomic_service
def take_in(store_id: int, *, refund: IncomingRefund, now: datetime) -> AfterSalesCase | None:
    """Take in a platform's request, or what changed about it; None where no case is needed.

    What the core has heard since counts, whatever order events come in: its own event brings it.

    :raises OrderNotHere: until the order itself has come in; the event is delivered again
    """
    order_id = _order_id(store_id, refund)
    order = lock_row(Order, order_id)
    newest = records.find(store_id, channel_refund_no=refund.channel_refund_no)
    if newest is not None and newest.modified_at != refund.modified_at:
        return None
    refund = newest or refund
    if refund.status in _OVER:
        return _end(order_id, refund, now=now)
    if refund.status is RefundStage.SUCCESS:
        return _note_paid(order, refund, now=now)
    if refund.status is not RefundStage.WAIT_MERCHANT and _was_decided(order, refund):
        return None
    case = _open(order, refund, now=now)
    if case is not None:
        _follow_stage(case, refund, now=now)
    return case


def _open(order: Order, refund: IncomingRefund, *, now: datetime) -> AfterSalesCase | None:
    """Open or update the case; what we cannot take in is written on the request, for a person."""
    problem, case = "", None
    try:
        with transaction.atomic():
            case = open_case(order.pk, request=_request(order, refund), actor=None, now=now)
    except Refusal as refusal:
        problem = in_shop_words(refusal)
    records.note_answer(
        order.store_id,
        channel_refund_no=refund.channel_refund_no,
        case_no=case.case_no if case else "",
        problem=problem,
    )
    return case


def _order_id(store_id: int, refund: IncomingRefund) -> int:
    rows = Order.objects.filter(store=store_id, channel_order_no=refund.channel_order_no)
    order_id = rows.values_list("pk", flat=True).first()
    if order_id is None:
        raise OrderNotHere(order=refund.channel_order_no)
    return order_id


def _request(order: Order, refund: IncomingRefund) -> Request:
    return Request(
        source=Source.PLATFORM,
        reason=Reason.OTHER,
        units=_units(order, refund),
        kind=Kind(refund.kind),
        words=refund.reason,
        # A platform that does not say an amount leaves it to the paid share of the units.
        amount=refund.amount or None,
        channel_refund_no=refund.channel_refund_no,
        channel_modified_at=refund.modified_at,
        paid=_paid(order, refund),
    )


def _paid(order: Order, refund: IncomingRefund) -> dict[int, int]:
    """Return {item id: units} that the platform paid back for this request already."""
    rows = RefundLine.objects.filter(
        refund__order=order, refund__channel_refund_no=refund.channel_refund_no
    ).exclude(order_item=None)
    sums = rows.values_list("order_item_id").annotate(units=Sum("quantity"))
    return {item: units for item, units in sums if item is not None}


def _follow_stage(case: AfterSalesCase, refund: IncomingRefund, *, now: datetime) -> None:
    if refund.status in _AGREED and case.wants_goods_back:
        agree_with_platform(case, now=now)
    _note_waybill(case, refund, now=now)
    if refund.respond_by is not None:
        _set_term(case, refund.respond_by)


def _note_paid(order: Order, refund: IncomingRefund, *, now: datetime) -> AfterSalesCase | None:
    """The buyer has the money: a case is needed only where his goods are still to come back."""
    case = _known(order.pk, refund)
    if case is None and refund.kind is RefundKind.RETURN_REFUND:
        free = free_units(order, paid=_paid(order, refund))
        is_with_buyer = any(one.has_left and one.units for one in free)
        if is_with_buyer and not _was_decided(order, refund):
            case = _open(order, refund, now=now)
    if case is not None:
        agree_with_platform(case, now=now)
        done = refund_of_the_platform(case)
        if done is not None:
            follow(case, refund=done, now=now)
    return case


def _was_decided(order: Order, refund: IncomingRefund) -> bool:
    """Tell whether the request had its case and that has come to its end."""
    rows = AfterSalesCase.objects.filter(order=order).exclude(status=CaseStatus.OPEN)
    return rows.filter(channel_refund_no=refund.channel_refund_no).exists()


def _set_term(case: AfterSalesCase, respond_by: datetime) -> None:
    """The platform's own term: it may be sooner than ours, and our clock runs to that, if so."""
    if case.respond_by != respond_by:
        case.respond_by = respond_by
        case.save(update_fields=["respond_by"])
    waits = case.status == CaseStatus.OPEN and case.approval == Approval.PENDING
    if waits and (case.deadline_at is None or respond_by < case.deadline_at):
        case.deadline_at = respond_by
        case.save(update_fields=["deadline_at"])


def _units(order: Order, refund: IncomingRefund) -> dict[int, int]:
    """Return the items of the platform's lines: as many as it says, or all that a case has or may
    have; {} where it names no line."""
    if not refund.lines:
        return {}
    told = {line.channel_line_no: line.quantity for line in refund.lines}
    known = _known(order.pk, refund)
    free = free_units(order, but=known.pk if known else None, paid=_paid(order, refund))
    ours = [one for one in free if one.item.line.channel_line_no in told]
    units = {one.item.pk: _pieces(one, told[str(one.item.line.channel_line_no)]) for one in ours}
    return {pk: count for pk, count in units.items() if count}


def _pieces(one: Free, told: int | None) -> int:
    if told is None:
        return one.units
    return told * one.item.quantity // one.item.line.quantity


def _known(order_id: int, refund: IncomingRefund) -> AfterSalesCase | None:
    rows = AfterSalesCase.objects.filter(order=order_id, status=CaseStatus.OPEN)
    return rows.filter(channel_refund_no=refund.channel_refund_no).first()


def _end(order_id: int, refund: IncomingRefund, *, now: datetime) -> AfterSalesCase | None:
    """The request is over on the platform; what cannot be taken back here is for a person."""
    case = _known(order_id, refund)
    if case is None:
        return None
    try:
        with transaction.atomic():
            withdraw_case(case.pk, actor=None, reason=f"platform: {refund.status}", now=now)
    except Refusal as refusal:
        AfterSalesCase.objects.filter(pk=case.pk).update(problem=in_shop_words(refusal))
        exchanges.pause(case, now=now)
        timeline.record(case.SUBJECT, case.pk, "cannot_follow", at=now, note=str(refund.status))
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
