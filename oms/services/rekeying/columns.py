"""Sealed columns of every model: found in the models, opened and sealed anew batch by batch.

Nothing is locked while a batch is opened. A value is replaced only if it still is the one that was
opened: what the shop saves meanwhile is under the newest key already, and stays.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import (
    BinaryField,
    Count,
    Expression,
    ExpressionWrapper,
    F,
    Model,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Substr

from oms.models.locking import atomic_service
from oms.privacy.cipher import UndecryptableValue
from oms.privacy.fields import SealedField
from oms.privacy.keys import keyring
from oms.services.rekeying.tally import Progress, Tally, quiet

Sealed = SealedField[Any, Any]
Row = tuple[Any, ...]
"""The primary key, then the stored bytes of each column."""
NOTHING: Final = b""
_PASSES: Final = 3


@dataclass(frozen=True, slots=True)
class Table:
    """A model and its sealed columns."""

    model: type[Model]
    fields: Sequence[Sealed]

    def tallies(self) -> list[Tally]:
        return [Tally(f"{self.model._meta.label}.{field.name}") for field in self.fields]


def sealed_tables() -> list[Table]:
    """Return every table that holds anything sealed, in the order of the apps."""
    found = []
    for model in apps.get_models():
        fields = [field for field in model._meta.local_fields if isinstance(field, SealedField)]
        if fields and model._meta.managed and not model._meta.proxy:
            found.append(Table(model, fields))
    return found


def reseal(table: Table, *, batch: int, progress: Progress = quiet) -> list[Tally]:
    """Seal what is under older keys anew; killed, it goes on where it stopped."""
    tallies = table.tallies()
    # What the shop wrote in the very moment is looked at once more.
    for _pass in range(_PASSES):
        passed = 0
        for tally in tallies:
            tally.unreadable, tally.rows = 0, []
        for rows in _batches(table, size=batch):
            passed += _replace(table, rows, tallies=tallies)
            progress(table.model._meta.label)
        if not passed:
            break
    _count(table, tallies)
    return tallies


def look(table: Table) -> list[Tally]:
    """Count what would be sealed anew."""
    tallies = table.tallies()
    _count(table, tallies)
    current = keyring().current
    for tally in tallies:
        tally.done = tally.left(current)
    return tallies


def _batches(table: Table, *, size: int) -> Iterator[list[Row]]:
    """Yield rows with an older key, the newest first: those are the ones that are worked on."""
    older = Q()
    for field in table.fields:
        older |= Q(**{f"{_head(field)}__isnull": False}) & ~Q(**{_head(field): _newest()})
    rows = _with_bytes(table).filter(older).order_by("-pk")
    names = [_raw(field) for field in table.fields]
    page = list(rows.values_list("pk", *names)[:size])
    while page:
        yield page
        page = list(rows.filter(pk__lt=page[-1][0]).values_list("pk", *names)[:size])


@atomic_service
def _replace(table: Table, rows: Sequence[Row], *, tallies: Sequence[Tally]) -> int:
    """Seal a batch anew; return how many rows were changed by somebody since they were read."""
    passed = 0
    booked: list[tuple[Tally, bool, int]] = []
    # By id, as everybody locks them.
    for pk, *blobs in sorted(rows, key=lambda row: row[0]):
        opened = [_open(field, blob) for field, blob in zip(table.fields, blobs, strict=True)]
        fresh = {field.name: blob for field, blob in zip(table.fields, opened, strict=True) if blob}
        was = {
            _raw(field): bytes(blob)
            for field, blob in zip(table.fields, blobs, strict=True)
            if field.name in fresh
        }
        if fresh and not _write(table, pk, was=was, fresh=fresh):
            passed += 1
            continue
        booked += [
            (tally, bool(blob), pk)
            for tally, blob in zip(tallies, opened, strict=True)
            if blob != NOTHING
        ]
    for tally, is_done, pk in booked:
        tally.done += is_done
        if not is_done:
            tally.refuse(pk)
    return passed


def _open(field: Sealed, blob: Any) -> bytes | None:
    """Return a value sealed anew, NOTHING if it need not be, None if it cannot be read."""
    ring = keyring()
    if blob is None or not ring.needs_rekey(bytes(blob)):
        return NOTHING
    try:
        return ring.rekey(bytes(blob), field.context)
    except UndecryptableValue:
        return None


def _write(table: Table, pk: int, *, was: dict[str, bytes], fresh: dict[str, bytes]) -> bool:
    columns = {name: Value(blob, output_field=BinaryField()) for name, blob in fresh.items()}
    return bool(_with_bytes(table).filter(pk=pk, **was).update(**columns))


def _count(table: Table, tallies: Sequence[Tally]) -> None:
    for field, tally in zip(table.fields, tallies, strict=True):
        heads = _with_bytes(table).filter(**{f"{_head(field)}__isnull": False})
        counted = heads.order_by().values_list(_head(field)).annotate(Count("pk"))
        tally.versions = Counter({_version(head): count for head, count in counted})


def _with_bytes(table: Table) -> "QuerySet[Any]":
    """Read past the fields, which would open what they read."""
    rows: QuerySet[Any] = table.model._base_manager.all()
    for field in table.fields:
        raw = ExpressionWrapper(F(field.name), output_field=BinaryField())
        rows = rows.annotate(**{_raw(field): raw, _head(field): _first_byte(raw)})
    return rows


def _first_byte(raw: Expression) -> Expression:
    return Substr(raw, 1, 1, output_field=BinaryField())


def _raw(field: Sealed) -> str:
    return f"stored_{field.name}"


def _head(field: Sealed) -> str:
    return f"head_{field.name}"


def _newest() -> bytes:
    return bytes([keyring().current])


def _version(head: Any) -> int:
    """0 for a value that is empty: nothing that was ever sealed."""
    return bytes(head)[0] if head else 0
