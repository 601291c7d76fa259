"""Parquet, streamed in batches out of its row groups."""

from collections.abc import Iterator, Sequence
from typing import IO, Any

from oms.tables import heavy
from oms.tables.limits import MEGABYTE, Limits
from oms.tables.problems import NotATable, TooManyRows, UnpacksTooLarge
from oms.tables.table import Records

_BATCH_ROWS = 4096
_BUFFER_BYTES = 1 << 20


def columnar(file: IO[bytes], *, limits: Limits) -> Records:
    """Return what walks the lines; the column names are the first of them.

    :raises UnusableTable: if it is damaged, or says itself that it holds too much
    """
    about = _open(file).metadata
    if about.num_rows > limits.rows:
        raise TooManyRows(rows=f"{limits.rows:,}")
    sizes = (about.row_group(at).total_byte_size for at in range(about.num_row_groups))
    if sum(sizes) > limits.unpacked * MEGABYTE:
        raise UnpacksTooLarge
    return lambda: _walk(file, limits.columns)


def _walk(file: IO[bytes], columns: int) -> Iterator[Sequence[object]]:
    table = _open(file)
    names = table.schema_arrow.names[:columns]
    yield names
    try:
        for batch in table.iter_batches(batch_size=_BATCH_ROWS, columns=names):
            yield from zip(*(_values(column) for column in batch.columns), strict=True)
    except (ValueError, OSError) as error:
        raise NotATable from error


def _open(file: IO[bytes]) -> Any:
    file.seek(0)
    try:
        return heavy.parquet().ParquetFile(file, pre_buffer=False, buffer_size=_BUFFER_BYTES)
    except (ValueError, OSError) as error:
        raise NotATable from error


def _values(column: Any) -> list[object]:
    """Return the values as Python's own; a time finer than Python's is cut to microseconds."""
    arrow = heavy.arrow()
    if arrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(arrow.timestamp("us", tz=column.type.tz), safe=False)
    values: list[object] = column.to_pylist()
    return values
