"""Money that finance gave back by hand, where no channel could: noted by somebody who may."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.events import bus
from oms.events.types import RefundConfirmed
from oms.evidence.append import append
from oms.flows.approval import StepStatus
from oms.flows.refund import RefundStatus
from oms.models import ApprovalStep, Refund, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.refunds import mark_confirmed, mark_sent

RIGHT = "confirm_transfers"
_BACK = (RefundStatus.CONFIRMED, RefundStatus.DONE_BY_PLATFORM)


class TransferUnnamed(Refusal):
    message = _("Say how the money went back: account statement, voucher number, day.")


class AgreedByYou(Refusal):
    message = _("You agreed to this refund: somebody else has to confirm the transfer.")


class AlreadyBack(Refusal):
    message = _("This money is back already: nothing is to be confirmed any more.")


@atomic_service
def confirm_transfer(refund_id: int, *, note: str, actor: User, now: datetime) -> Refund:
    """Note that a person gave the money of a refund back by hand, and tell the others.

    The caller makes sure that no channel is being told of it meanwhile.

    :raises NotAllowed: if the person may not confirm transfers in the store
    :raises TransferUnnamed: without a note
    :raises AlreadyBack: if the money is back, by whatever way
    :raises AgreedByYou: if the person voted for the refund
    """
    refund = lock_row(Refund, refund_id)
    require(actor, RIGHT, refund.store)
    if not note.strip():
        raise TransferUnnamed
    if refund.status in _BACK:
        raise AlreadyBack
    if _has_agreed(actor, refund=refund):
        raise AgreedByYou
    if refund.status == RefundStatus.ASKED:
        mark_sent(refund_id, now=now, actor=actor)
    refund = mark_confirmed(refund_id, now=now, actor=actor, note=note.strip()[:500])
    facts = {"amount": str(refund.amount), "currency": refund.currency}
    append("refund.transfer", refund.refund_no, at=now, actor=actor, facts=facts)
    bus.publish(RefundConfirmed([refund.pk]), now=now)
    return refund


def _has_agreed(actor: User, *, refund: Refund) -> bool:
    """Tell whether the person's vote is among those that agreed to this refund's case."""
    votes = ApprovalStep.objects.filter(
        request__subject=refund.case_no,
        request__store=refund.store_id,
        decided_by=actor,
        status=StepStatus.APPROVED,
    )
    return bool(refund.case_no) and votes.exists()
