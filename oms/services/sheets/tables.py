"""A file as rows of text, whatever its kind, within limits, that can be walked more than once."""

import csv
import io
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import IO

from django.utils.translation import gettext_lazy as _

from oms.refusals import Refusal
from oms.services.sheets import heavy
from oms.services.sheets.cells import text_of

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 100
_MOST_UNPACKED = 150 * 1024 * 1024
_MOST_SQUEEZED = 100
"""A workbook is a zip; one that unpacks to a hundred times its size is made to do harm."""
_MOST_LINES = 1_048_576
"""As many lines as Excel has; a file may claim any number of empty ones."""
_LONGEST_CELL = 32_767
_CHUNK = 1 << 20
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t|"

Records = Callable[[], Iterator[Sequence[object]]]


class UnusableSheet(Refusal):
    """The file as a whole cannot be taken over; nothing of it was."""


class EmptyFile(UnusableSheet):
    message = _("The file is empty.")


class FileTooLarge(UnusableSheet):
    message = _("The file is larger than 20 MB. Split it.")


class UnpacksTooLarge(UnusableSheet):
    message = _("The workbook unpacks to far more than it should. Save it anew, or as CSV.")


class OldExcel(UnusableSheet):
    message = _("This is an Excel 97 file (.xls). Save it as .xlsx and upload that.")


class NotATable(UnusableSheet):
    message = _("The file is neither a readable Excel workbook (.xlsx) nor CSV.")


class UnknownEncoding(UnusableSheet):
    message = _("The text's encoding is unknown. Save it as “CSV UTF-8” or as .xlsx.")


class TooManyRows(UnusableSheet):
    message = _("The file has more than 100,000 rows. Split it.")


class Sheet:
    """``header`` is the first row; ``rows`` walks the others from the start each time."""

    def __init__(self, records: Records) -> None:
        self._records = records
        first = next(iter(records()), None)
        self.header = tuple(_texts(first or ()))
        if not self.header:
            raise EmptyFile

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number (the header is row 1) and the texts of every row that is not blank.

        :raises UnusableSheet: where the file breaks off or goes beyond the limits
        """
        filled = 0
        for number, cells in enumerate(self._records(), start=1):
            if number > _MOST_LINES:
                raise TooManyRows
            if number == 1:
                continue
            texts = _texts(cells)
            if not texts:
                continue
            filled += 1
            if filled > MOST_ROWS:
                raise TooManyRows
            yield number, texts


def _texts(cells: Sequence[object]) -> list[str]:
    """Return the texts up to the last one that is not empty."""
    texts = [text_of(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def open_sheet(file: IO[bytes]) -> Sheet:
    """Return the table in a seekable file, recognised by its first bytes and not by its name.

    :raises UnusableSheet: if it is none, damaged, too large or made to do harm
    """
    size = file.seek(0, io.SEEK_END)
    if size > MOST_BYTES:
        raise FileTooLarge
    file.seek(0)
    head = file.read(4)
    if not head:
        raise EmptyFile
    if head == _OLD_EXCEL:
        raise OldExcel
    if head == _ZIP:
        _check_archive(file, size)
        return Sheet(lambda: _workbook(file))
    encoding = _encoding(file)
    delimiter = _delimiter(file, encoding)
    return Sheet(lambda: _delimited(file, encoding, delimiter))


def _check_archive(file: IO[bytes], size: int) -> None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise NotATable from error
    if unpacked > min(_MOST_UNPACKED, max(size * _MOST_SQUEEZED, _CHUNK)):
        raise UnpacksTooLarge


def _workbook(file: IO[bytes]) -> Iterator[Sequence[object]]:
    file.seek(0)
    try:
        book = heavy.openpyxl().load_workbook(
            file, read_only=True, data_only=True, keep_links=False
        )
        sheet = book.worksheets[0]
        # Some writers state the size wrongly, and rows would be cut off.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    except UnusableSheet:
        raise
    except Exception as error:  # a damaged workbook fails in as many ways as XML and zip have
        raise NotATable from error


def _delimited(file: IO[bytes], encoding: str, delimiter: str) -> Iterator[Sequence[object]]:
    csv.field_size_limit(_LONGEST_CELL)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        for record in csv.reader(text, delimiter=delimiter):
            yield list(islice(record, MOST_COLUMNS))
    except (csv.Error, UnicodeDecodeError) as error:
        raise NotATable from error
    finally:
        text.detach()


def _encoding(file: IO[bytes]) -> str:
    file.seek(0)
    is_utf16 = file.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE)
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "gb18030"):
        if _is_readable(file, encoding):
            return encoding
    raise UnknownEncoding


def _is_readable(file: IO[bytes], encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            if "\x00" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _delimiter(file: IO[bytes], encoding: str) -> str:
    file.seek(0)
    # Cut by bytes, a line of UTF-16 ends within a letter: what cannot be read of it is left out.
    line = file.read(_LONGEST_CELL).decode(encoding, "ignore").splitlines()[:1]
    return max(_DELIMITERS, key=lambda mark: line[0].count(mark) if line else 0)
