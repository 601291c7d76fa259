"""Money going back. Whatever the platform did by itself counts as done and is never sent again."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from oms.flows.table import flow


class RefundStatus(TextChoices):
    ASKED = "asked", _("refund asked")
    SENT = "sent", _("sent")
    CONFIRMED = "confirmed", _("confirmed")
    FAILED = "failed", _("failed")
    DONE_BY_PLATFORM = "done_by_platform", _("done by the platform")


R = RefundStatus

REFUND_FLOW = flow(
    initial={R.ASKED, R.DONE_BY_PLATFORM},
    terminal={R.CONFIRMED, R.DONE_BY_PLATFORM},
    send=({R.ASKED, R.FAILED}, R.SENT),
    confirm=({R.SENT, R.FAILED}, R.CONFIRMED),
    fail=({R.ASKED, R.SENT}, R.FAILED),
    note_platform_did_it=({R.ASKED, R.SENT, R.FAILED}, R.DONE_BY_PLATFORM),
)
