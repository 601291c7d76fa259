"""What the program itself writes down, in the words of the people who read it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.privacy.filters import redact
from oms.routing.choice import Verdict

Label = str | Promise

NOTES: Mapping[str, Label] = {
    "same buyer, same address, paid": _("same buyer, same address, paid"),
    "by hand": _("by hand"),
    "merged by hand": _("merged by hand"),
    "no warehouse has everything": _("no warehouse has everything"),
    "address changed": _("address changed"),
    "promise changed on the channel": _("promise changed on the channel"),
    "cancelled on the channel": _("cancelled on the channel"),
    "shipped on the channel": _("shipped on the channel"),
    "released by the platform": _("released by the platform"),
    "hold released": _("hold released"),
    "its units were taken out": _("its units were taken out"),
    "not paid in time": _("not paid in time"),
    "paid amount changed": _("paid amount changed"),
    "stock came": _("stock came"),
    "taken back": _("taken back"),
}
VERDICTS: Mapping[str, Label] = {
    Verdict.APPOINTED: _("appointed for this order"),
    Verdict.SAME_CITY: _("same city as the buyer"),
    Verdict.SAME_PROVINCE: _("same province as the buyer"),
    Verdict.PRIORITY: _("has everything; by priority"),
    Verdict.NOT_APPOINTED: _("another warehouse is appointed"),
    Verdict.SHORT: _("does not have everything"),
    Verdict.NO_COLD_CHAIN: _("no cold chain"),
    Verdict.FULL_TODAY: _("full today"),
    "none_has_everything": _("no warehouse has everything"),
}
SETTINGS: Mapping[str, Label] = {
    "look_back": _("look-back"),
    "wait": _("wait"),
    "max_orders": _("orders per merge at most"),
}


def spoken(text: str) -> str:
    """Return a note of the program's in words; a person's own stays as it is, but masked."""
    return str(NOTES[text]) if text in NOTES else redact(text)


def verdict(code: str) -> str:
    return str(VERDICTS.get(code, code))
