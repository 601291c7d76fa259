"""After-sales cases, what proves them and who may look at them without an account."""

from aftersales.models.axes import ApprovalAxis, CaseAxis, MoneyAxis, ReceiptAxis
from aftersales.models.cases import AfterSalesCase, CaseLine, Inspection
from aftersales.models.portal import AttemptCount, CaseLink, Evidence
from aftersales.models.reminders import TermReminder
from aftersales.models.words import Kind, Reason, Source

__all__ = [
    "AfterSalesCase",
    "ApprovalAxis",
    "AttemptCount",
    "CaseAxis",
    "CaseLine",
    "CaseLink",
    "Evidence",
    "Inspection",
    "Kind",
    "MoneyAxis",
    "Reason",
    "ReceiptAxis",
    "Source",
    "TermReminder",
]
