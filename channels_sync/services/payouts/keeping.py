"""Read a statement page by page and keep every entry exactly once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from channels_sync.connectors import exact
from channels_sync.connectors.payouts.entries import (
    Entry,
    RowProblem,
    UnreadableRow,
    entries_of,
    is_end,
)
from channels_sync.connectors.payouts.options import PayoutOptions
from channels_sync.models import PayoutRow, PayoutStatement
from oms import bulk
from oms.tables.table import Table

PAGE = 500
"""SQLite locks the whole database while a page is written."""
_SHOWN_FAULTS = 200


@dataclass(slots=True)
class Page:
    """``end`` is the number of the last row; entries come with their identities."""

    end: int = 0
    rows: int = 0
    entries: list[tuple[str, Entry]] = field(default_factory=list)
    faults: list[tuple[int, RowProblem]] = field(default_factory=list)


def pages(table: Table, *, options: PayoutOptions) -> Iterator[Page]:
    """Walk a statement in pages, always the same ones.

    An entry without a transaction number is known by what it says; one that stands there twice is
    two, so it is counted too.
    """
    seen: Counter[bytes] = Counter()
    page = Page()
    for row in table.rows():
        if is_end(row):
            break
        page.end, page.rows = row.number, page.rows + 1
        try:
            found = entries_of(row, options)
        except UnreadableRow as error:
            page.faults.append((row.number, error.problem))
            found = []
        page.entries += [(_identity(entry, seen), entry) for entry in found]
        if page.rows >= PAGE:
            yield page
            page = Page()
    if page.rows:
        yield page


def _identity(entry: Entry, seen: Counter[bytes]) -> str:
    content = entry.content()[:12]
    if entry.transaction_no:
        return content.hex()
    seen[content] += 1
    return f"{content.hex()}.{seen[content]}"[:32]


def keep_page(statement: PayoutStatement, *, page: Page) -> None:
    """Write the entries that are new to the store, and add the page to the statement's sums.

    The caller holds the statement's row and saves it, both in one transaction.
    """
    zone = ZoneInfo(statement.store.timezone)
    wanted = dict(page.entries)
    known = set(
        PayoutRow.objects.filter(store=statement.store_id, identity__in=wanted).values_list(
            "identity", flat=True
        )
    )
    fresh = [
        _row(statement, identity, entry, zone)
        for identity, entry in wanted.items()
        if identity not in known
    ]
    bulk.insert(fresh)
    statement.entries += len(page.entries)
    statement.known += len(page.entries) - len(fresh)
    statement.faulty += len(page.faults)
    _add_up(statement, page, zone)


def _row(statement: PayoutStatement, identity: str, entry: Entry, zone: ZoneInfo) -> PayoutRow:
    return PayoutRow(
        statement_id=statement.pk,
        store_id=statement.store_id,
        identity=identity,
        row=entry.row,
        order_no=entry.order_no,
        transaction_no=entry.transaction_no,
        kind=str(entry.kind),
        amount=entry.amount,
        currency=entry.currency,
        at=entry.at,
        day=entry.at.astimezone(zone).date(),
        word=entry.word,
    )


def _add_up(statement: PayoutStatement, page: Page, zone: ZoneInfo) -> None:
    result: dict[str, Any] = statement.result
    sums = result.setdefault("sums", {})
    for _identity_of, entry in page.entries:
        before = Decimal(sums.get(entry.kind, "0"))
        sums[str(entry.kind)] = str(exact.add(before, entry.amount))
    problems = result.setdefault("problems", {})
    shown = result.setdefault("faults", [])
    for number, problem in page.faults:
        problems[str(problem)] = problems.get(str(problem), 0) + 1
        if len(shown) < _SHOWN_FAULTS:
            shown.append([number, str(problem)])
    days = _days([entry for _identity_of, entry in page.entries], zone)
    told = [*days, *filter(None, (statement.first_day, statement.last_day))]
    if told:
        statement.first_day, statement.last_day = min(told), max(told)


def _days(entries: Sequence[Entry], zone: ZoneInfo) -> list[date]:
    return [entry.at.astimezone(zone).date() for entry in entries]
