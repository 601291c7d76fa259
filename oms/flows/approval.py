"""Approvals: a request of at most two levels, each level one step that one person decides."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from oms.flows.table import flow


class ApprovalStatus(TextChoices):
    OPEN = "open", _("waiting for approval")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")


class StepStatus(TextChoices):
    WAITING = "waiting", _("not its turn yet")
    OPEN = "open", _("waiting for a decision")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    SKIPPED = "skipped", _("skipped")


APPROVAL_FLOW = flow(
    initial={ApprovalStatus.OPEN},
    terminal={ApprovalStatus.APPROVED, ApprovalStatus.REJECTED, ApprovalStatus.WITHDRAWN},
    approve=({ApprovalStatus.OPEN}, ApprovalStatus.APPROVED),
    reject=({ApprovalStatus.OPEN}, ApprovalStatus.REJECTED),
    withdraw=({ApprovalStatus.OPEN}, ApprovalStatus.WITHDRAWN),
)

STEP_FLOW = flow(
    initial={StepStatus.WAITING, StepStatus.OPEN},
    terminal={StepStatus.APPROVED, StepStatus.REJECTED, StepStatus.SKIPPED},
    open=({StepStatus.WAITING}, StepStatus.OPEN),
    approve=({StepStatus.OPEN}, StepStatus.APPROVED),
    reject=({StepStatus.OPEN}, StepStatus.REJECTED),
    skip=({StepStatus.WAITING, StepStatus.OPEN}, StepStatus.SKIPPED),
)
