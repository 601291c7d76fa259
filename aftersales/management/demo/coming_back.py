"""Returns that were agreed to and are on their way, for the dock to receive.

Filed and approved through the services, by the demo's own people.
"""

from datetime import datetime

from aftersales.models import AfterSalesCase, Reason, Source
from aftersales.services import approval, goods, intake
from aftersales.services.approval import NoQuestion
from aftersales.services.asking import Request
from aftersales.services.cases import digest
from aftersales.services.units import free_units
from oms.approvals.services import APPROVE
from oms.flows.order import OrderStatus
from oms.models import ExpectedReturn, Order, User
from oms.refusals import Refusal

_DESK, _SUPERVISOR = "kefu", "kefuzhuguan"
_REASONS = (Reason.CHANGED_MIND, Reason.CHANGED_MIND, Reason.WRONG_ITEM, Reason.CHANGED_MIND)


def seed_coming_back(now: datetime) -> None:
    """File four returns of orders that left; of three the waybill number is known."""
    people = {one.username: one for one in User.objects.filter(username__in=(_DESK, _SUPERVISOR))}
    if len(people) < 2:
        return
    there = (OrderStatus.SHIPPED, OrderStatus.DELIVERED)
    orders = Order.objects.filter(status__in=there, cases=None).order_by("pk")
    for number, (order, reason) in enumerate(zip(orders, _REASONS, strict=False)):
        case = _file(order, reason, desk=people[_DESK], now=now)
        if case is None:
            continue
        _approve(case, boss=people[_SUPERVISOR], now=now)
        waits = ExpectedReturn.objects.filter(case_no=case.case_no, state="expected").exists()
        if waits and number < 3:
            waybill = f"YT88{case.pk:011d}"
            goods.set_waybill(case.pk, carrier="yto", waybill_no=waybill, now=now)


def _file(order: Order, reason: Reason, *, desk: User, now: datetime) -> AfterSalesCase | None:
    units = {one.item.pk: one.units for one in free_units(order) if one.units}
    request = Request(source=Source.PHONE, reason=reason, units=units)
    try:
        return intake.open_case(order.pk, request=request, actor=desk, now=now)
    except Refusal:
        return None


def _approve(case: AfterSalesCase, *, boss: User, now: datetime) -> None:
    """As many votes as the playbook asks for that the supervisor may cast; none is no fault."""
    case.refresh_from_db()
    try:
        approval.decide(
            case.pk, verdict=APPROVE, actor=boss, comment="", seen=digest(case), now=now
        )
    except (NoQuestion, Refusal):
        return
