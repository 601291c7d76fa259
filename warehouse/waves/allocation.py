"""From which bins the units come. Pure: the caller books what is chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Shelf:
    """Free units of one SKU and lot in one bin, given oldest first; ``key`` is the caller's."""

    key: int
    sku_id: int
    zone: str
    free: int


@dataclass(frozen=True, slots=True)
class Want:
    """Units of a SKU for one document line; ``key`` is the caller's."""

    key: int
    sku_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Take:
    """Units for one want from one shelf."""

    want: int
    shelf: int
    quantity: int
    zone: str


def allocate(wants: Sequence[Want], shelves: Sequence[Shelf]) -> tuple[list[Take], dict[int, int]]:
    """Choose shelves and reduce what they have left; return the takes and {want: missing units}.

    First in, first out among the bins that have enough for the whole want, so that a picker stops
    once; only where none has, several bins, the oldest first.
    """
    takes = list[Take]()
    missing = dict[int, int]()
    for want in wants:
        chosen, left = _choose(want, [shelf for shelf in shelves if shelf.sku_id == want.sku_id])
        takes += chosen
        if left:
            missing[want.key] = left
    return takes, missing


def restore(takes: Iterable[Take], shelves: Iterable[Shelf]) -> None:
    """Give back what was chosen for a document that does not go after all."""
    by_key = {shelf.key: shelf for shelf in shelves}
    for take in takes:
        by_key[take.shelf].free += take.quantity


def _choose(want: Want, shelves: Sequence[Shelf]) -> tuple[list[Take], int]:
    whole = next((shelf for shelf in shelves if shelf.free >= want.quantity), None)
    takes, left = list[Take](), want.quantity
    for shelf in [whole] if whole else shelves:
        units = min(shelf.free, left)
        if units:
            shelf.free -= units
            takes.append(Take(want.key, shelf.key, units, shelf.zone))
            left -= units
    return takes, left
