"""The goods' way back: under which number, what the dock counted, what to do about differences."""

from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from aftersales.flows import CaseStatus, Receipt
from aftersales.models import AfterSalesCase, CaseLine, ReceiptAxis
from aftersales.playbooks import playbook
from aftersales.services.axes import move
from aftersales.services.cases import lock_case, lock_open_case
from aftersales.services.closing import close_if_done, has_differences
from aftersales.services.settlement import settle_if_ready, waits_for_inspection
from oms.access.checks import require
from oms.approvals.services import SelfApproval
from oms.audit import timeline
from oms.evidence.append import append
from oms.models import ExpectedReturn, ExpectedReturnLine, User
from oms.models.locking import atomic_service
from oms.refusals import Refusal
from oms.services import returns

State = ExpectedReturn.State


class NothingToSendBack(Refusal):
    message = _("No parcel is expected for this case (yet).")


class NothingToAccept(Refusal):
    message = _("There is nothing to accept: no goods have come, or nothing differs.")


class AcceptReasonMissing(Refusal):
    message = _("Say why it is settled as it came.")


@atomic_service
def set_waybill(case_id: int, *, carrier: str, waybill_no: str, now: datetime) -> None:
    """Note under which number the buyer sent the goods back.

    :raises CaseClosed: if the case has ended
    :raises NothingToSendBack: if no parcel is expected
    """
    case = lock_open_case(case_id)
    if not ExpectedReturn.objects.filter(case_no=case.case_no, state=State.EXPECTED).exists():
        raise NothingToSendBack
    returns.set_return_waybill(case.case_no, carrier=carrier, waybill_no=waybill_no, now=now)
    timeline.record(case.SUBJECT, case.pk, "sent_back", at=now, note=f"{carrier} {waybill_no}")


@atomic_service
def record_receipt(case_no: str, *, now: datetime) -> None:
    """Take over what the dock counted, whatever was known before; settle if that was the last fact.

    Told twice, or late, it changes nothing.
    """
    case_id = AfterSalesCase.objects.values_list("pk", flat=True).filter(case_no=case_no).first()
    if case_id is None:
        return
    case = lock_case(case_id)
    expected = ExpectedReturn.objects.get(case_no=case_no)
    if expected.state not in (State.PARTLY_RECEIVED, State.RECEIVED):
        return
    _count(case, expected)
    if expected.state == State.RECEIVED:
        _receive(case, now=now)
    elif case.receipt == Receipt.EXPECTED:
        move(case, axis=ReceiptAxis, action="receive_part", now=now)
    settle_if_ready(case, now=now)
    close_if_done(case, now=now)


def _receive(case: AfterSalesCase, *, now: datetime, actor: User | None = None) -> None:
    if case.receipt in (Receipt.EXPECTED, Receipt.PARTLY_RECEIVED):
        move(case, axis=ReceiptAxis, action="receive", now=now, actor=actor)
        case.received_at = now
        case.deadline_at = now + playbook(case.playbook).settle_within
        case.save(update_fields=["received_at", "deadline_at"])


def _count(case: AfterSalesCase, expected: ExpectedReturn) -> None:
    """Write what came on each line; what nobody asked for gets a line of its own."""
    rows = ExpectedReturnLine.objects.filter(expected_return=expected)
    sums = rows.values_list("order_item_id", "sku_id").annotate(units=Sum("received_quantity"))
    lines = {line.order_item_id: line for line in case.lines.all() if line.order_item_id}
    for item_id, sku_id, units in sums:
        line = lines.get(item_id)
        if line is not None:
            line.received_quantity = units
            line.difference = units - line.quantity
            line.save(update_fields=["received_quantity", "difference"])
        elif units:
            CaseLine.objects.update_or_create(
                case=case,
                order_item=None,
                sku_id=sku_id,
                defaults={"quantity": 0, "received_quantity": units, "difference": units},
            )


@atomic_service
def accept_as_it_came(case_id: int, *, actor: User, reason: str, now: datetime) -> None:
    """Settle for what came: short, wrong, too much, or not as the technician should have found it.

    The refund is for the units that came. Nothing more is waited for.

    :raises NotAllowed: if the person may not approve returns in the store
    :raises SelfApproval: if the person opened the case
    :raises AcceptReasonMissing: without a reason
    :raises NothingToAccept: if nothing has come, or there is nothing to decide
    """
    case = lock_open_case(case_id)
    require(actor, "approve_returns", case.store)
    if case.opened_by_id == actor.pk:
        raise SelfApproval
    if not reason.strip():
        raise AcceptReasonMissing
    if not can_be_accepted(case):
        raise NothingToAccept
    case.accepted_at = now
    case.save(update_fields=["accepted_at"])
    case.lines.exclude(difference=0).update(is_settled=True)
    if case.receipt == Receipt.PARTLY_RECEIVED:
        _receive(case, now=now, actor=actor)
        returns.withdraw(case.case_no, now=now)
    timeline.record(case.SUBJECT, case.pk, "accept", at=now, actor=actor, note=reason[:500])
    append("case.accept", case.case_no, at=now, actor=actor)
    settle_if_ready(case, now=now)
    close_if_done(case, now=now)


def can_be_accepted(case: AfterSalesCase) -> bool:
    """Tell whether goods are here and somebody has to decide what they are worth."""
    if case.status != CaseStatus.OPEN or case.accepted_at is not None:
        return False
    if case.receipt == Receipt.PARTLY_RECEIVED:
        return True
    undecided = has_differences(case) or waits_for_inspection(case)
    return case.receipt == Receipt.RECEIVED and undecided
