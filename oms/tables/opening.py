"""Open a file as the table that it is, by its first bytes and not by its name."""

import io
from typing import IO

from oms.tables.columnar import columnar
from oms.tables.delimited import delimited
from oms.tables.limits import MEGABYTE, Limits
from oms.tables.problems import EmptyFile, FileTooLarge, OldExcel
from oms.tables.table import IsHeader, Table
from oms.tables.workbook import workbook

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_KINDS = {b"PK\x03\x04": workbook, b"PAR1": columnar}


def open_table(file: IO[bytes], *, limits: Limits, is_header: IsHeader | None = None) -> Table:
    """Return the table in a seekable binary file.

    :raises UnusableTable: if it is none, damaged, in an unknown encoding, too large, or made to do
        harm
    """
    if file.seek(0, io.SEEK_END) > limits.megabytes * MEGABYTE:
        raise FileTooLarge(megabytes=limits.megabytes)
    file.seek(0)
    head = file.read(4)
    if not head:
        raise EmptyFile
    if head == _OLD_EXCEL:
        raise OldExcel
    read = _KINDS.get(head, delimited)
    return Table(read(file, limits=limits), limits=limits, is_header=is_header)
