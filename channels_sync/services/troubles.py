"""Why something was not taken in: a code to group by, and words for the person who will mend it.

Neither ever holds personal data: fields and columns are named, values are not.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels_sync.dto import Problem, Unreadable
from oms.integration.masking import mask_text
from oms.privacy.filters import redact
from oms.refusals import Refusal
from oms.services.orders.channel_refunds.noting import FaultyRefund
from oms.services.orders.faults import FaultyOrder, UnmappedListing, UnstorableOrder

Text = str | Promise
_LONGEST = 300


class Cause(StrEnum):
    UNMAPPED_LISTING = "unmapped_listing"
    FAULTY_ORDER = "faulty_order"
    UNREADABLE = "unreadable"
    NOT_AN_ORDER = "not_an_order"
    UNSTORABLE = "unstorable"
    REFUND_EVENT = "refund_event"
    FAULTY_REFUND = "faulty_refund"
    CANCELLATION_CHANGED = "cancellation_changed"
    UNEXPECTED = "unexpected"


CAUSES: dict[str, Text] = {
    Cause.UNMAPPED_LISTING: _("Not mapped to a SKU"),
    Cause.FAULTY_ORDER: _("The order contradicts itself"),
    Cause.UNREADABLE: _("Cannot be read"),
    Cause.NOT_AN_ORDER: _("Not an order"),
    Cause.UNSTORABLE: _("Values that do not fit"),
    Cause.REFUND_EVENT: _("Refund to be handled by hand"),
    Cause.FAULTY_REFUND: _("The refund request contradicts itself"),
    Cause.CANCELLATION_CHANGED: _("A cancellation that changed"),
    Cause.UNEXPECTED: _("Unexpected fault"),
}

_PROBLEMS: dict[Problem, Text] = {
    Problem.MISSING: _("%(where)s is missing."),
    Problem.NOT_TEXT: _("%(where)s is not a text."),
    Problem.SHORTENED: _(
        "Excel has shortened the long number in %(where)s: "
        "format the column as text and export it anew."
    ),
    Problem.TOO_LONG: _("%(where)s is too long."),
    Problem.NOT_A_NUMBER: _("%(where)s is not a number that can be used."),
    Problem.TOO_FINE: _("%(where)s has more decimals than can be kept."),
    Problem.NOT_A_TIME: _("%(where)s is not a time in the expected form."),
    Problem.AHEAD_OF_TIME: _("%(where)s lies more than a day ahead."),
    Problem.NOT_A_LIST: _("%(where)s is not a list."),
    Problem.NOT_AN_OBJECT: _("%(where)s is not an object."),
    Problem.UNKNOWN_STATUS: _("%(where)s holds a status that is not known here."),
    Problem.ROWS_DISAGREE: _("The rows of this order say different things in %(where)s."),
    Problem.REPEATED_NUMBER: _("The number in %(where)s stands in several rows."),
    Problem.EXTRA_CELLS: _("A row has more cells than there are columns."),
    Problem.NOT_AN_ORDER: _("By its %(where)s this is not an order (bookkeeping or other)."),
    Problem.NOT_A_REFUND: _("By its %(where)s this is not a refund that can be read."),
    Problem.CANCELLATION_QUANTITY: _("A cancellation needs negative quantities in %(where)s."),
    Problem.TOO_MANY_ROWS: _("More than 5,000 rows have the same number in %(where)s."),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    cause: str
    explanation: str


def of_unreadable(error: Unreadable) -> Trouble:
    """Return what a person is told about a message or rows that cannot be read."""
    is_other = error.problem is Problem.NOT_AN_ORDER
    text = str(_PROBLEMS[error.problem]) % {"where": error.where}
    return Trouble(Cause.NOT_AN_ORDER if is_other else Cause.UNREADABLE, text[:_LONGEST])


def of_refusal(refusal: Refusal) -> Trouble:
    """Return what a person is told about an order that the core did not take."""
    match refusal:
        case UnmappedListing():
            cause = Cause.UNMAPPED_LISTING
        case FaultyOrder():
            cause = Cause.FAULTY_ORDER
        case FaultyRefund():
            cause = Cause.FAULTY_REFUND
        case UnstorableOrder():
            cause = Cause.UNSTORABLE
        case _:
            cause = Cause.UNEXPECTED
    return Trouble(cause, redact(mask_text(str(refusal)))[:_LONGEST])


def of_crash(error: Exception) -> Trouble:
    """Name the kind of fault only: its message may quote a value."""
    text = _("An unexpected fault (%(kind)s). Replay; if it stays, tell whoever runs this system.")
    return Trouble(Cause.UNEXPECTED, str(text) % {"kind": type(error).__name__})


def of_many_attempts() -> Trouble:
    text = _("Taken up several times without coming to an end. Replay it by itself.")
    return Trouble(Cause.UNEXPECTED, str(text))


def of_changed_cancellation() -> Trouble:
    text = _("A cancellation of this number came in before with other lines. Compare them by hand.")
    return Trouble(Cause.CANCELLATION_CHANGED, str(text))
