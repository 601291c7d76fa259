"""CSV as people export it: UTF-8 with or without a mark, GB 18030, or Excel's UTF-16."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO

from oms.tables.limits import LONGEST_CELL, MEGABYTE, Limits
from oms.tables.problems import NotATable, UnknownEncoding
from oms.tables.table import Records

_MARKS = ",;\t|"
_LOOKED_AT = 40


def delimited(file: IO[bytes], *, limits: Limits) -> Records:
    """Return what walks the lines of a CSV.

    :raises UnknownEncoding: if it is in none of those that people use
    """
    encoding = _encoding(file)
    mark = _mark(file, encoding)
    return lambda: _walk(file, encoding, mark, limits.columns)


def _walk(file: IO[bytes], encoding: str, mark: str, columns: int) -> Iterator[Sequence[object]]:
    csv.field_size_limit(LONGEST_CELL)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        for record in csv.reader(text, delimiter=mark):
            yield record[:columns]
    except (csv.Error, UnicodeDecodeError) as error:
        raise NotATable from error
    finally:
        text.detach()


def _encoding(file: IO[bytes]) -> str:
    file.seek(0)
    is_utf16 = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "gb18030"):
        if _is_readable(file, encoding):
            return encoding
    raise UnknownEncoding


def _is_readable(file: IO[bytes], encoding: str) -> bool:
    """Tell whether the whole file is text in this encoding; a NUL stands in no text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(MEGABYTE):
            if "\x00" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _mark(file: IO[bytes], encoding: str) -> str:
    """Return what separates the cells: told by the first line that anything separates."""
    file.seek(0)
    # Cut by bytes, the end may lie within a letter: what cannot be read of it is left out.
    head = file.read(LONGEST_CELL).decode(encoding, "ignore")
    for line in islice(head.splitlines(), _LOOKED_AT):
        widths = {mark: len(next(csv.reader([line], delimiter=mark), [])) for mark in _MARKS}
        best = max(_MARKS, key=lambda mark: widths[mark])
        if widths[best] > 1:
            return best
    return _MARKS[0]
