"""Break and shrink text until it fits its box. Texts must be printable; lengths are points."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from warehouse.labels.fonts import advance_widths, measure
from warehouse.labels.messages import CLOSING, COUNTERS

LEADING: Final = 1.2
"""Distance of two baselines, in font sizes."""
_STEP: Final = 0.5
_ELLIPSIS: Final = "…"
# What a line may not be broken inside of: a word, a number with its counter, a character with the
# punctuation that must not begin a line. Then the spaces that vanish at a break.
_PIECES: Final = re.compile(rf"((?:[!-~]+[{COUNTERS}]?|[^ ])[{CLOSING}]*)?( *)")


class Sizes(NamedTuple):
    """Font sizes of a text: ``largest`` if there is room, ``smallest`` before it is cut."""

    largest: float
    smallest: float


class Fitted(NamedTuple):
    """Lines that fit, and the size at which they do. ``cut`` tells that something is missing."""

    size: float
    lines: list[str]
    cut: bool = False


class Paragraph:
    """A text that is measured once, and then broken at several sizes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.length = measure(text)
        """Width on one line, in ems."""

    @cached_property
    def _pieces(self) -> list[tuple[str, float, str]]:
        """Words, their widths, and the spaces that follow."""
        widths = advance_widths()  # most words are one character
        return [
            (word, widths.get(word) or measure(word), spaces)
            for word, spaces in _PIECES.findall(self.text)
            if word or spaces
        ]

    def lines(self, room: float) -> list[str]:
        """Break into lines of at most ``room`` ems, between words or Chinese characters."""
        if self.length <= room:
            return [self.text]
        lines: list[str] = []
        line, filled = "", 0.0
        for word, width, spaces in self._pieces:
            for part, part_width in [(word, width)] if width <= room else _letters(word):
                if line and filled + part_width > room:
                    lines.append(line)
                    line, filled = "", 0.0
                line += part
                filled += part_width
            if spaces:
                line += spaces
                filled += measure(spaces)
        return [*lines, line]


def _letters(word: str) -> Iterator[tuple[str, float]]:
    """Take a word apart that is longer than a line."""
    return ((letter, measure(letter)) for letter in word)


def fit(texts: Sequence[str], width: float, height: float, sizes: Sizes) -> Fitted:
    """Find the largest size, in steps of half a point, at which the texts fit below each other.

    Beyond the smallest size lines are left out and the last one ends in an ellipsis.
    """
    paragraphs = [Paragraph(text) for text in texts]
    total = sum(paragraph.length for paragraph in paragraphs)
    size = sizes.largest
    while size >= sizes.smallest:
        capacity = _capacity(height, size)
        if total * size <= capacity * width:
            lines = _lines(paragraphs, width / size)
            if len(lines) <= capacity:
                return Fitted(size, lines)
        size -= _STEP
    room = width / sizes.smallest
    lines = _lines(paragraphs, room)[: max(1, _capacity(height, sizes.smallest))]
    return Fitted(sizes.smallest, [*lines[:-1], _shorten(lines[-1], room)], cut=True)


def _capacity(height: float, size: float) -> int:
    # A height made of so many lines must hold them, whatever the division rounds to.
    return int(height / (size * LEADING) + 1e-6)


def _lines(paragraphs: Sequence[Paragraph], room: float) -> list[str]:
    return [line for paragraph in paragraphs for line in paragraph.lines(room)]


def fit_line(text: str, width: float, height: float, sizes: Sizes) -> Fitted:
    """Find the largest size at which a text fits on one line; beyond the smallest it is cut."""
    ems = measure(text)
    size = min(sizes.largest, height / LEADING)
    if ems * size > width:
        size = width / ems
    if size >= sizes.smallest:
        return Fitted(size, [text])
    return Fitted(sizes.smallest, [_shorten(text, width / sizes.smallest)], cut=True)


def _shorten(text: str, room: float) -> str:
    room -= measure(_ELLIPSIS)
    for end, letter in enumerate(text):
        room -= measure(letter)
        if room < 0:
            return text[:end] + _ELLIPSIS
    return text + _ELLIPSIS
