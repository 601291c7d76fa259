"""Draw on a page: text that stays in its box, barcodes of whole printer dots, frames."""

from collections.abc import Hashable, Iterable, Sequence
from enum import Enum
from typing import Final

from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from warehouse.labels import barcodes
from warehouse.labels.barcodes import Symbol
from warehouse.labels.fitting import LEADING, Fitted, Sizes, fit, fit_line
from warehouse.labels.fonts import FONT, measure
from warehouse.labels.layout import Box

DOT: Final = inch / 203
"""One dot of the usual label printer; finer printers have whole dots there too."""
_BAR_DOTS: Final = (4, 3, 2)
_QUIET: Final = 10
"""Code128 wants ten modules of white at both ends (ISO/IEC 15417)."""
_QR_QUIET: Final = 4
_ASCENT: Final = 0.88
"""An ideograph hangs from this part of the font size above the baseline."""
_BOLD: Final = 0.035
"""Stroke around a letter, in font sizes: as heavy as a bold cut, without a second font."""


class Align(Enum):
    """Where a line starts, as the part of the free width before it."""

    LEFT = 0.0
    CENTER = 0.5


class Pen:
    """Draws on the current page of a canvas. Texts must be printable."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        # What has been written: a print run has one sender, one carrier and few products.
        self._written: dict[Hashable, str] = {}

    def line(self, text: str, box: Box, sizes: Sizes, *, align: Align = Align.LEFT) -> None:
        """Write one line in the middle of a box's height."""
        self._line(text, box, sizes, align, bold=False)

    def heading(self, text: str, box: Box, sizes: Sizes, *, align: Align = Align.LEFT) -> None:
        """Write one bold line in the middle of a box's height."""
        self._line(text, box, sizes, align, bold=True)

    def _line(self, text: str, box: Box, sizes: Sizes, align: Align, *, bold: bool) -> None:
        if not text:
            return
        key = (text, box, sizes, align, bold)
        if key not in self._written:
            fitted = fit_line(text, box.width, box.height, sizes)
            self._written[key] = self._operators(fitted, box, align, bold=bold)
        self._canvas.addLiteral(self._written[key])

    def paragraphs(self, texts: Iterable[str], box: Box, sizes: Sizes) -> None:
        """Write texts, broken and shrunk as the box demands, from its top; skip empty ones."""
        shown = tuple(text for text in texts if text)
        key = (shown, box, sizes)
        if key not in self._written:
            fitted = fit(shown, box.width, box.height, sizes)
            self._written[key] = self._block(fitted, box)
        self._canvas.addLiteral(self._written[key])

    def lines(self, fitted: Fitted, box: Box) -> None:
        """Write what was fitted into a box before, from its top."""
        self._canvas.addLiteral(self._block(fitted, box))

    def _block(self, fitted: Fitted, box: Box) -> str:
        if not fitted.lines:
            return ""
        filled = Box(box.x, box.top - _height(fitted), box.width, _height(fitted))
        return self._operators(fitted, filled, Align.LEFT, bold=False)

    def _operators(self, fitted: Fitted, box: Box, align: Align, *, bold: bool) -> str:
        size = fitted.size
        leading = size * LEADING
        top = box.top - (box.height - _height(fitted)) / 2
        offset = 0.0
        if align.value:
            offset = align.value * (box.width - measure(fitted.lines[0]) * size)
        y = top - (leading - size) / 2 - size * _ASCENT
        writing = self._canvas.beginText(box.x + offset, y)
        if bold:
            writing.setTextRenderMode(2)
        writing.setFont(FONT, size, leading)
        for line in fitted.lines:
            writing.textLine(line)
        # The mode would outlive the text object, and make all that follows bold.
        writing.setTextRenderMode(0)
        code: str = writing.getCode()
        return f"{size * _BOLD:.3f} w {code}" if bold else code

    def code128(self, symbol: Symbol, box: Box) -> None:
        """Draw bars over the whole height of a box, as wide as its whole dots allow."""
        module = _module(symbol, box.width) or box.width / (symbol.columns + 2 * _QUIET)
        width = module * symbol.columns
        x = box.x + (box.width - width) / 2
        self._paint(symbol, (width, 0, 0, box.height, x, box.y))

    def upright_code128(self, symbol: Symbol, box: Box) -> bool:
        """Draw bars that climb, if the box is high enough for whole dots; tell whether it was."""
        module = _module(symbol, box.height)
        if module:
            height = module * symbol.columns
            y = box.y + (box.height - height) / 2
            self._paint(symbol, (0, height, -box.width, 0, box.right, y))
        return bool(module)

    def qr(self, symbol: Symbol, box: Box) -> None:
        """Draw a QR code in the middle of a box, quiet zone included."""
        room = min(box.width, box.height)
        side = room * symbol.columns / (symbol.columns + 2 * _QR_QUIET)
        x = box.x + (box.width - side) / 2
        y = box.y + (box.height - side) / 2
        self._paint(symbol, (side, 0, 0, side, x, y))

    def _paint(
        self, symbol: Symbol, matrix: tuple[float, float, float, float, float, float]
    ) -> None:
        self._canvas.addLiteral(barcodes.operators(symbol, matrix))

    def outline(self, boxes: Sequence[Box], *, width: float = 0.7) -> None:
        """Draw the borders of boxes."""
        self._canvas.setLineWidth(width)
        for box in boxes:
            self._canvas.rect(*box)

    def cut_line(self, y: float, width: float) -> None:
        """Draw where the paper is torn."""
        self._canvas.setDash(4, 3)
        self._canvas.line(0, y, width, y)
        self._canvas.setDash()


def _height(fitted: Fitted) -> float:
    return fitted.size * LEADING * len(fitted.lines)


def _module(symbol: Symbol, room: float) -> float | None:
    modules = symbol.columns + 2 * _QUIET
    return next((dots * DOT for dots in _BAR_DOTS if dots * DOT * modules <= room), None)
