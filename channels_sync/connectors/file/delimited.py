"""CSV as shops export it: UTF-8 with or without a mark, GB 18030, or Excel's UTF-16."""

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from typing import IO

from channels_sync.connectors.file.tables import (
    FileProblem,
    Table,
    UnreadableFile,
    build_row,
    name_columns,
)
from channels_sync.dto import Row

_CHUNK = 1 << 20
_DELIMITERS = ",;\t|"
_LONGEST_CELL = 1 << 20
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet's formula begins; writers put an apostrophe in front of them."""
_ESCAPED = tuple(f"'{start}" for start in FORMULA_STARTS)


class DelimitedTable(Table):
    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        csv.field_size_limit(_LONGEST_CELL)
        self.encoding = detect_encoding(file)
        self.delimiter = self._detect_delimiter()
        first = next(self._records(), None)
        if first is None:
            raise UnreadableFile(FileProblem.EMPTY)
        self.header = name_columns(first)

    def rows(self, columns: Collection[str] | None = None) -> Iterator[Row]:
        """Walk the rows; all columns are read in any case."""
        records = self._records()
        next(records, None)
        for number, values in enumerate(records, start=2):
            plain = [cell[1:] if cell.startswith(_ESCAPED) else cell for cell in values]
            row = build_row(number, self.header, plain)
            if row is not None:
                yield row

    def _records(self) -> Iterator[list[str]]:
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, encoding=self.encoding, newline="")
        try:
            yield from csv.reader(text, delimiter=self.delimiter)
        except csv.Error as error:
            raise UnreadableFile(FileProblem.NOT_A_TABLE) from error
        finally:
            text.detach()

    def _detect_delimiter(self) -> str:
        self.file.seek(0)
        line = self.file.readline(_LONGEST_CELL).decode(self.encoding, "ignore")
        return max(_DELIMITERS, key=lambda mark: len(next(csv.reader([line], delimiter=mark), [])))


def detect_encoding(file: IO[bytes]) -> str:
    """Return the encoding in which the whole file can be read.

    :raises UnreadableFile: if it is none of those that shops use
    """
    file.seek(0)
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        if _is_readable(file, encoding):
            return encoding
    raise UnreadableFile(FileProblem.ENCODING)


def _is_readable(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
