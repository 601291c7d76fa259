"""Plan a page of groups: doubles in the file, what the database says, and who falls with whom."""

from collections import defaultdict
from collections.abc import Hashable

from django.utils.translation import gettext as _

from oms.services.sheets.kinds import Context, Groups, Row, Rows, SheetKind


def judge(kind: SheetKind, *, groups: Groups, context: Context) -> None:
    """Give every row of whole groups its fate; nothing is written."""
    for rows in groups:
        _refuse_doubles(kind, rows)
        _fall_together(rows)
    sound = [rows for rows in groups if not any(row.is_faulty for row in rows)]
    if sound:
        kind.plan(sound, context)
    for rows in sound:
        _fall_together(rows)


def _refuse_doubles(kind: SheetKind, rows: Rows) -> None:
    if len(rows) == 1:
        return
    same: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        same[tuple(row.values.get(name) for name in kind.within)].append(row)
    for doubles in same.values():
        for row in doubles if len(doubles) > 1 else ():
            other = next(each.number for each in doubles if each is not row)
            row.refuse(_("stands in the file twice: see row %(row)d") % {"row": other})


def _fall_together(rows: Rows) -> None:
    faulty = next((row for row in rows if row.is_faulty), None)
    if faulty is None:
        return
    for row in rows:
        if not row.is_faulty:
            row.changes, row.target = [], None
            row.effects.clear()
            text = _("held back, because row %(row)d belongs to it and is faulty")
            row.refuse(text % {"row": faulty.number})
