"""What may change about an exchange: what is sent, or that money goes back instead."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from aftersales.flows import Approval
from aftersales.models import AfterSalesCase, ApprovalAxis, Kind
from aftersales.services import approval
from aftersales.services.axes import move
from aftersales.services.cases import asked_units, item_lines, lock_open_case
from aftersales.services.closing import withdraw_question
from aftersales.services.exchanges import NoExchange, can_turn_to_money, is_due
from oms.access.checks import require
from oms.audit import timeline
from oms.evidence.append import append
from oms.models import Sku, User
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services import refunds

RIGHT = "open_cases"


class UnknownGoods(Refusal):
    message = _("There is no SKU with the code %(code)s.")


@atomic_service
def choose(case_id: int, *, codes: Mapping[int, str], actor: User, now: datetime) -> AfterSalesCase:
    """Say what is sent instead ({case line id: SKU code}, "" for the same again); asked anew.

    :raises NotAllowed: if the person may not open cases in the store
    :raises CaseClosed: if it has ended already
    :raises NoExchange: if nothing is exchanged, or the replacement is ordered
    :raises UnknownGoods: for a code that no SKU has
    """
    case = lock_open_case(case_id)
    require(actor, RIGHT, case.store)
    if not is_due(case):
        raise NoExchange
    wanted = {pk: _sku(code.strip()) for pk, code in codes.items()}
    for line in item_lines(case):
        if line.pk in wanted:
            line.wanted_sku = wanted[line.pk]
            line.save(update_fields=["wanted_sku"])
    detail = {"sent": {str(pk): sku.code if sku else "" for pk, sku in wanted.items()}}
    timeline.record(case.SUBJECT, case.pk, "choose", at=now, actor=actor, detail=detail)
    _ask_anew(case, actor=actor, now=now)
    return case


@atomic_service
def pay_back_instead(case_id: int, *, actor: User, reason: str, now: datetime) -> AfterSalesCase:
    """Turn an exchange into a return with refund; goods that came stay counted.

    :raises NotAllowed: if the person may not open cases in the store
    :raises CaseClosed: if it has ended already
    :raises NoExchange: if it is none, or a replacement is on its way
    """
    case = lock_open_case(case_id)
    require(actor, RIGHT, case.store)
    if not can_turn_to_money(case):
        raise NoExchange
    case.kind, case.exchange_order = Kind.RETURN_REFUND, None
    case.proposed_amount = refunds.refundable(case.order_id, units=asked_units(case))
    case.save(update_fields=["kind", "exchange_order", "proposed_amount"])
    note = reason[:500]
    timeline.record(case.SUBJECT, case.pk, "pay_back_instead", at=now, actor=actor, note=note)
    append("case.pay_back", case.case_no, at=now, actor=actor)
    _ask_anew(case, actor=actor, now=now)
    return case


def _ask_anew(case: AfterSalesCase, *, actor: User, now: datetime) -> None:
    withdraw_question(case, now=now, actor=actor)
    case.revision, case.problem = case.revision + 1, ""
    if case.approval == Approval.APPROVED:
        case.approved_at = None
        move(case, axis=ApprovalAxis, action="ask_again", now=now, actor=actor)
    case.save(update_fields=["revision", "problem", "approved_at"])
    approval.ask(case, requested_by=actor, now=now)


def _sku(code: str) -> Sku | None:
    if not code:
        return None
    sku = Sku.objects.filter(code=code).first()
    if sku is None:
        raise UnknownGoods(code=code[:64])
    return sku
