"""What a platform offers, in words: the connector's matrix for whoever connects a store."""

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.base import Capabilities, Decryption, MergeIdentity
from channels_sync.connectors.installed import connectors
from oms.admin import show

_MERGES: dict[MergeIdentity, Promise] = {
    MergeIdentity.PLAIN: _("by name, phone and address"),
    MergeIdentity.OAID: _("by the platform's identity of the address (OAID)"),
    MergeIdentity.OPEN_ADDRESS: _("by the platform's identity of the address"),
    MergeIdentity.CIPHER_INDEX: _("by the search index in the ciphertext"),
    MergeIdentity.CIPHER_TEXT: _("by the ciphertext itself"),
    MergeIdentity.NONE: _("never by itself: nothing tells one door from another"),
}
_OPENS: dict[Decryption, Promise] = {
    Decryption.NOT_NEEDED: _("readable"),
    Decryption.BY_WAYBILL: _("ciphertext; only the platform's waybill service opens it"),
    Decryption.BY_US: _(
        "ciphertext; goes out as it is, and may be opened where there is no other way"
    ),
}
_SWITCHES: dict[str, Promise] = {
    "shared_tracking": _("several orders under one waybill number"),
    "split_shipping": _("one order in several parcels"),
    "cash_on_delivery": _("cash on delivery"),
    "presale": _("presale"),
    "chooses_carrier": _("the platform may choose the carrier"),
    "confirms_address_change": _("a buyer's change of address waits for a yes"),
    "notifies_buyer": _("the platform tells the buyer of the parcel"),
    "checks_refunds_live": _("refunds are looked up once more before a parcel leaves"),
    "takes_refund_answers": _("returns and refunds are answered from here"),
    "takes_memos": _("notes and flags go both ways"),
    "takes_stock": _("stock is told"),
}


def shown(kind: str) -> SafeString:
    """Return the matrix of a platform as a list; nothing for one that is not known."""
    if kind not in connectors:
        return SafeString("")
    told = connectors.get(kind).capabilities
    facts: list[tuple[Promise, SafeString | Promise | str]] = [
        (_("orders come"), _("by message and by asking") if told.sends_orders else _("by asking")),
        (_("orders are merged"), _MERGES[told.merge_identity]),
        (_("receiver"), _receiver(told)),
        *((label, show.yes_no(getattr(told, name))) for name, label in _SWITCHES.items()),
    ]
    if not told.pulls_orders:
        facts[0] = (_("orders come"), _("by message"))
    return format_html('<dl class="cs-offers">{}</dl>', format_html_join("", _FACT, facts))


_FACT = "<div><dt>{}</dt><dd>{}</dd></div>"


def _receiver(told: Capabilities) -> SafeString | Promise:
    if told.decryptions_a_day is None:
        return _OPENS[told.decryption]
    limit = _("%(n)d a day at most") % {"n": told.decryptions_a_day}
    return format_html("{} ({})", _OPENS[told.decryption], limit)
