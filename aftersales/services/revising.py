"""A request changes: the case changes with it, and is asked about anew."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from aftersales.flows import Approval, Money, Receipt
from aftersales.models import (
    AfterSalesCase,
    ApprovalAxis,
    CaseLine,
    Kind,
    Reason,
    ReceiptAxis,
)
from aftersales.services import approval
from aftersales.services.asking import NothingAsked, NotThatMany
from aftersales.services.axes import move
from aftersales.services.cases import TooLateToChange, asked_units, lock_open_case
from aftersales.services.closing import GoodsAreHere, withdraw_question
from aftersales.services.planning import plan
from aftersales.services.units import free_units
from oms.access.checks import require
from oms.audit import timeline
from oms.models import OrderItem, User
from oms.models.locking import atomic_service
from oms.services import refunds, returns


@atomic_service
def revise_case(
    case_id: int,
    *,
    actor: User | None,
    now: datetime,
    kind: Kind | None = None,
    units: Mapping[int, int] | None = None,
    amount: Decimal | None = None,
) -> AfterSalesCase:
    """Change what an open case asks for; what is None stays. It is approved anew.

    A parcel that the dock waits for is announced anew with the approval: until then it may come as
    it was announced, and what differs is for a person.

    :raises NotAllowed: if the person may not open cases in the store
    :raises TooLateToChange: if the refund has started
    :raises GoodsAreHere: if goods have come back
    :raises NotThatMany, NothingAsked: if the units cannot be asked for
    """
    case = lock_open_case(case_id)
    if actor is not None:
        require(actor, "open_cases", case.store)
    revise(case, kind=kind, units=units, amount=amount, now=now, actor=actor)
    return case


def revise(
    case: AfterSalesCase,
    *,
    kind: Kind | None,
    units: Mapping[int, int] | None,
    amount: Decimal | None,
    now: datetime,
    actor: User | None = None,
) -> bool:
    """Change a locked case as ``revise_case`` says; return whether anything was different."""
    new_kind = kind or Kind(case.kind)
    had = asked_units(case)
    new_units = dict(units) if units is not None else had
    worth = refunds.refundable(case.order_id, units=new_units)
    if amount is None and new_units == had:
        amount = case.proposed_amount
    new_amount = worth if amount is None else min(amount, worth)
    if (new_kind, new_units, new_amount) == (case.kind, had, case.proposed_amount):
        return False
    _check(case, kind=new_kind, units=new_units)
    _take_back(case, kind=new_kind, now=now, actor=actor)
    if new_units != had:
        _write_lines(case, new_units)
    _write(case, kind=new_kind, units=new_units, amount=new_amount)
    detail = {"kind": new_kind, "amount": str(new_amount), "revision": case.revision}
    timeline.record(case.SUBJECT, case.pk, "revise", at=now, actor=actor, detail=detail)
    approval.ask(case, requested_by=actor or case.opened_by, now=now)
    return True


def _check(case: AfterSalesCase, *, kind: Kind, units: Mapping[int, int]) -> None:
    if case.money != Money.NONE:
        raise TooLateToChange
    if returns.has_come(case.case_no):
        raise GoodsAreHere
    if not units:
        raise NothingAsked
    if case.approval == Approval.APPROVED and case.is_before_shipping:
        raise TooLateToChange
    free = {free.item.pk: free for free in free_units(case.order, but=case.pk)}
    for item_id, quantity in units.items():
        most = free[item_id].units if item_id in free else 0
        if not 0 < quantity <= most:
            title = free[item_id].item.line.title if item_id in free else item_id
            raise NotThatMany(title=title, units=most)


def _take_back(case: AfterSalesCase, *, kind: Kind, now: datetime, actor: User | None) -> None:
    """Undo what was agreed to and announced under the old request."""
    withdraw_question(case, now=now, actor=actor)
    if case.approval == Approval.APPROVED:
        case.approved_at = None
        case.save(update_fields=["approved_at"])
        move(case, axis=ApprovalAxis, action="ask_again", now=now, actor=actor)
    if kind is Kind.REFUND_ONLY and case.receipt == Receipt.EXPECTED:
        returns.withdraw(case.case_no, now=now)
        move(case, axis=ReceiptAxis, action="waive", now=now, actor=actor)
    elif kind is not Kind.REFUND_ONLY and case.receipt == Receipt.NOT_NEEDED:
        move(case, axis=ReceiptAxis, action="expect", now=now, actor=actor)


def _write_lines(case: AfterSalesCase, units: Mapping[int, int]) -> None:
    case.lines.filter(order_item__isnull=False).exclude(order_item__in=units).delete()
    for item in OrderItem.objects.filter(pk__in=units).order_by("pk"):
        CaseLine.objects.update_or_create(
            case=case, order_item=item, defaults={"sku_id": item.sku_id, "quantity": units[item.pk]}
        )


def _write(case: AfterSalesCase, *, kind: Kind, units: Mapping[int, int], amount: Decimal) -> None:
    items = OrderItem.objects.filter(pk__in=units).select_related("sku")
    chosen = plan(items, reason=Reason(case.reason), before_shipping=case.is_before_shipping)
    case.kind, case.proposed_amount = kind, amount
    case.playbook, case.playbook_version = chosen.name, chosen.version
    case.inspect_first = chosen.inspect_first and kind is not Kind.REFUND_ONLY
    case.revision += 1
    case.save(
        update_fields=[
            "kind",
            "proposed_amount",
            "playbook",
            "playbook_version",
            "inspect_first",
            "revision",
        ]
    )
