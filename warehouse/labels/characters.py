"""Make any text printable with the label's font, and name what it cannot print.

The font has every character of GB 2312, GBK and the Table of General Standard Chinese Characters
(2013), but no emoji and few of the old ideographs beyond them. Those become a geta mark, the
printers' sign for a missing type; nothing ever prints as an empty box or stops a label.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from warehouse.labels.fonts import advance_widths

GETA: Final = "〓"
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
# Controls, joiners, direction marks, variation selectors: no glyph of their own.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Mn", "Me"})
_SYMBOL: Final = "So"


def is_printable(text: str) -> bool:
    """Tell whether the font has every character."""
    return _drawable().issuperset(text)


def printable(text: str) -> str:
    """Return a text of one line in which the font has every character.

    Compatibility forms become their plain ones (Ｆ is kept, 𝐅 is F); a missing ideograph becomes
    a geta mark, a row of missing symbols (as an emoji is) becomes one.
    """
    if is_printable(text):
        return text
    drawn: list[str] = []
    symbols = False
    for character in unicodedata.normalize("NFC", text):
        replacement = _replacement(character)
        symbol = replacement == GETA and unicodedata.category(character) == _SYMBOL
        if replacement and not (symbols and symbol):
            drawn.append(replacement)
        symbols = symbol or (symbols and not replacement)
    return " ".join("".join(drawn).split())


def missing_characters(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the characters that print as a geta mark, each once, in order of appearance."""
    return tuple(
        dict.fromkeys(
            character
            for text in texts
            if not is_printable(text)
            for character in unicodedata.normalize("NFC", text)
            if _replacement(character) == GETA != character
        )
    )


@cache
def _drawable() -> frozenset[str]:
    return frozenset(
        character
        for character in advance_widths()
        if character == " " or not (character.isspace() or _is_invisible(character))
    )


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE or ord(character) in _SKIN_TONES


def _replacement(character: str) -> str:
    if character in _drawable():
        return character
    if character.isspace():
        return " "
    if _is_invisible(character):
        return ""
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain and is_printable(plain) else GETA
