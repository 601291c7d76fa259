"""A case and its three axes: whether we agree, whether the goods came, where the money is."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from oms.flows.table import flow


class CaseStatus(TextChoices):
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Approval(TextChoices):
    PENDING = "pending", _("waiting for approval")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class Receipt(TextChoices):
    NOT_NEEDED = "not_needed", _("no return needed")
    EXPECTED = "expected", _("expected back")
    PARTLY_RECEIVED = "partly_received", _("partly received")
    RECEIVED = "received", _("received")


class Money(TextChoices):
    NONE = "none", _("nothing asked yet")
    ASKED = "asked", _("refund asked")
    SENT = "sent", _("refund sent")
    CONFIRMED = "confirmed", _("refunded")
    FAILED = "failed", _("refund failed")
    DONE_BY_PLATFORM = "done_by_platform", _("refunded by the platform")


A, R, M = Approval, Receipt, Money

CASE_FLOW = flow(
    initial={CaseStatus.OPEN},
    terminal={CaseStatus.CLOSED, CaseStatus.WITHDRAWN},
    close=({CaseStatus.OPEN}, CaseStatus.CLOSED),
    withdraw=({CaseStatus.OPEN}, CaseStatus.WITHDRAWN),
)

APPROVAL_FLOW = flow(
    initial={A.PENDING},
    # What was agreed to is asked again when it changes; a refusal ends the case.
    terminal={A.REJECTED},
    approve=({A.PENDING}, A.APPROVED),
    reject=({A.PENDING}, A.REJECTED),
    ask_again=({A.APPROVED}, A.PENDING),
)

RECEIPT_FLOW = flow(
    initial={R.NOT_NEEDED, R.EXPECTED},
    terminal={R.RECEIVED},
    expect=({R.NOT_NEEDED}, R.EXPECTED),
    waive=({R.EXPECTED, R.PARTLY_RECEIVED}, R.NOT_NEEDED),
    receive_part=({R.EXPECTED}, R.PARTLY_RECEIVED),
    receive=({R.EXPECTED, R.PARTLY_RECEIVED}, R.RECEIVED),
)

MONEY_FLOW = flow(
    initial={M.NONE},
    terminal={M.CONFIRMED, M.DONE_BY_PLATFORM},
    ask=({M.NONE}, M.ASKED),
    send=({M.ASKED, M.FAILED}, M.SENT),
    confirm=({M.ASKED, M.SENT, M.FAILED}, M.CONFIRMED),
    fail=({M.ASKED, M.SENT}, M.FAILED),
    note_platform_did_it=({M.NONE, M.ASKED, M.SENT, M.FAILED}, M.DONE_BY_PLATFORM),
)

GOODS_DONE = (R.NOT_NEEDED, R.RECEIVED)
MONEY_DONE = (M.CONFIRMED, M.DONE_BY_PLATFORM)
