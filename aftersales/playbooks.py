"""What the shop does about which request: data that a person can read from top to bottom.

The first playbook that fits a request counts. Whoever changes one raises its version: a case keeps
the name and the version it was handled by.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aftersales.models.words import Kind, Reason

Label = str | Promise

HOME_CURRENCY = "CNY"
"""Amounts below are in this currency; a case in another one always asks a person."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """``kinds`` are what may be asked for, the proposal first. ``photos`` are what they must show;
    one photograph at least is required where any is named. Up to ``alone_up_to`` (the case's
    amount; 0 = never) the playbook agrees by itself, unless something about it is unusual.
    """

    name: str
    version: int
    label: Label
    why: Label
    kinds: tuple[Kind, ...]
    reasons: frozenset[Reason] = frozenset()
    """Empty: any."""
    categories: frozenset[str] = frozenset()
    """Codes of categories, of which one stands above every item; empty: any."""
    before_shipping: bool = False
    photos: tuple[Label, ...] = ()
    inspect_first: bool = False
    alone_up_to: Decimal = Decimal(0)
    decide_within: timedelta = timedelta(hours=24)
    send_back_within: timedelta = timedelta(days=7)
    settle_within: timedelta = timedelta(hours=24)

    def fits(
        self, *, reason: Reason, categories: Collection[frozenset[str]], before_shipping: bool
    ) -> bool:
        """``categories`` holds, per item, the codes of its category and of those above."""
        return (
            self.before_shipping == before_shipping
            and (not self.reasons or reason in self.reasons)
            and (not self.categories or all(self.categories & codes for codes in categories))
        )


@dataclass(frozen=True, slots=True)
class Level:
    """One person's yes: with which right, and how soon."""

    permission: str
    within: timedelta


_CLOTHING = frozenset({"clothing", "apparel", "shoes", "fashion"})
_ELECTRONICS = frozenset({"electronics", "digital", "appliances", "audio"})
_SELLERS_FAULT = frozenset(
    {Reason.DAMAGED, Reason.WRONG_ITEM, Reason.MISSING, Reason.NOT_AS_DESCRIBED}
)

PLAYBOOKS = (
    Playbook(
        name="before_shipping",
        version=1,
        label=_("Cancelled before it left"),
        why=_("Nothing has left: the goods are kept and the money goes back."),
        kinds=(Kind.REFUND_ONLY,),
        before_shipping=True,
        alone_up_to=Decimal(500),
        decide_within=timedelta(hours=4),
    ),
    Playbook(
        name="not_received",
        version=1,
        label=_("Parcel did not arrive"),
        why=_("The carrier is asked first; there is nothing to send back."),
        kinds=(Kind.REFUND_ONLY,),
        reasons=frozenset({Reason.NOT_RECEIVED}),
        decide_within=timedelta(hours=24),
    ),
    Playbook(
        name="clothing_size",
        version=1,
        label=_("Clothing that does not fit"),
        why=_("Another size keeps the sale; the garment can be sold again."),
        kinds=(Kind.EXCHANGE, Kind.RETURN_REFUND),
        reasons=frozenset({Reason.SIZE}),
        categories=_CLOTHING,
        alone_up_to=Decimal(300),
        decide_within=timedelta(hours=12),
    ),
    Playbook(
        name="electronics_fault",
        version=1,
        label=_("Electronics that do not work"),
        why=_("A technician looks at it before any money goes back."),
        kinds=(Kind.RETURN_REFUND, Kind.EXCHANGE),
        reasons=frozenset({Reason.FAULT}),
        categories=_ELECTRONICS,
        photos=(_("what is wrong"), _("the serial number")),
        inspect_first=True,
        decide_within=timedelta(hours=24),
        settle_within=timedelta(hours=48),
    ),
    Playbook(
        name="sellers_fault",
        version=1,
        label=_("Damaged, wrong or incomplete"),
        why=_("Photographs show it: fast, and without argument."),
        kinds=(Kind.RETURN_REFUND, Kind.EXCHANGE, Kind.REFUND_ONLY),
        reasons=_SELLERS_FAULT,
        photos=(_("the whole item"), _("the damage or the difference"), _("the parcel's label")),
        decide_within=timedelta(hours=12),
    ),
    Playbook(
        name="default",
        version=1,
        label=_("Return and refund"),
        why=_("The goods come back, then the money goes back."),
        kinds=(Kind.RETURN_REFUND, Kind.EXCHANGE),
    ),
)
_BY_NAME = {playbook.name: playbook for playbook in PLAYBOOKS}


def choose(
    *, reason: Reason, categories: Collection[frozenset[str]], before_shipping: bool
) -> Playbook:
    """Return the first playbook that fits: the first and the last fit everything between them."""
    return next(
        playbook
        for playbook in PLAYBOOKS
        if playbook.fits(reason=reason, categories=categories, before_shipping=before_shipping)
    )


def playbook(name: str) -> Playbook:
    """:raises UnknownPlaybook: if the table does not have it"""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownPlaybook(name) from None


class UnknownPlaybook(LookupError):
    """A name that the table does not have: a playbook in use was taken out."""


def levels(
    chosen: Playbook, *, kind: Kind, amount: Decimal, currency: str, is_unusual: bool
) -> tuple[Level, ...]:
    """Return whose approval a request needs: nobody's, or one person's.

    Money without goods, once they have left, is never agreed to by rule.
    """
    risky = kind is Kind.REFUND_ONLY and not chosen.before_shipping
    small = chosen.alone_up_to > 0 and amount <= chosen.alone_up_to
    if small and currency == HOME_CURRENCY and not (risky or is_unusual):
        return ()
    return (Level("approve_returns", chosen.decide_within),)
