"""How the seller's note and its flag look on the order page, and how far they got."""

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.admin import show
from oms.admin.record import Fact
from oms.models import Order, SellerNote
from oms.privacy.filters import redact
from oms.registries import note_rules

_COLORS: dict[str, tuple[str | Promise, str]] = {
    "red": (gettext_lazy("red flag"), "red"),
    "orange": (gettext_lazy("orange flag"), "amber"),
    "yellow": (gettext_lazy("yellow flag"), "amber"),
    "green": (gettext_lazy("green flag"), "green"),
    "cyan": (gettext_lazy("cyan flag"), "blue"),
    "blue": (gettext_lazy("blue flag"), "blue"),
    "purple": (gettext_lazy("purple flag"), "blue"),
    "gray": (gettext_lazy("gray flag"), "grey"),
}
_STAR = "star-"


def flag_label(flag: str) -> str | Promise:
    """Return how a flag is called; "" for none."""
    if flag.startswith(_STAR):
        return "★" * int(flag.removeprefix(_STAR)) if flag[5:].isdecimal() else flag
    return _COLORS[flag][0] if flag in _COLORS else flag


def facts(order: Order) -> list[Fact]:
    """Return note and flag, masked, and whether the channel has what was written here."""
    found = []
    if order.seller_memo:
        found.append(Fact(_("Seller"), redact(order.seller_memo)))
    if order.seller_flag:
        tone = _COLORS.get(order.seller_flag, ("", "amber"))[1]
        found.append(Fact(_("Flag"), show.chip(flag_label(order.seller_flag), tone)))
    row: SellerNote | None = getattr(order, "own_note", None)
    if row is not None:
        found.append(Fact(_("Written here"), show.stack(_whither(order, row), _by_whom(row))))
    return found


def _by_whom(row: SellerNote) -> SafeString:
    return format_html("{} · {}", row.changed_by or _("system"), show.exact(row.changed_at))


def _whither(order: Order, row: SellerNote) -> SafeString:
    if row.clashed_at is not None:
        why = _("The channel changed it too: its text stands above ours.")
        return show.chip(_("changed on both sides"), "amber", title=why)
    if not order.channel_order_no or not note_rules(order.store_id).is_told:
        why = _("This channel takes no notes from us: it stays here.")
        return show.chip(_("stays here"), "grey", title=why)
    if row.is_waiting:
        return show.chip(_("on its way to the channel"), "blue")
    return show.chip(_("the channel has it"), "green")
