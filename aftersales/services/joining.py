"""The same request by another way: it joins the case that is there instead of making a second."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from aftersales.flows import Approval, CaseStatus, Money
from aftersales.models import AfterSalesCase, Source
from aftersales.services import photos
from aftersales.services.asking import Request
from aftersales.services.cases import asked_units, in_shop_words
from aftersales.services.revising import revise
from oms.audit import timeline
from oms.models import Order, User
from oms.refusals import Refusal


def same_request(order: Order, *, request: Request) -> AfterSalesCase | None:
    """Find the case of a locked order that this request is about already.

    The form's own key first, then the platform's number, then an open case for the same goods to
    which no other number of the platform belongs.
    """
    rows = AfterSalesCase.objects.select_related("order__store", "order__receiver", "store")
    cases = list(rows.select_for_update(of=("self",)).filter(order=order).order_by("pk"))
    return next(_matches(cases, request), None)


def _matches(cases: list[AfterSalesCase], request: Request) -> Iterator[AfterSalesCase]:
    if request.submission_key:
        yield from (case for case in cases if case.submission_key == request.submission_key)
    alive = [case for case in cases if case.status == CaseStatus.OPEN]
    number = request.channel_refund_no
    if number:
        yield from (case for case in alive if case.channel_refund_no == number)
    undecided = [case for case in alive if case.approval != Approval.REJECTED]
    for case in undecided:
        if number and case.channel_refund_no:
            continue
        same_goods = asked_units(case) == dict(request.units)
        if same_goods or (not request.units and len(undecided) == 1):
            yield case


def join(
    case: AfterSalesCase, *, request: Request, now: datetime, actor: User | None
) -> AfterSalesCase:
    """Add to a locked case what the other way knows; told again by the same way, nothing changes.

    A platform's word also changes what is asked for (a return that became a refund only).
    """
    if request.submission_key and request.submission_key == case.submission_key:
        return case
    known_at = case.channel_modified_at
    if request.channel_modified_at and known_at and request.channel_modified_at < known_at:
        return case
    _fill(case, request)
    if request.link is not None:
        photos.attach(case, link=request.link)
    timeline.record(case.SUBJECT, case.pk, "asked_again", at=now, actor=actor, note=request.source)
    if request.source is Source.PLATFORM:
        _follow_platform(case, request, now=now)
    return case


def _fill(case: AfterSalesCase, request: Request) -> None:
    case.words = case.words or request.words
    case.channel_refund_no = case.channel_refund_no or request.channel_refund_no
    case.channel_modified_at = request.channel_modified_at or case.channel_modified_at
    case.save(update_fields=["words", "channel_refund_no", "channel_modified_at"])


def _follow_platform(case: AfterSalesCase, request: Request, *, now: datetime) -> None:
    if case.money != Money.NONE:
        return
    units = request.units or None
    try:
        with transaction.atomic():
            revise(case, kind=request.kind, units=units, amount=request.amount, now=now)
    except Refusal as refusal:
        # The platform has decided; that we cannot follow is for a person, and must be seen.
        case.refresh_from_db()
        case.problem = in_shop_words(refusal)
        case.save(update_fields=["problem"])
        timeline.record(case.SUBJECT, case.pk, "cannot_follow", at=now, note=case.problem)
