"""XLSX: the first sheet, read as a stream."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO

from oms.tables import heavy
from oms.tables.cells import shortened
from oms.tables.limits import MEGABYTE, Limits
from oms.tables.problems import NotATable, UnpacksTooLarge, UnusableTable
from oms.tables.table import Records

_MOST_SQUEEZED = 100
"""A workbook is a zip; one that unpacks to a hundred times its size is made to do harm."""
_KEPT_DIGITS = 10**15
"""Excel keeps fifteen digits of a number; of a longer one the last digits are made up."""


def workbook(file: IO[bytes], *, limits: Limits) -> Records:
    """Return what walks the lines of the first sheet.

    :raises UnusableTable: if it is no zip, or one that unpacks to too much
    """
    _check_archive(file, limits)
    return lambda: _walk(file, limits.columns)


def _check_archive(file: IO[bytes], limits: Limits) -> None:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise NotATable from error
    if unpacked > min(limits.unpacked * MEGABYTE, max(size * _MOST_SQUEEZED, MEGABYTE)):
        raise UnpacksTooLarge


def _walk(file: IO[bytes], columns: int) -> Iterator[Sequence[object]]:
    """:raises NotATable: if the workbook is damaged, as far as it is read"""
    file.seek(0)
    try:
        book = heavy.openpyxl().load_workbook(
            file, read_only=True, data_only=True, keep_links=False
        )
        sheet = book.worksheets[0]
        # Some writers state the size wrongly, and rows would be cut off.
        sheet.reset_dimensions()
        for values in sheet.iter_rows(max_col=columns, values_only=True):
            yield [_honest(value) for value in values]
    except UnusableTable:
        raise
    except Exception as error:  # a damaged workbook fails in as many ways as XML and zip have
        raise NotATable from error


def _honest(value: object) -> object:
    """Give back a whole number that is longer than Excel's in its short form."""
    if isinstance(value, int | float) and abs(value) >= _KEPT_DIGITS:
        return shortened(value)
    return value
