"""The parts of a label's page. Boxes are points, from the lower left corner of the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle that its content must not leave."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the edge at the right."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Return the upper edge."""
        return self.y + self.height

    def inset(self, side: float, end: float = 0) -> "Box":
        """Leave ``side`` free at left and right, and ``end`` above and below."""
        return Box(self.x + side, self.y + end, self.width - 2 * side, self.height - 2 * end)

    def split(self, *widths: float) -> Iterator["Box"]:
        """Cut from the left; what is left over is the last one."""
        x = self.x
        for width in widths:
            yield Box(x, self.y, width, self.height)
            x += width
        yield Box(x, self.y, self.right - x, self.height)

    def stack(self, *heights: float) -> Iterator["Box"]:
        """Cut from above; what is left over is the last one."""
        top = self.top
        for height in heights:
            top -= height
            yield Box(self.x, top, self.width, height)
        yield Box(self.x, self.y, self.width, top - self.y)


class PartyBoxes(NamedTuple):
    """A receiver or a sender: the mark in front, and the text."""

    mark: Box
    text: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """The lower part of a two-part label, which stays with the parcel when the upper is torn."""

    cut_at: float
    barcode: Box
    receiver: PartyBoxes
    sender: PartyBoxes


@dataclass(frozen=True, slots=True, kw_only=True)
class Upper:
    """What all sizes share: routing for the sorting centres, then the addresses."""

    carrier: Box
    product: Box
    printed: Box
    sort_code: Box
    bag_place: Box
    mapping: Box
    barcode: Box
    receiver: PartyBoxes
    sender: PartyBoxes
    services: Box
    side_barcode: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One page of one size: where each thing stands, and which boxes are outlined.

    ``scale`` says how much larger than on the narrowest label the letters may be.
    """

    page: tuple[float, float]
    scale: float
    upper: Upper
    qr: Box
    checked: Box
    goods: Box
    notes: Box
    outlined: tuple[Box, ...]
    signature: Box | None = None
    stub: Stub | None = None
