"""What the pages of lists show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oms.admin import show, uploaded
from oms.admin.record import Table
from oms.models import Job, User
from oms.services.listings.changing import batch_of, may_undo
from oms.services.sheets.columns import Column
from oms.services.sheets.kinds import Fate, Label, SheetKind, kind_of, kinds
from oms.services.sheets.rights import may_import_any, place_of
from oms.services.sheets.running import reference_of
from oms.services.sheets.standing import Standing
from oms.services.slices import UNFINISHED

_TONES = {Fate.FAULTY: "red", Fate.CHANGED: "blue", Fate.NEW: "green", Fate.UNCHANGED: "grey"}
_SHOWN_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One list on the first page, in the order in which somebody who starts fills them."""

    number: int
    label: Label
    hint: Label
    url: str
    blank_url: str


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one fate: a counter, and those of them that are shown."""

    key: str
    title: str
    tone: str
    count: int
    table: Table

    @property
    def more(self) -> int:
        return self.count - len(self.table.rows)


def steps(user: User) -> list[Step]:
    """Return the lists that the person may import."""
    mine = [kind for kind in kinds() if may_import_any(kind, user=user)]
    return [
        Step(
            number,
            kind.label,
            kind.hint,
            reverse("admin:sheet_upload", args=[kind.key]),
            reverse("admin:sheet_blank", args=[kind.key]),
        )
        for number, kind in enumerate(mine, start=1)
    ]


def jobs_table(jobs: Sequence[Job]) -> Table:
    heads = (_("file"), _("kind"), _("state"), _("rows"), _("faulty"), _("by"), _("started"))
    return Table(heads, [_job_line(job) for job in jobs], frozenset({3, 4}))


def _job_line(job: Job) -> list[SafeString | str]:
    return [
        show.link(job.label, reverse("admin:sheet_job", args=[job.pk])),
        _("dry run") if job.params["dry_run"] else _("import"),
        show.status_chip(job.state, job.get_state_display()),
        f"{job.done} / {job.total}",
        str(job.failed),
        str(job.created_by or _("system")),
        show.moment(job.created_at, timezone.now()),
    ]


def columns_table(kind: SheetKind) -> Table:
    """Say what the file may hold."""
    heads = (_("Column"), _("What may stand there"), _("Note"))
    return Table(heads, [_column_line(column) for column in kind.columns])


def _column_line(column: Column) -> list[SafeString | str]:
    name = show.row((column.title, show.chip(_("required"), "amber") if column.required else ""))
    return [name, column.reader.rule(), str(column.note)]


def job_context(job: Job, *, user: User) -> dict[str, Any]:
    """Return what the page of a dry run or an import shows."""
    kind = kind_of(job.params["sheet"])
    standing = Standing.from_json(job.result)
    counts = standing.counts
    return {
        "job": job,
        "kind": kind,
        "place": place_of(kind, place_id=job.params["place_id"]),
        "state": show.status_chip(job.state, job.get_state_display()),
        "is_trial": job.params["dry_run"],
        "is_over": job.state not in UNFINISHED,
        "percent": min(100, job.done * 100 // job.total) if job.total else 0,
        "sections": [_section(fate, standing, is_trial=job.params["dry_run"]) for fate in _TONES],
        "to_import": counts[Fate.NEW] + counts[Fate.CHANGED],
        "file_note": uploaded.note_of(job),
        "effects": kind.say_effects(standing.effects),
        "undo_url": _undo_url(job, user=user),
        "import_id": job.params.get("import_id"),
        "upload_url": reverse("admin:sheet_upload", args=[kind.key]),
    }


def _undo_url(job: Job, *, user: User) -> str:
    """Return where the listings that an import changed are taken back, if there are any."""
    batch = batch_of(reference_of(job))
    if job.params["dry_run"] or job.state in UNFINISHED or not may_undo(batch, user=user):
        return ""
    return reverse("admin:listing_undo", args=[batch])


def _section(fate: Fate, standing: Standing, *, is_trial: bool) -> Section:
    before = {Fate.NEW: _("rows to add"), Fate.CHANGED: _("rows to change")}
    after = {Fate.NEW: _("rows added"), Fate.CHANGED: _("rows changed")}
    names = (before if is_trial else after) | {
        Fate.UNCHANGED: _("rows unchanged"),
        Fate.FAULTY: _("faulty rows"),
    }
    table = _rows_table(standing.header, standing.samples.get(fate, []), fate)
    return Section(fate.value, names[fate], _TONES[fate], standing.counts[fate], table)


def _rows_table(header: Sequence[str], rows: Sequence[dict[str, Any]], fate: Fate) -> Table:
    """Show the number, the reason or the difference, and the first columns that say anything."""
    filled = [
        place
        for place, name in enumerate(header)
        if name and any(place < len(row["cells"]) and row["cells"][place] for row in rows)
    ][:_SHOWN_COLUMNS]
    notes = {Fate.FAULTY: _("reason"), Fate.CHANGED: _("changes")}
    heads = [
        _("row in the file"),
        *([notes[fate]] if fate in notes else []),
        *(header[at] for at in filled),
    ]
    lines = [
        [
            str(row["row"]),
            *([row["note"]] if fate in notes else []),
            *(row["cells"][at] if at < len(row["cells"]) else "" for at in filled),
        ]
        for row in sorted(rows, key=lambda row: row["row"])
    ]
    return Table(heads, lines)
