"""What is kept of a row is the row."""

from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.file.kept import dump_cells, load_cells
from oms.tables.cells import Cell

cells = st.dictionaries(
    st.text(max_size=5),
    st.none()
    | st.text(max_size=10)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.datetimes(),
)


@given(cells)
def test_kept_cells_are_the_very_same_cells(told: dict[str, Cell]) -> None:
    loaded = load_cells(dump_cells(told))
    assert loaded == told
    assert {name: type(cell) for name, cell in loaded.items()} == {
        name: type(cell) for name, cell in told.items()
    }
