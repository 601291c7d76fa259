"""The platform's own reason for a no, where it wants one: offered, remembered, noted."""

from django.utils.translation import gettext_lazy as _

from aftersales.models import AfterSalesCase
from oms.refusals import Refusal
from oms.registries import RefusalChoice, proof_photos, refusal_lists


class ReasonNotOffered(Refusal):
    message = _("The platform does not offer this reason. Choose one of the list.")


class ReasonNotChosen(Refusal):
    message = _("The platform wants one of its own reasons with a no. Choose one.")


class PhotoWanted(Refusal):
    message = _(
        "With “%(reason)s” the platform wants a photo, and there is none yet. "
        "Add one, or choose another reason."
    )


def choices(case: AfterSalesCase) -> list[RefusalChoice]:
    """Return the reasons that the platform of a request offers; none where our words are enough,
    and for a case that is none of its business."""
    if not case.channel_refund_no:
        return []
    number = case.channel_refund_no
    lists = [known.of_request(case.store_id, number=number) for known in refusal_lists]
    return [choice for found in lists for choice in found]


def usual(case: AfterSalesCase) -> str:
    """Return the platform's reason that was given last for our own reason; "" for none."""
    before = AfterSalesCase.objects.filter(
        store=case.store_id, kind=case.kind, reason=case.reason
    ).exclude(refusal_code="")
    return before.order_by("-pk").values_list("refusal_code", flat=True).first() or ""


def check_reason(case: AfterSalesCase, *, code: str) -> None:
    """Make sure that a case may be refused with this reason of the platform's.

    :raises ReasonNotChosen: without one, where the platform offers some
    :raises ReasonNotOffered: for one that it does not offer
    :raises PhotoWanted: for one that counts only with a photograph, if there is none
    """
    offered = {choice.code: choice for choice in choices(case)}
    if offered and not code:
        raise ReasonNotChosen
    if code and code not in offered:
        raise ReasonNotOffered
    if code and offered[code].needs_photo and not _is_proved(case):
        raise PhotoWanted(reason=offered[code].words)


def note_reason(case: AfterSalesCase, *, code: str) -> None:
    """Write down with which of the platform's reasons a locked case is refused."""
    case.refusal_code = code
    case.save(update_fields=["refusal_code"])


def _is_proved(case: AfterSalesCase) -> bool:
    return any(taker.of_case(case.case_no) for taker in proof_photos)
