"""Parquet, streamed in batches out of its row groups."""

from collections.abc import Collection, Iterator
from typing import IO, Any

from channels_sync.connectors.file import heavy
from channels_sync.connectors.file.tables import (
    FileProblem,
    Table,
    UnreadableFile,
    build_row,
    name_columns,
)
from channels_sync.dto import Row

_BATCH_ROWS = 4096
_BUFFER_BYTES = 1 << 20


class ColumnarTable(Table):
    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.header = name_columns(self._open().schema_arrow.names)

    def rows(self, columns: Collection[str] | None = None) -> Iterator[Row]:
        """Walk the rows; only the named columns are read."""
        names = [name for name in self.header if columns is None or name in columns]
        number = 1
        for batch in self._batches(names):
            for values in zip(*(_values(column) for column in batch.columns), strict=True):
                number += 1
                row = build_row(number, names, values)
                if row is not None:
                    yield row

    def _batches(self, names: list[str]) -> Iterator[Any]:
        try:
            yield from self._open().iter_batches(batch_size=_BATCH_ROWS, columns=names)
        except (ValueError, OSError) as error:
            raise UnreadableFile(FileProblem.NOT_A_TABLE) from error

    def _open(self) -> Any:
        self.file.seek(0)
        try:
            return heavy.parquet().ParquetFile(
                self.file, pre_buffer=False, buffer_size=_BUFFER_BYTES
            )
        except (ValueError, OSError) as error:
            raise UnreadableFile(FileProblem.NOT_A_TABLE) from error


def _values(column: Any) -> list[object]:
    """Return the values as Python's own; a time finer than Python's is cut to microseconds."""
    arrow = heavy.arrow()
    if arrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(arrow.timestamp("us", tz=column.type.tz), safe=False)
    values: list[object] = column.to_pylist()
    return values
