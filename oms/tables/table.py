"""A file as a table of named columns, whatever its kind, that can be walked more than once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from oms.tables.cells import EXTRA, Cell, Row, normalise, one_line, text_of
from oms.tables.limits import MOST_BLANK_LINES, Limits
from oms.tables.problems import EmptyFile, MissingColumn, TooManyRows

Records = Callable[[], Iterator[Sequence[object]]]
"""Begins a walk over all lines of a file, as its library gives them; the header is one of them."""
IsHeader = Callable[[Sequence[str]], bool]
"""Tells the line of column names, where a file has others above it."""
_HIGHEST_HEADER = 60


class Table:
    """``header`` holds the texts of the line of column names, which is the first one unless
    ``is_header`` finds another; ``names`` a name for each column, each once: a column without a
    text is called by its number."""

    def __init__(
        self, records: Records, *, limits: Limits, is_header: IsHeader | None = None
    ) -> None:
        self._records = records
        self._limits = limits
        self._header_at, self.header = self._find_header(is_header)
        if not self.header:
            raise EmptyFile
        self.names = _names(self.header)

    def _find_header(self, is_header: IsHeader | None) -> tuple[int, tuple[str, ...]]:
        """Return its line number and its texts; the first line if none is recognised."""
        first: tuple[str, ...] = ()
        for number, values in enumerate(islice(self._records(), _HIGHEST_HEADER), start=1):
            texts = tuple(_trimmed(one_line(text_of(normalise(value))) for value in values))
            if number == 1:
                first = texts
            if is_header is None or is_header(texts):
                return number, texts
        return 1, first

    def rows(self) -> Iterator[Row]:
        """Walk the rows from the first one, by column name; empty cells are left out.

        :raises UnusableTable: where the file breaks off or goes beyond the limits
        """
        width = len(self.names)
        for number, values in self._filled():
            cells = {
                name: cell
                for name, cell in zip(self.names, values, strict=False)
                if cell is not None
            }
            beyond = [str(cell) for cell in values[width:] if cell is not None]
            if beyond:
                cells[EXTRA] = " | ".join(beyond)
            yield Row(number, cells)

    def texts(self) -> Iterator[tuple[int, list[str]]]:
        """Walk the rows as their number and their texts in the order of ``header``.

        :raises UnusableTable: where the file breaks off or goes beyond the limits
        """
        for number, values in self._filled():
            texts = _trimmed(one_line(text_of(value)) for value in values)
            if texts:
                yield number, texts

    def require(self, names: Iterable[str]) -> None:
        """:raises MissingColumn: naming the first column that the file does not have"""
        for name in names:
            if name not in self.names:
                raise MissingColumn(where=name)

    def _filled(self) -> Iterator[tuple[int, list[Cell]]]:
        """Yield the rows that are not blank; blank ones are left out but counted in the numbers."""
        filled = 0
        for number, values in enumerate(self._records(), start=1):
            if number <= self._header_at:
                continue
            cells = [normalise(value) for value in values]
            if all(cell is None for cell in cells):
                if number - filled > MOST_BLANK_LINES:
                    raise self._too_many()
                continue
            filled += 1
            if filled > self._limits.rows:
                raise self._too_many()
            yield number, cells

    def _too_many(self) -> TooManyRows:
        return TooManyRows(rows=f"{self._limits.rows:,}")


def _trimmed(texts: Iterable[str]) -> list[str]:
    """Return the texts up to the last one that is not empty."""
    kept = list(texts)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _names(header: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    for position, text in enumerate(header, start=1):
        name = text or f"column {position}"
        names.append(name if name not in names else f"{name} ({position})")
    return tuple(names)
