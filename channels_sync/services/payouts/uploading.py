"""Bring a statement: kept once, looked at, its columns said, started."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import PurePath

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.payouts.entries import Entry, UnreadableRow, entries_of
from channels_sync.connectors.payouts.guess import guess, preset_of
from channels_sync.connectors.payouts.opening import open_statement
from channels_sync.connectors.payouts.options import MalformedPayoutOptions, PayoutOptions
from channels_sync.models import PayoutRow, PayoutStatement
from channels_sync.services.payouts.rights import require_act
from channels_sync.services.payouts.running import KIND, nudge_work
from channels_sync.services.payouts.troubles import problem_text
from oms.models import Job, Store, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.uploads import drop_files
from oms.tables.cells import Row, one_line

_LOOKED_AT = 200
_EXAMPLES = 6
_KEEP_UNUSED = timedelta(days=1)


class ColumnsMissing(Refusal):
    message = _("Say which column holds the order number, which the time and which the amount.")


class AlreadyRead(Refusal):
    message = _("This statement was read already.")


@dataclass(frozen=True, slots=True)
class Glance:
    """The head of a statement: its columns and its first rows."""

    header: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Example:
    """A row as it would be read: its entries with what each is, or why it cannot be."""

    row: int
    entries: list[tuple[Entry, str]]
    trouble: str = ""


@atomic_service
def upload(
    store_id: int, *, file: "File[bytes]", actor: User, now: datetime
) -> tuple[PayoutStatement, bool]:
    """Keep a file until it is started; return it, and whether it is new to the store.

    :raises NotAllowed: if the person may not work on the store's payouts
    :raises UnusableTable: if the file is no table
    """
    store = lock_row(Store, store_id)
    require_act(actor, store=store)
    digest = _digest(file)
    known = PayoutStatement.objects.filter(store=store, digest=digest).first()
    if known is not None:
        return known, False
    open_statement(file)
    label = one_line(PurePath(file.name or "").name)[:200]
    job = Job(
        kind=KIND,
        label=label,
        params={"store_id": store_id},
        created_by=actor,
        created_at=now,
    )
    file.seek(0)
    job.input_file.save("statement", file, save=False)
    job.save()
    statement = PayoutStatement.objects.create(
        store=store, job=job, label=label, digest=digest, uploaded_by=actor, uploaded_at=now
    )
    return statement, True


def glance(statement: PayoutStatement) -> Glance:
    """Read the head of the file.

    :raises AlreadyRead: if the file is gone, because it was read
    """
    if not statement.job.input_file:
        raise AlreadyRead
    with statement.job.input_file.open("rb") as file:
        table = open_statement(file)
        return Glance(table.names, list(islice(table.rows(), _LOOKED_AT)))


def suggested(store: Store, *, seen: Glance, preset: str = "") -> PayoutOptions:
    """Return how the store's last statement of these columns was read, else a guess."""
    earlier = PayoutStatement.objects.filter(store=store).exclude(options={}).order_by("-pk")
    for statement in () if preset else earlier[:20]:
        options = PayoutOptions.from_json(statement.options)
        if set(options.columns.values()) <= set(seen.header):
            return options
    return guess(
        seen.header,
        rows=seen.rows,
        preset=preset_of(preset),
        timezone=store.timezone,
        currency=store.currency,
    )


def examples(seen: Glance, *, options: PayoutOptions) -> list[Example]:
    """Read the first rows the way the run would."""
    found = (_example(row, options) for row in seen.rows)
    return list(islice((one for one in found if one.entries or one.trouble), _EXAMPLES))


def _example(row: Row, options: PayoutOptions) -> Example:
    try:
        entries = entries_of(row, options)
        return Example(row.number, [(one, _kind_label(one)) for one in entries])
    except UnreadableRow as error:
        return Example(row.number, [], problem_text(error.problem))


def _kind_label(entry: Entry) -> str:
    return str(PayoutRow.Kind(str(entry.kind)).label)


@atomic_service
def start(statement_id: int, *, options: PayoutOptions, actor: User, now: datetime) -> Job:
    """Read a statement that was uploaded, by these options.

    :raises ColumnsMissing: if they do not say where order number, time and amount stand
    :raises AlreadyRead: if it was started before
    """
    statement = lock_row(PayoutStatement, statement_id)
    require_act(actor, store=statement.store)
    try:
        options.check()
    except MalformedPayoutOptions as error:
        raise ColumnsMissing from error
    if statement.options:
        raise AlreadyRead
    statement.options = options.to_json()
    statement.save(update_fields=["options"])
    job = statement.job
    job.params["started_at"] = now.isoformat()
    job.save(update_fields=["params"])
    nudge_work()
    return job


@atomic_service
def throw_unused_away(*, now: datetime) -> int:
    """Delete uploads that nobody started within a day; return how many."""
    old = PayoutStatement.objects.filter(options={}, uploaded_at__lt=now - _KEEP_UNUSED)
    # Locked like a start: what somebody starts in this moment is in use.
    rows = list(old.select_related("job").order_by("pk").select_for_update(of=("self",)))
    drop_files([row.job_id for row in rows])
    for row in rows:
        row.delete()
        row.job.delete()
    return len(rows)


def _digest(file: "File[bytes]") -> str:
    file.seek(0)
    digest = hashlib.sha256()
    chunks: Iterable[bytes] = file.chunks()
    for chunk in chunks:
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
