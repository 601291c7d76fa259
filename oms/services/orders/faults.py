"""Why an order cannot be taken in, in the words of the person who will mend it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.refusals import Refusal
from oms.rules.incoming import Fault

_WORDS: dict[Fault, str | Promise] = {
    Fault.NO_NUMBER: _("it has no order number"),
    Fault.NUMBER_TOO_LONG: _("its order number is longer than 64 characters"),
    Fault.NO_LINES: _("it has no lines"),
    Fault.TOO_MANY_LINES: _("it has more than 5,000 lines"),
    Fault.LINE_TWICE: _("two lines have the same line number"),
    Fault.QUANTITY: _("a quantity is not between 1 and 100,000"),
    Fault.CANCELLED_QUANTITY: _("more is cancelled than was ordered"),
    Fault.PRICE: _("a price is negative or absurdly high"),
    Fault.AMOUNT: _("an amount is negative or absurdly high"),
    Fault.CURRENCY: _("its currency is not a three-letter code"),
}


class FaultyOrder(Refusal):
    """The order contradicts itself; nothing of it was taken in."""

    message = _("The order cannot be taken in: %(reasons)s.")

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(faults=faults)

    def __str__(self) -> str:
        reasons = "; ".join(str(_WORDS[fault]) for fault in self.faults)
        return str(self.message) % {"reasons": reasons}


class UnmappedListing(Refusal):
    """Listings that no person has mapped to a SKU yet; they now stand in the review list."""

    message = _("Not mapped to a SKU: %(titles)s. Map it once, then replay.")

    def __init__(self, titles: list[str]) -> None:
        self.titles = titles
        super().__init__(titles=", ".join(titles))


class UnstorableOrder(Refusal):
    """The database refused the order's values (too long, out of range)."""

    message = _("The order's values do not fit: %(error)s")
