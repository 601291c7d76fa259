"""Choose the one warehouse that has everything and stands nearest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from oms.privacy.regions import normalize_region


@dataclass(frozen=True, slots=True)
class Place:
    """A region down to the city, as the platforms name it."""

    province: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A warehouse and what it could promise now: good units, {SKU id: units}."""

    warehouse_id: int
    code: str
    place: Place
    available: Mapping[int, int]
    priority: int = 100
    cold_chain: bool = False
    room_today: int | None = None
    """Orders it may still take today; None = no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What one document must hold: {SKU id: units}, and what it asks of the warehouse."""

    units: Mapping[int, int]
    destination: Place
    cold_chain: bool = False
    appointed_id: int | None = None


class Verdict(StrEnum):
    APPOINTED = "appointed"
    SAME_CITY = "same_city"
    SAME_PROVINCE = "same_province"
    PRIORITY = "priority"
    NOT_APPOINTED = "not_appointed"
    SHORT = "short"
    NO_COLD_CHAIN = "no_cold_chain"
    FULL_TODAY = "full_today"


_RANK = {Verdict.APPOINTED: 0, Verdict.SAME_CITY: 1, Verdict.SAME_PROVINCE: 2, Verdict.PRIORITY: 3}


@dataclass(frozen=True, slots=True)
class Alternative:
    """One row of the decision's table: why this warehouse is fit, or why not."""

    warehouse_id: int
    code: str
    verdict: Verdict
    missing: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Decision:
    """``warehouse_id`` is None when no warehouse may send everything."""

    warehouse_id: int | None
    verdict: Verdict | None
    alternatives: tuple[Alternative, ...]


def choose(needs: Needs, candidates: Iterable[Candidate]) -> Decision:
    """Choose among the warehouses that have every unit: the appointed one, else one in the same
    city, else in the same province, else by priority; equal ones by code, so that it is repeatable.
    """
    rated = [(candidate, _rate(needs, candidate)) for candidate in candidates]
    fit = [
        (_RANK[row.verdict], candidate.priority, candidate.code, row)
        for candidate, row in rated
        if row.verdict in _RANK
    ]
    table = tuple(row for _candidate, row in rated)
    if not fit:
        return Decision(None, None, table)
    best = min(fit, key=lambda entry: entry[:3])[3]
    return Decision(best.warehouse_id, best.verdict, table)


def _rate(needs: Needs, candidate: Candidate) -> Alternative:
    missing = {
        sku: units - candidate.available.get(sku, 0)
        for sku, units in needs.units.items()
        if units > candidate.available.get(sku, 0)
    }
    verdict = _obstacle(needs, candidate) or (
        Verdict.SHORT if missing else _merit(needs, candidate)
    )
    return Alternative(candidate.warehouse_id, candidate.code, verdict, missing)


def _obstacle(needs: Needs, candidate: Candidate) -> Verdict | None:
    if needs.appointed_id is not None and needs.appointed_id != candidate.warehouse_id:
        return Verdict.NOT_APPOINTED
    if needs.cold_chain and not candidate.cold_chain:
        return Verdict.NO_COLD_CHAIN
    if candidate.room_today is not None and candidate.room_today <= 0:
        return Verdict.FULL_TODAY
    return None


def _merit(needs: Needs, candidate: Candidate) -> Verdict:
    there, here = _named(needs.destination), _named(candidate.place)
    if needs.appointed_id == candidate.warehouse_id:
        return Verdict.APPOINTED
    if there.city and there.city == here.city and there.province == here.province:
        return Verdict.SAME_CITY
    if there.province and there.province == here.province:
        return Verdict.SAME_PROVINCE
    return Verdict.PRIORITY


@lru_cache(maxsize=4096)
def _named(place: Place) -> Place:
    """Return the region under one name: platforms write it with and without its suffix."""
    region = normalize_region("CN", place.province, place.city, "", "")
    return Place(region.province, region.city)
