"""XLSX: the first sheet, read as a stream."""

import zipfile
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

_MOST_UNPACKED = 2 * 1024**3
"""A workbook is a zip; what unpacks to more than this is an attack or not for this way in."""


class SheetTable(Table):
    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        _check_size(file)
        first = next(self._records(), None)
        if first is None:
            raise UnreadableFile(FileProblem.EMPTY)
        self.header = name_columns(first)

    def rows(self, columns: Collection[str] | None = None) -> Iterator[Row]:
        """Walk the rows; all columns are read in any case."""
        records = self._records()
        next(records, None)
        for number, values in enumerate(records, start=2):
            row = build_row(number, self.header, values)
            if row is not None:
                yield row

    def _records(self) -> Iterator[tuple[Any, ...]]:
        """:raises UnreadableFile: if the workbook is damaged, as far as it is read"""
        self.file.seek(0)
        try:
            book = heavy.openpyxl().load_workbook(self.file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # Some writers state the size wrongly, and rows would be cut off.
            sheet.reset_dimensions()
            yield from sheet.iter_rows(values_only=True)
        except UnreadableFile:
            raise
        except Exception as error:  # a damaged workbook fails in as many ways as XML and zip have
            raise UnreadableFile(FileProblem.NOT_A_TABLE) from error


def _check_size(file: IO[bytes]) -> None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile(FileProblem.NOT_A_TABLE) from error
    if unpacked > _MOST_UNPACKED:
        raise UnreadableFile(FileProblem.TOO_LARGE)
