"""Each axis of a case as a model of its own over the case's own row.

``oms.transitions`` moves one status of one model, and nothing else may. An axis therefore is a
second, unmanaged model over two columns of the same table: the one mover, its compare-and-set, its
row lock and its timeline serve it unchanged, while constraints across the axes stay in one table.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftersales.flows import APPROVAL_FLOW, MONEY_FLOW, RECEIPT_FLOW, Approval, Money, Receipt
from aftersales.models.cases import AfterSalesCase
from oms.models.base import StatusModel


class CaseAxis(StatusModel):
    """``COLUMN`` holds the axis on the case, ``<COLUMN>_since`` the time of its last move."""

    COLUMN: ClassVar[str]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.COLUMN}: {self.status}"


class ApprovalAxis(CaseAxis):
    FLOW = APPROVAL_FLOW
    SUBJECT = "case_approval"
    COLUMN = "approval"

    status = models.CharField(
        _("approval"), max_length=24, choices=Approval.choices, db_column="approval"
    )
    status_at = models.DateTimeField(_("approval since"), db_column="approval_since")

    class Meta:
        managed = False
        db_table = AfterSalesCase._meta.db_table
        default_permissions = ()


class ReceiptAxis(CaseAxis):
    FLOW = RECEIPT_FLOW
    SUBJECT = "case_receipt"
    COLUMN = "receipt"

    status = models.CharField(
        _("goods"), max_length=24, choices=Receipt.choices, db_column="receipt"
    )
    status_at = models.DateTimeField(_("goods since"), db_column="receipt_since")

    class Meta:
        managed = False
        db_table = AfterSalesCase._meta.db_table
        default_permissions = ()


class MoneyAxis(CaseAxis):
    FLOW = MONEY_FLOW
    SUBJECT = "case_money"
    COLUMN = "money"

    status = models.CharField(_("money"), max_length=24, choices=Money.choices, db_column="money")
    status_at = models.DateTimeField(_("money since"), db_column="money_since")

    class Meta:
        managed = False
        db_table = AfterSalesCase._meta.db_table
        default_permissions = ()


AXES: tuple[type[CaseAxis], ...] = (ApprovalAxis, ReceiptAxis, MoneyAxis)
SUBJECTS = (AfterSalesCase.SUBJECT, *(axis.SUBJECT for axis in AXES))
"""Under which names a case's moves stand in the timeline."""
