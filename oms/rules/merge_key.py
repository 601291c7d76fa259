"""Which orders belong together: the merge key, and every reason why two orders do not."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from oms.dto import PaymentTerms

VERSION = 1
"""Raised whenever the parts of the key change: keys of two versions are never compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeFacts:
    """What decides about merging. ``scope`` is the store, or the channel and its merge scope.

    ``address_key`` is a fingerprint or a platform's reference, "" when it cannot be known;
    ``address_names_buyer`` holds for a platform that tells no buyer but one reference per buyer and
    address (the capability matrix says which).
    """

    scope: str
    buyer_id: int | None
    address_key: str
    payment_terms: str
    currency: str
    presale: bool
    promised_carrier: str
    appointed_warehouse_id: int | None
    shipped_by_us: bool
    kept_apart: bool = False
    address_names_buyer: bool = False


class Reason(StrEnum):
    """Why two orders are not merged; the words for people stand in ``oms.services.merging``."""

    SCOPE = "scope"
    NO_BUYER = "no_buyer"
    BUYER = "buyer"
    NO_ADDRESS = "no_address"
    ADDRESS = "address"
    COD = "cod"
    TERMS = "terms"
    CURRENCY = "currency"
    PRESALE = "presale"
    CARRIER = "carrier"
    WAREHOUSE = "warehouse"
    SHIPPED_BY_OTHERS = "shipped_by_others"
    KEPT_APART = "kept_apart"


def merge_key(facts: MergeFacts) -> str:
    """Return the key: equal for two orders exactly when nothing speaks against merging them.

    Empty when the order is never merged by itself.
    """
    if any(_never(facts)):
        return ""
    parts = (
        facts.scope,
        "" if facts.address_names_buyer else str(facts.buyer_id),
        facts.address_key,
        facts.payment_terms,
        facts.currency,
        str(facts.presale),
        facts.promised_carrier,
        str(facts.appointed_warehouse_id),
    )
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"m{VERSION}:{digest[:40]}"


def reasons_against(one: MergeFacts, other: MergeFacts) -> list[Reason]:
    """Return every reason why the two are not merged, in a stable order; empty: they would be."""
    found = {*_never(one), *_never(other), *_differences(one, other)}
    return [reason for reason in Reason if reason in found]


def _never(facts: MergeFacts) -> Iterator[Reason]:
    if facts.buyer_id is None and not facts.address_names_buyer:
        yield Reason.NO_BUYER
    if not facts.address_key:
        yield Reason.NO_ADDRESS
    if facts.payment_terms == PaymentTerms.COD:
        yield Reason.COD
    if not facts.shipped_by_us:
        yield Reason.SHIPPED_BY_OTHERS
    if facts.kept_apart:
        yield Reason.KEPT_APART


def _differences(one: MergeFacts, other: MergeFacts) -> Iterator[Reason]:
    pairs: list[tuple[Reason, object, object]] = [
        (Reason.SCOPE, one.scope, other.scope),
        (Reason.ADDRESS, one.address_key, other.address_key),
        (Reason.TERMS, one.payment_terms, other.payment_terms),
        (Reason.CURRENCY, one.currency, other.currency),
        (Reason.PRESALE, one.presale, other.presale),
        (Reason.CARRIER, one.promised_carrier, other.promised_carrier),
        (Reason.WAREHOUSE, one.appointed_warehouse_id, other.appointed_warehouse_id),
    ]
    for reason, mine, theirs in pairs:
        if mine != theirs:
            yield reason
    by_address = one.address_names_buyer and other.address_names_buyer
    if not by_address and one.buyer_id != other.buyer_id:
        yield Reason.BUYER
