"""What the columns of a store's files mean: looked at, guessed, shown by examples, remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from channels_sync.connectors import exact
from channels_sync.connectors.file.grouping import group_of_rows
from channels_sync.connectors.file.guess import guess_columns, guess_date_format, reads_times
from channels_sync.connectors.file.opening import open_orders
from channels_sync.dto import (
    ImportField,
    ImportOptions,
    IncomingCancellation,
    Unreadable,
)
from channels_sync.models import ImportMapping
from channels_sync.services import troubles
from channels_sync.services.imports.jobs import RIGHT
from channels_sync.services.reading import read_group
from oms.access.checks import require
from oms.models import Job, Store, User
from oms.models.locking import atomic_service
from oms.rules.incoming import faults_of
from oms.services.orders.faults import FaultyOrder
from oms.services.uploads import FileGone
from oms.tables.cells import Row, text_of

_LOOKED_AT = 300
_EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Glance:
    """The head of a file: its columns and its first rows."""

    header: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Example:
    """How one order of the file would be read; ``trouble`` says why it would not."""

    number: str
    at: datetime | None = None
    lines: int = 0
    amount: str = ""
    buyer: bool = False
    is_cancellation: bool = False
    trouble: str = ""


def glance(job: Job) -> Glance:
    """Read the head of an uploaded file.

    :raises FileGone: if the file was thrown away
    :raises UnusableTable: if it cannot be read
    """
    if not job.input_file:
        raise FileGone
    with job.input_file.open("rb") as file:
        table = open_orders(file)
        return Glance(table.names, list(islice(table.rows(), _LOOKED_AT)))


def fitting(store: Store, *, header: Sequence[str]) -> ImportMapping | None:
    """Return the mapping of the store used last whose columns the file has."""
    for mapping in ImportMapping.objects.filter(store=store).order_by("-updated_at", "-pk"):
        columns = ImportOptions.from_json(mapping.options).columns.values()
        if set(columns) <= set(header):
            return mapping
    return None


def stored_form(mapping: ImportMapping, *, seen: Glance) -> dict[str, Any]:
    """Return the mapping's options with every default filled in.

    Where this file writes its times in another way than the one before, that is guessed anew.
    """
    options = ImportOptions.from_json(mapping.options)
    if not reads_times(seen.rows, options):
        options = replace(options, date_format=guess_date_format(seen.rows, options))
    return options.to_json()


def guess(store: Store, *, seen: Glance) -> dict[str, Any]:
    """Return options in their stored form, as far as they can be guessed: perhaps not complete."""
    columns = guess_columns(seen.header)
    draft = ImportOptions(columns=columns, timezone=store.timezone, currency=store.currency)
    return replace(draft, date_format=guess_date_format(seen.rows, draft)).to_json()


def examples(seen: Glance, *, options: ImportOptions, now: datetime) -> list[Example]:
    """Read the first orders of the file the way the import would."""
    column = options.columns[ImportField.ORDER_NO]
    by_number: dict[str, list[Row]] = {}
    for row in seen.rows:
        by_number.setdefault(text_of(row.cells.get(column)), []).append(row)
    first = islice(by_number.items(), _EXAMPLES)
    return [_example(number, rows, options, now=now) for number, rows in first]


def _example(number: str, rows: list[Row], options: ImportOptions, *, now: datetime) -> Example:
    group = group_of_rows(number, rows, options)
    try:
        told = read_group(group, options=options, now=now)
    except Unreadable as error:
        return Example(number, trouble=troubles.of_unreadable(error).explanation)
    amount = ", ".join(
        f"{currency} {exact.grouped(sum_)}" for currency, sum_ in group.sums.money.items()
    )
    if isinstance(told, IncomingCancellation):
        at, has_buyer, is_back = told.cancelled_at, bool(told.buyer_ref), True
        faults = []
    else:
        at, has_buyer, is_back = told.ordered_at, told.buyer is not None, False
        faults = faults_of(told)
    trouble = str(FaultyOrder(faults)) if faults else ""
    return Example(number, at, len(told.lines), amount, has_buyer, is_back, trouble)


@atomic_service
def remember(
    store_id: int, *, name: str, options: Mapping[str, Any], actor: User, now: datetime
) -> ImportMapping:
    """Keep a mapping under its name; one of the same name in the store is changed.

    :raises NotAllowed: if the person may not import orders of the store
    :raises ValidationError: if the options are not usable
    """
    store = Store.objects.get(pk=store_id)
    require(actor, RIGHT, store)
    rows = ImportMapping.objects.select_for_update().filter(store=store, name=name)
    mapping = rows.first() or ImportMapping(store=store, name=name)
    mapping.options, mapping.updated_at = dict(options), now
    mapping.full_clean(validate_unique=False, validate_constraints=False)
    mapping.save()
    return mapping
