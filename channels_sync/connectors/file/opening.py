"""Open a file of orders: far larger than a list, because a shop brings years of them."""

from typing import IO

from oms.tables.limits import Limits
from oms.tables.opening import open_table
from oms.tables.table import Table

ORDER_FILES = Limits(megabytes=8192, unpacked=2048, rows=20_000_000)
"""For the command on the host; what may be uploaded is less."""


def open_orders(file: IO[bytes]) -> Table:
    """:raises UnusableTable: if the file is no table, damaged, too large or made to do harm"""
    return open_table(file, limits=ORDER_FILES)
