"""Code128 and QR as one-bit images in PDF syntax: the printer scales them, nothing is redrawn."""

from typing import Any, Final, NamedTuple

import zxingcpp

# One byte a module from the encoder (0 is dark) to one bit, dark set.
_BITS: Final = bytes([ord("1")]) + bytes([ord("0")]) * 255


class Symbol(NamedTuple):
    """A barcode without quiet zones: its size in modules, and its rows as hexadecimal digits."""

    columns: int
    rows: int
    data: str


def code128(text: str) -> Symbol:
    """Encode printable ASCII as Code128 (ISO/IEC 15417), one row high.

    :raises ValueError: characters that Code128 does not have, or none
    """
    return _symbol(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128), rows=1)


def qr(text: str) -> Symbol:
    """Encode a text as QR code (ISO/IEC 18004) that survives 15 % damage (level M).

    :raises ValueError: no text, or too much
    """
    return _symbol(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M"))


def _symbol(barcode: Any, *, rows: int | None = None) -> Symbol:
    image = barcode.to_image(scale=1, add_quiet_zones=False)
    height, columns = image.shape
    rows = rows or height
    flat = memoryview(image).tobytes()
    width = (columns + 7) // 8 * 8
    lines = (
        flat[start : start + columns].translate(_BITS).ljust(width, b"0")
        for start in range(0, rows * columns, columns)
    )
    return Symbol(columns, rows, "".join(f"{int(line, 2):0{width // 4}x}" for line in lines))


def operators(symbol: Symbol, matrix: tuple[float, float, float, float, float, float]) -> str:
    """Return the PDF operators that paint a symbol into the unit square under ``matrix``."""
    place = " ".join(f"{number:.3f}" for number in matrix)
    head = f"/W {symbol.columns} /H {symbol.rows} /IM true /D [1 0] /F /AHx"
    return f"q {place} cm BI {head} ID {symbol.data}> EI Q"
