"""Which units of which of the channel's lines a parcel brings. Values in, values out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Units = Mapping[int, int]
"""{order item id: units}"""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the channel numbers it; ``items`` says how many units of which item make it up."""

    channel_line_no: str
    quantity: int
    items: Units


def lines_in(parcel: Units, *, earlier: Units, lines: Iterable[Line]) -> list[tuple[str, int]]:
    """Return (line number, units) that the channel is told as shipped with this parcel.

    A bundle counts as shipped when its first piece leaves, because that is what its deadline is
    about; a later parcel with the rest of it brings no further units.
    """
    together = {item: parcel.get(item, 0) + earlier.get(item, 0) for item in {*parcel, *earlier}}
    found = ((line, _begun(line, together) - _begun(line, earlier)) for line in lines)
    return [(line.channel_line_no, units) for line, units in found if units > 0]


def is_part(parcel: Units, *, owed: Units) -> bool:
    """Tell whether the parcel holds less than everything that the order is to get."""
    return any(parcel.get(item, 0) < units for item, units in owed.items())


def add_up(parcels: Sequence[Units]) -> dict[int, int]:
    """Return the units of several parcels together."""
    total: dict[int, int] = {}
    for parcel in parcels:
        for item, units in parcel.items():
            total[item] = total.get(item, 0) + units
    return total


def _begun(line: Line, shipped: Units) -> int:
    """Count the units of a line of which at least one piece has left."""
    begun = (
        -(-shipped.get(item, 0) * line.quantity // units) for item, units in line.items.items()
    )
    return min(max(begun, default=0), line.quantity)
