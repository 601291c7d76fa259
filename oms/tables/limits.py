"""How much of a file is read before it is refused. Pure."""

from dataclasses import dataclass

MEGABYTE = 1 << 20
LONGEST_CELL = 32_767
"""Letters in a cell: as many as Excel keeps."""
MOST_BLANK_LINES = 1_048_576
"""As many lines as Excel has; a file may claim any number of empty ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """``unpacked``: what a workbook, which is a zip, may come to. Sizes are in megabytes."""

    megabytes: int
    unpacked: int
    rows: int
    columns: int = 500
