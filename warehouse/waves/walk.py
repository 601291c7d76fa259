"""The order in which a picker walks past the bins. Pure.

The S-shape (traversal) heuristic: every aisle that holds something is walked through once, the
next one back the other way. Source: de Koster, Le-Duc, Roodbergen, "Design and control of warehouse
order picking: a literature review", European Journal of Operational Research 182 (2007).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a bin is: aisle, bay along it, level above the floor; the code breaks ties."""

    zone: str
    aisle: int
    bay: int
    level: int
    code: str


def s_shape(spots: Mapping[int, Spot]) -> list[int]:
    """Return the keys in walking order: zones one after another, every second aisle backwards."""
    aisles = sorted({(spot.zone, spot.aisle) for spot in spots.values()})
    turn = {aisle: number % 2 for number, aisle in enumerate(aisles)}

    def place(key: int) -> tuple[object, ...]:
        spot = spots[key]
        backwards = turn[spot.zone, spot.aisle]
        bay = -spot.bay if backwards else spot.bay
        return spot.zone, spot.aisle, bay, spot.level, spot.code, key

    return sorted(spots, key=place)
