"""Open a file as the table that it is, by its first bytes and not by its name."""

from typing import IO

from channels_sync.connectors.file.columnar import ColumnarTable
from channels_sync.connectors.file.delimited import DelimitedTable
from channels_sync.connectors.file.sheet import SheetTable
from channels_sync.connectors.file.tables import FileProblem, Table, UnreadableFile

_ZIP, _PARQUET = b"PK\x03\x04", b"PAR1"


def open_table(file: IO[bytes]) -> Table:
    """Return the table in a seekable binary file.

    :raises UnreadableFile: if it is empty, in an unknown encoding, or damaged
    """
    file.seek(0)
    head = file.read(4)
    if not head:
        raise UnreadableFile(FileProblem.EMPTY)
    if head == _ZIP:
        return SheetTable(file)
    if head == _PARQUET:
        return ColumnarTable(file)
    return DelimitedTable(file)
