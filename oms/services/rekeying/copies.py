"""Fingerprints of a sender's phone that stand beside no phone: made anew by way of the receivers.

A return knows its sender by fingerprint and last digits only. Receivers with these last digits are
opened; whose old fingerprint it is, his new one it becomes. A sender whom no receiver is (a number
typed at the dock) keeps the old one, and is found by it as long as its key is listed.
"""

from collections.abc import Collection, Iterator, Sequence

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from oms.models import Receiver
from oms.models.locking import atomic_service
from oms.privacy.fingerprint import phone_fingerprints
from oms.privacy.keys import index_keys
from oms.services.rekeying.marks import readable
from oms.services.rekeying.tally import Progress, Tally, quiet
from oms.services.rekeying.versions import count_versions, older

COLUMN, TAIL = "sender_phone_fingerprint", "sender_phone_tail"
Row = tuple[int, str, str]
"""Primary key, fingerprint, last digits."""


def copies() -> list[type[Model]]:
    """Return the models that know a sender by his phone's fingerprint."""
    return [model for model in apps.get_models() if _has(model, COLUMN) and _has(model, TAIL)]


def reindex_copies(
    model: type[Model], *, batch: int, dry_run: bool, progress: Progress = quiet
) -> Tally:
    """Make a model's fingerprints of senders anew, or count the old ones."""
    tally = Tally(f"{model._meta.label}.{COLUMN}")
    for rows in () if dry_run else _pages(model, size=batch):
        tally.done += _replace(model, rows)
        progress(tally.column)
    tally.versions = count_versions(model, column=COLUMN)
    return tally


def _pages(model: type[Model], *, size: int) -> Iterator[list[Row]]:
    rows = model._base_manager.filter(older(COLUMN)).order_by("pk")
    named = rows.values_list("pk", COLUMN, TAIL)
    page = list(named[:size])
    while page:
        yield page
        page = list(named.filter(pk__gt=page[-1][0])[:size])


@atomic_service
def _replace(model: type[Model], rows: Sequence[Row]) -> int:
    known = _translated({tail for _pk, _print, tail in rows if tail})
    return sum(
        model._base_manager.filter(pk=pk, **{COLUMN: old}).update(**{COLUMN: known[old]})
        for pk, old, _tail in rows
        if old in known
    )


def _translated(tails: Collection[str]) -> dict[str, str]:
    """Map the old fingerprints of all receivers with these last digits to the newest."""
    found: dict[str, str] = {}
    wanted = Receiver.objects.filter(phone_tail__in=tails).exclude(phone_fingerprint="")
    for receiver in readable(wanted.only("phone").order_by("pk")):
        newest, *rest = phone_fingerprints(receiver.phone, index_keys()) or ("",)
        found |= dict.fromkeys(rest, newest)
    return found


def _has(model: type[Model], name: str) -> bool:
    try:
        return model._meta.get_field(name) is not None
    except FieldDoesNotExist:
        return False
