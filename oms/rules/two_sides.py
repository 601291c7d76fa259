"""One word that two sides may change: what it is from now on, and whether both changed it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settled:
    """``ours`` is the word here, ``known`` what the other side is known to have."""

    ours: str
    known: str
    is_clash: bool = False


def settle(
    told: str, *, ours: str, known: str, past: Collection[str], is_waiting: bool, is_newer: bool
) -> Settled:
    """Settle the word that the other side tells with ours.

    ``known`` is what it told last, ``past`` holds words that either side had before. ``is_waiting``
    says that it has not heard our newest one yet, ``is_newer`` that it tells something younger than
    what we knew when we wrote ours. Where both changed, ours stays and ``is_clash`` says so.
    """
    if not told or same(told, known):
        return Settled(ours, known)
    if same(told, ours):
        return Settled(ours, told)
    is_old_word = any(same(told, word) for word in past)
    if is_old_word and (is_waiting or not is_newer):
        return Settled(ours, known)
    if same(ours, known):
        return Settled(told, told)
    return Settled(ours, told, is_clash=True)


def both(theirs: str, ours: str) -> str:
    """Return one text with both in it, theirs first; what one says already is not said twice."""
    if same(ours, theirs) or ours.strip() in theirs:
        return theirs
    return ours if theirs.strip() in ours else f"{theirs.strip()}\n{ours.strip()}"


def same(one: str, other: str) -> bool:
    """Tell whether two texts say the same; platforms trim and fold blanks as they like."""
    return one.split() == other.split()
