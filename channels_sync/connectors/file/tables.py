"""A file as a table of named columns, whatever its kind, that can be walked more than once."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import IO

from channels_sync.connectors.file.cells import normalise
from channels_sync.dto import Row

EXTRA = "(extra)"
"""Under this name stands what a row has beyond its last named column: usually it is shifted."""


class FileProblem(StrEnum):
    """Why a file is no table; the words for people stand in services."""

    EMPTY = "empty"
    ENCODING = "encoding"
    NOT_A_TABLE = "not_a_table"
    TOO_LARGE = "too_large"
    MISSING_COLUMN = "missing_column"


class UnreadableFile(Exception):
    """``where`` is a column name or nothing, never the content of a cell."""

    def __init__(self, problem: FileProblem, where: str = "") -> None:
        super().__init__(f"{problem}: {where}")
        self.problem = problem
        self.where = where


class Table(ABC):
    """``header`` holds the column names, each once; a column without a name gets its number."""

    header: tuple[str, ...]

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    @abstractmethod
    def rows(self, columns: Collection[str] | None = None) -> Iterator[Row]:
        """Walk the rows from the first one; with ``columns``, others may be left out.

        Rows without any content are left out but counted in the numbers.

        :raises UnreadableFile: where the file breaks off
        """

    def require(self, columns: Iterable[str]) -> None:
        """:raises UnreadableFile: naming the first column that the file does not have"""
        for column in columns:
            if column not in self.header:
                raise UnreadableFile(FileProblem.MISSING_COLUMN, column)


def name_columns(first_row: Sequence[object]) -> tuple[str, ...]:
    """Return a name for every column; a second one of the same name is told apart by number.

    :raises UnreadableFile: if no column has a name
    """
    texts = ["" if value is None else str(value).strip() for value in first_row]
    while texts and not texts[-1]:
        texts.pop()
    if not any(texts):
        raise UnreadableFile(FileProblem.EMPTY)
    names: list[str] = []
    for position, text in enumerate(texts, start=1):
        name = text or f"column {position}"
        names.append(name if name not in names else f"{name} ({position})")
    return tuple(names)


def build_row(number: int, header: Sequence[str], values: Sequence[object]) -> Row | None:
    """Return the row, or None if it is blank."""
    cells = {
        name: cell
        for name, value in zip(header, values, strict=False)
        if (cell := normalise(value)) is not None
    }
    beyond = [cell for value in values[len(header) :] if (cell := normalise(value)) is not None]
    if beyond:
        cells[EXTRA] = " | ".join(map(str, beyond))
    return Row(number, cells) if cells else None
