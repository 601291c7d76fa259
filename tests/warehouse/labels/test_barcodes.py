import pytest

from warehouse.labels import barcodes


@pytest.mark.parametrize(
    ("number", "modules"),
    [("SF7444496931331", 145), ("73100196611386", 112), ("YT2819014489339", 145)],
)
def test_code128_is_as_narrow_as_digits_in_pairs_allow(number: str, modules: int) -> None:
    assert barcodes.code128(number).columns == modules


def test_code128_begins_and_ends_as_the_standard_says() -> None:
    symbol = barcodes.code128("73100196611386")
    bits = f"{int(symbol.data, 16):0{len(symbol.data) * 4}b}"[: symbol.columns]
    assert bits.startswith("11010011100")  # start in code set C
    assert bits.endswith("1100011101011")  # stop, with its last bar


def test_qr_has_finder_patterns_in_three_corners() -> None:
    symbol = barcodes.qr("SF7444496931331")
    step = len(symbol.data) // symbol.rows
    rows = [symbol.data[start : start + step] for start in range(0, len(symbol.data), step)]
    first, last = (f"{int(row, 16):0{step * 4}b}"[: symbol.columns] for row in (rows[0], rows[-1]))
    assert (first[:7], first[-7:], last[:7]) == ("1111111",) * 3
    assert symbol.columns == symbol.rows == 21


@pytest.mark.parametrize("text", ["", "顺丰"])
def test_what_code128_does_not_have_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        barcodes.code128(text)
