"""Which documents make a wave, and how a wave is cut into carts. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A document that could be picked now. ``zones`` are those in which its goods lie; weight in
    grams, volume in cubic millimetres."""

    key: int
    carrier: str
    zones: frozenset[str]
    lines: int
    units: int
    weight_g: int
    volume_mm3: int
    ship_by: datetime | None
    is_urgent: bool

    @property
    def is_single(self) -> bool:
        """One line: its goods need no place of their own on the cart."""
        return self.lines == 1

    @property
    def zone(self) -> str:
        return next(iter(self.zones)) if len(self.zones) == 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What a wave and a cart may hold; 0 means: no limit."""

    wave_documents: int = 60
    cart_slots: int = 12
    cart_lines: int = 60
    cart_weight_g: int = 0
    cart_volume_mm3: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePlan:
    """One wave: its documents by cart, in the order in which they should leave."""

    carrier: str
    zone: str
    is_single: bool
    is_urgent: bool
    ship_by: datetime | None
    carts: tuple[tuple[int, ...], ...]


def plan(candidates: Iterable[Candidate], caps: Caps) -> list[WavePlan]:
    """Group documents into waves, the most pressing first.

    Together go documents of the same carrier, zone and kind (one line or several); urgent ones are
    never mixed with others. Inside a wave the nearest deadline comes first.
    """
    groups: dict[tuple[bool, str, str, bool], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        key = (candidate.is_urgent, candidate.carrier, candidate.zone, candidate.is_single)
        groups[key].append(candidate)
    waves = [
        _wave(key, part, caps)
        for key, members in groups.items()
        for part in _cut(sorted(members, key=_pressing), caps.wave_documents)
    ]
    return sorted(waves, key=lambda wave: (not wave.is_urgent, wave.ship_by or _NEVER))


def carts(members: Sequence[Candidate], caps: Caps) -> Iterator[tuple[int, ...]]:
    """Fill carts in the given order; a document that fills one alone gets one alone."""
    load = list[Candidate]()
    for candidate in members:
        if load and not _fits([*load, candidate], caps):
            yield tuple(row.key for row in load)
            load = []
        load.append(candidate)
    if load:
        yield tuple(row.key for row in load)


def _wave(key: tuple[bool, str, str, bool], members: Sequence[Candidate], caps: Caps) -> WavePlan:
    is_urgent, carrier, zone, is_single = key
    deadlines = [row.ship_by for row in members if row.ship_by]
    return WavePlan(
        carrier=carrier,
        zone=zone,
        is_single=is_single,
        is_urgent=is_urgent,
        ship_by=min(deadlines, default=None),
        carts=tuple(carts(members, caps)),
    )


def _fits(load: Sequence[Candidate], caps: Caps) -> bool:
    # Single items share one tote, so the places on the cart do not limit them.
    slots = 1 if all(row.is_single for row in load) else len(load)
    return (
        slots <= caps.cart_slots
        and _within(sum(row.lines for row in load), caps.cart_lines)
        and _within(sum(row.weight_g for row in load), caps.cart_weight_g)
        and _within(sum(row.volume_mm3 for row in load), caps.cart_volume_mm3)
    )


def _within(value: int, cap: int) -> bool:
    return cap == 0 or value <= cap


def _cut(members: Sequence[Candidate], size: int) -> Iterator[Sequence[Candidate]]:
    for start in range(0, len(members), size):
        yield members[start : start + size]


def _pressing(candidate: Candidate) -> tuple[datetime, int]:
    return candidate.ship_by or _NEVER, candidate.key
