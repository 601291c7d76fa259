"""What the program itself writes down, in the words of the people who read it."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms import registries
from oms.models import Condition
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
    "cancelled": _("cancelled"),
    "shipped elsewhere": _("shipped elsewhere"),
    "paid after it was cancelled": _("paid after it was cancelled"),
    "packed": _("packed"),
    "waybill": _("waybill"),
    "listing mapped anew": _("listing mapped anew"),
    "no open refund on the channel": _("no open refund on the channel"),
    "platform": _("the platform"),
    "confirmed": _("confirmed"),
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


_UNITS = re.compile(rf"({'|'.join(Condition.values)}) (\d{{1,6}})")
_COUNTED = re.compile(rf"{_UNITS.pattern}(, {_UNITS.pattern})*")
_PLAYBOOK = re.compile(r"playbook \w+ (\d+)")


def spoken(text: str) -> str:
    """Return a note of the program's in words; a person's own stays as it is, but masked."""
    for notes in (NOTES, *(one.notes for one in registries.words)):
        if text in notes:
            return str(notes[text])
    if _COUNTED.fullmatch(text):
        return _UNITS.sub(lambda one: f"{Condition(one[1]).label} {one[2]}", text)
    if found := _PLAYBOOK.fullmatch(text):
        return gettext("by the playbook, version %(n)s") % {"n": found[1]}
    return redact(text)


def verdict(code: str) -> str:
    return str(VERDICTS.get(code, code))
