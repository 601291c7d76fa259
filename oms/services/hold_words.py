"""Why an order or a document may not go on, in the words of the people who read it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, str | Promise] = {
    "platform": _("the platform forbids shipping"),
    "partly_shipped_elsewhere": _("part of it was shipped elsewhere"),
    "no_receiver": _("no receiver"),
    "address_incomplete": _("the address is incomplete"),
    "amount_mismatch": _("paid amount and order amount differ"),
    "paid_late": _("paid after it was cancelled"),
    "changed_on_channel": _("the lines changed on the channel"),
    "shortage": _("not enough stock"),
    "pick_short": _("missing on the shelf"),
    "refund_requested": _("the buyer asks for a refund"),
    "refund_seen": _("the platform shows a refund that was just opened"),
    "called_off": _("the exchange was called off"),
    "nothing_to_ship": _("there is nothing to ship"),
    "only_gifts_left": _("only gifts are left of it"),
    "unknown_warehouse": _("the appointed warehouse is not known here"),
    "needs_technician": _("it cannot be read: a technician must look at it"),
    "person": _("held by hand"),
}
"""The codes of holds."""

STOPS: Mapping[str, str | Promise] = {
    "address changed": _("address changed"),
    "promise changed on the channel": _("promise changed on the channel"),
    "cancelled on the channel": _("cancelled on the channel"),
    "shipped on the channel": _("shipped on the channel"),
    "paid back by the platform": _("paid back by the platform"),
    "not paid in time": _("not paid in time"),
    "merged by hand": _("merged by hand"),
    "not on the shelves": _("not on the shelves"),
    "listing mapped anew": _("listing mapped anew"),
}
"""What else the program notes as a cause when it takes goods back."""


def words(reason: str) -> str:
    """Return a reason in words: ``code`` or ``code: detail``; a person's own stays as it is."""
    code, colon, detail = reason.partition(": ")
    label = LABELS.get(code) or STOPS.get(code)
    return f"{label}{colon}{detail}" if label else reason
