"""For what a listing may stand, by the codes that the shop wrote. A code suggests, it never maps.

Two kinds of agreement are sure: the merchant code is exactly one SKU's code, bundle's code or
barcode. Everything else (capitals, blanks, codes that name two things) is doubtful, and a person
chooses.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Match(StrEnum):
    SURE = "sure"
    DOUBTFUL = "doubtful"
    NONE = "none"


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A thing on the shelf: a SKU or a bundle, by its id."""

    is_bundle: bool
    id: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """``candidates`` best first; exactly one where the match is sure."""

    match: Match
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """What codes name: SKUs and bundles by their code, SKUs by barcode."""

    skus: Mapping[str, int]
    bundles: Mapping[str, int]
    barcodes: Mapping[str, int]


def propose(merchant_code: str, *, shelf: Shelf) -> Proposal:
    """Return what a listing with this code may stand for."""
    exact = _named(merchant_code, shelf)
    if len(exact) == 1:
        return Proposal(Match.SURE, tuple(exact))
    if exact:
        return Proposal(Match.DOUBTFUL, tuple(exact))
    loose = [one for code in loose_forms(merchant_code) for one in _named(code, shelf)]
    found = tuple(dict.fromkeys(loose))
    return Proposal(Match.DOUBTFUL, found) if found else Proposal(Match.NONE)


def loose_forms(merchant_code: str) -> Collection[str]:
    """Return the ways in which a code is often written otherwise: trimmed, in capitals, not."""
    trimmed = "".join(merchant_code.split())
    forms = (trimmed, trimmed.upper(), trimmed.lower())
    return [form for form in dict.fromkeys(forms) if form and form != merchant_code]


def _named(code: str, shelf: Shelf) -> list[Candidate]:
    found = [
        Candidate(is_bundle, names[code])
        for names, is_bundle in (
            (shelf.skus, False),
            (shelf.bundles, True),
            (shelf.barcodes, False),
        )
        if code in names
    ]
    return list(dict.fromkeys(found))
