"""Open a list that somebody brings, within the limits of lists."""

from typing import IO

from oms.tables.limits import Limits
from oms.tables.opening import open_table
from oms.tables.table import Table

LISTS = Limits(megabytes=20, unpacked=150, rows=100_000, columns=100)


def open_sheet(file: IO[bytes]) -> Table:
    """:raises UnusableTable: if the file is no table, damaged, too large or made to do harm"""
    return open_table(file, limits=LISTS)
