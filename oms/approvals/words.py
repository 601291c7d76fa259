"""What was said with a decision, read when somebody has to be told of it."""

from oms.flows.approval import StepStatus
from oms.models import ApprovalStep

RETURNS = "return"
"""The kind of a question about a return; its subject is the case's number."""


def refusal_words(kind: str, *, subject: str) -> str:
    """Return why the last question about a subject was answered with no; "" if it was not."""
    steps = ApprovalStep.objects.filter(request__kind=kind, request__subject=subject)
    refused = steps.filter(status=StepStatus.REJECTED).order_by("-decided_at")
    return refused.values_list("comment", flat=True).first() or ""
