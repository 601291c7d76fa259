"""The one font of labels, registered once per process."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT: Final = "OMSLabelSans"
FONT_FILE: Final = Path(__file__).parent / "fonts" / "label-sans.ttf"
_UNITS: Final = 1000
# The font has one reading position: two threads that registered it, or wrote their documents' parts
# of it, would read each other's bytes.
_font_file: Final = Lock()


class _LabelFont(TTFont):
    """Writes characters beyond U+FFFF as surrogate pairs, so that their text can be searched.

    reportlab 5.1 writes five hexadecimal digits there, which is no UTF-16 (PDF 32000-1, 9.10.3).
    """

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        with _font_file:
            super().addObjects(doc)
        for name, stored in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                stored.content = "\n".join(map(_as_utf16, stored.content.split("\n")))


def _as_utf16(line: str) -> str:
    code, _, unicode = line.partition(" ")
    if not unicode.startswith("<") or len(unicode) != 7:
        return line
    return f"{code} <{chr(int(unicode[1:-1], 16)).encode('utf-16-be').hex().upper()}>"


@cache
def advance_widths() -> Mapping[str, float]:
    """Register the font and return the width of every character it has, in ems."""
    with _font_file:
        if FONT not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(_LabelFont(FONT, str(FONT_FILE)))
    font: Any = pdfmetrics.getFont(FONT)
    widths: Mapping[int, float] = font.face.charWidths
    return {chr(code): width / _UNITS for code, width in widths.items()}


def measure(text: str) -> float:
    """Return the width of a text in ems. It must be printable: see ``characters.printable``."""
    return sum(map(advance_widths().__getitem__, text))
