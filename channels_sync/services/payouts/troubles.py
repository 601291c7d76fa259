"""Words for people: why a row cannot be read, and why two sides may differ."""

from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.payouts.comparing import Reason
from channels_sync.connectors.payouts.entries import RowProblem

PROBLEMS = {
    RowProblem.NO_TIME: _("The time cannot be read: look at the date format."),
    RowProblem.NO_AMOUNT: _("The amount is no number."),
    RowProblem.TOO_FINE: _("The amount is finer than a cent."),
    RowProblem.SHORTENED: _(
        "Excel has shortened the order or transaction number: export the file anew, as CSV."
    ),
    RowProblem.TOO_LONG: _("The order or transaction number is too long."),
    RowProblem.CURRENCY: _("The entry is in another currency than the store's."),
}


REASONS = {
    Reason.NOT_IMPORTED: _(
        "this order is not in our record: pull or import it, then compare again"
    ),
    Reason.NO_ORDER_NO: _("the entry names no order"),
    Reason.NOT_PAID_OUT: _("no statement brought here holds its income"),
    Reason.NOT_TOLD: _("it should be in this statement and is not"),
    Reason.FEE_WITHHELD: _("probably a commission that was kept back"),
    Reason.PAID_SHORT: _("paid out less than the buyer paid"),
    Reason.PAID_OVER: _("paid out more than the buyer paid"),
    Reason.REFUND_UNDER_WAY: _("the refund is still under way here"),
    Reason.REFUND_NOT_RECORDED: _("the platform refunded and our record does not know it"),
    Reason.REFUND_NOT_TOLD: _("refunded here, and no statement shows it"),
}


def reason_text(reason: str) -> str:
    """Say why two sides may differ."""
    return str(REASONS[Reason(reason)])


def problem_text(problem: str) -> str:
    """Say what is wrong with a row."""
    return str(PROBLEMS[RowProblem(problem)])
