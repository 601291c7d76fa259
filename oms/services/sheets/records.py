"""Rows that each stand for one record: compare with what is stored, and save the difference."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from oms.services.sheets.columns import Column
from oms.services.sheets.kinds import Fate, Groups, Row, flat

Say = Callable[[str, Any], str]
"""Writes a stored value for people, given its column's name."""


def say_plainly(value: Any) -> str:
    """Write a stored value for people."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "—" if value in (None, "") else str(value)


def settle(
    row: Row,
    *,
    existing: Model | None,
    fresh: Callable[[], Model],
    fields: Mapping[str, Any],
    say: Say | None = None,
) -> None:
    """Compare a row with the record it names; ``fresh`` makes one that is not there yet.

    Only what the file tells is compared: ``fields`` are the model's columns and their values.
    """
    if existing is None:
        target = fresh()
        for name, value in fields.items():
            setattr(target, name, value)
        row.target, row.fate = target, Fate.NEW
        return
    for name, value in fields.items():
        before = getattr(existing, name)
        if before != value:
            label = getattr(existing._meta.get_field(name), "verbose_name", name)
            old, new = ((say(name, it) if say else say_plainly(it)) for it in (before, value))
            row.changes.append(f"{label}: {old} → {new}")
            row.fields.append(name)
            setattr(existing, name, value)
    row.target = existing
    row.fate = Fate.CHANGED if row.fields else Fate.UNCHANGED


def save_all(groups: Groups) -> None:
    """Save every row's record by itself: only that is written into the audit log."""
    for row in flat(groups):
        if row.target is None or not row.moves_something:
            continue
        if row.fate is Fate.NEW:
            row.target.save(force_insert=True)
        else:
            row.target.save(update_fields=row.fields)


def refuse_without(row: Row, *, column: Column) -> None:
    """Refuse a new record that lacks what every record must have."""
    if not row.values.get(column.key):
        text = _("%(column)s is empty, and a new entry needs it")
        row.refuse(text % {"column": column.title})
