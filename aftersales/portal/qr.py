"""A number as a QR code, drawn as one path: no picture to fetch, no script to run."""

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4
"""Empty modules around the code, as ISO/IEC 18004 asks for."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """``path`` fills the dark modules of a square of ``size`` units, quiet zone included."""

    size: int
    path: str


def draw(text: str) -> Drawing:
    """Return the QR code of a short text."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    return Drawing(len(rows), "".join(_runs(rows)))


def _runs(rows: list[list[bool]]) -> list[str]:
    """Join neighbors of a row into one rectangle: a third of the length."""
    runs = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start} {y}h{x - start}v1H{start}z")
            x += 1
    return runs
