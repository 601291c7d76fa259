"""Open a statement: its column names may stand below lines about the account."""

from typing import IO

from channels_sync.connectors.payouts.guess import is_header
from oms.tables.limits import Limits
from oms.tables.opening import open_table
from oms.tables.table import Table

STATEMENTS = Limits(megabytes=200, unpacked=1024, rows=2_000_000)


def open_statement(file: IO[bytes]) -> Table:
    """:raises UnusableTable: if the file is no table, damaged, too large or made to do harm"""
    return open_table(file, limits=STATEMENTS, is_header=is_header)
