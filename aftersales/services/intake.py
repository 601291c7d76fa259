"""The one way in: whoever asks, and by whatever way, one request becomes one case."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from aftersales.flows import Approval, CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase, CaseLine, Kind, Source
from aftersales.playbooks import Playbook
from aftersales.services import approval, axes, photos
from aftersales.services.asking import (
    KindNotOffered,
    LeftAndNotLeft,
    NothingAsked,
    NotThatMany,
    PhotosMissing,
    Request,
)
from aftersales.services.closing import HOLD
from aftersales.services.joining import join, same_request
from aftersales.services.planning import plan, return_warehouse
from aftersales.services.units import Free, free_units
from oms.access.checks import require
from oms.audit import timeline
from oms.evidence.append import append
from oms.models import Order, OrderHold, OrderLine, User
from oms.models.base import new_number
from oms.models.locking import atomic_service, lock_row
from oms.services import refunds
from oms.services.holds import hold_what_is_here

Gift = OrderLine.Kind.GIFT


@atomic_service
def open_case(
    order_id: int, *, request: Request, actor: User | None, now: datetime
) -> AfterSalesCase:
    """Take in a request; one that is known already, from here or elsewhere, returns its case.

    :raises NotAllowed: if a person of the shop asks who may not open cases in the store
    :raises NothingAsked, NotThatMany, LeftAndNotLeft: if the units cannot be asked for
    :raises KindNotOffered: if that is not done for this reason
    :raises PhotosMissing: if the playbook wants photographs and the buyer gave none
    """
    order = lock_row(Order, order_id)
    if actor is not None:
        require(actor, "open_cases", order.store)
    known = same_request(order, request=request)
    if known is not None:
        return join(known, request=request, now=now, actor=actor)
    free = free_units(order, paid=request.paid)
    chosen = _choose(free, request)
    before = _is_before_shipping(chosen)
    playbook = plan([one.item for one in chosen], reason=request.reason, before_shipping=before)
    kind = _kind(request, playbook)
    _check_photos(request, playbook)
    units = {one.item.pk: one.units for one in chosen}
    if kind is not Kind.REFUND_ONLY:
        units |= _gifts(free, units)
    case = _build(order, request, kind=kind, playbook=playbook, before=before, now=now)
    case.opened_by = actor
    _write(case, units=units, request=request, now=now)
    approval.ask(case, requested_by=actor, now=now)
    return case


def _choose(free: Sequence[Free], request: Request) -> list[Free]:
    """Return the items asked for, each with the units asked; nothing named means all there is."""
    wanted = dict(request.units) or {one.item.pk: one.units for one in free if one.units}
    if not wanted:
        raise NothingAsked
    by_item = {one.item.pk: one for one in free}
    chosen = []
    for item_id, units in sorted(wanted.items()):
        one = by_item.get(item_id)
        if one is None or not 0 < units <= one.units:
            title = one.item.line.title if one else str(item_id)
            raise NotThatMany(title=title, units=one.units if one else 0)
        chosen.append(Free(one.item, units, has_left=one.has_left))
    return chosen


def _is_before_shipping(chosen: Sequence[Free]) -> bool:
    left = {one.has_left for one in chosen}
    if len(left) > 1:
        raise LeftAndNotLeft
    return left == {False}


def _kind(request: Request, playbook: Playbook) -> Kind:
    """Return what is to be done: a platform has decided, everybody else chooses among ours."""
    kinds = playbook.kinds
    kind = request.kind or kinds[0]
    if playbook.before_shipping:
        return Kind.REFUND_ONLY
    if request.source is not Source.PLATFORM and kind not in kinds:
        raise KindNotOffered(kinds=" / ".join(str(one.label) for one in kinds))
    return kind


def _check_photos(request: Request, playbook: Playbook) -> None:
    by_buyer = request.source is Source.PORTAL
    if by_buyer and playbook.photos and not (request.link and request.link.photos.exists()):
        raise PhotosMissing(photos=", ".join(map(str, playbook.photos)))


def _gifts(free: Sequence[Free], units: Mapping[int, int]) -> dict[int, int]:
    """Return the gifts that come back too, when everything that was bought does."""
    bought = [one for one in free if one.item.line.kind != Gift]
    if any(one.units > units.get(one.item.pk, 0) for one in bought):
        return {}
    gifts = (one for one in free if one.item.line.kind == Gift and one.units and one.has_left)
    return {one.item.pk: one.units for one in gifts}


def _build(
    order: Order,
    request: Request,
    *,
    kind: Kind,
    playbook: Playbook,
    before: bool,
    now: datetime,
) -> AfterSalesCase:
    wants_goods = kind is not Kind.REFUND_ONLY
    return AfterSalesCase(
        case_no=new_number("AS", now.date()),
        order=order,
        store=order.store,
        source=request.source,
        kind=kind,
        reason=request.reason,
        words=request.words,
        is_before_shipping=before,
        currency=order.currency,
        channel_refund_no=request.channel_refund_no,
        channel_modified_at=request.channel_modified_at,
        playbook=playbook.name,
        playbook_version=playbook.version,
        inspect_first=playbook.inspect_first and wants_goods,
        submission_key=request.submission_key,
        opened_at=now,
        status=CaseStatus.OPEN,
        status_at=now,
        approval=Approval.PENDING,
        approval_since=now,
        receipt=Receipt.EXPECTED if wants_goods else Receipt.NOT_NEEDED,
        receipt_since=now,
        money=Money.NONE,
        money_since=now,
    )


def _write(
    case: AfterSalesCase, *, units: Mapping[int, int], request: Request, now: datetime
) -> None:
    case.proposed_amount = _amount(case, units=units, request=request)
    case.warehouse = return_warehouse(case.order, units=units)
    case.save(force_insert=True)
    items = {item.pk: item for item in case.order.items.all()}
    CaseLine.objects.bulk_create(
        CaseLine(case=case, order_item=items[pk], sku_id=items[pk].sku_id, quantity=quantity)
        for pk, quantity in sorted(units.items())
    )
    if request.link is not None:
        photos.attach(case, link=request.link)
    _record(case, now=now)
    _stop_the_goods(case, now=now)


def _amount(case: AfterSalesCase, *, units: Mapping[int, int], request: Request) -> Decimal:
    if request.amount is not None and request.paid:
        return request.amount
    worth = refunds.refundable(case.order_id, units=units)
    return worth if request.amount is None else min(request.amount, worth)


def _record(case: AfterSalesCase, *, now: datetime) -> None:
    actor = case.opened_by
    axes.record_created(case, now=now, actor=actor)
    order = case.order
    timeline.record(order.SUBJECT, order.pk, "open_case", at=now, actor=actor, note=case.case_no)
    facts = {
        "order": order.order_no,
        "kind": case.kind,
        "amount": str(case.proposed_amount),
        "photos": list(case.photos.values_list("sha256", flat=True)),
    }
    append("case.open", case.case_no, at=now, actor=actor, facts=facts)


def _stop_the_goods(case: AfterSalesCase, *, now: datetime) -> None:
    """What has not left must not leave while the question is open."""
    if case.is_before_shipping:
        owner = OrderHold.Owner.SYSTEM
        hold_what_is_here(case.order, code=HOLD, owner=owner, detail=case.case_no, now=now)
