"""What the pages of an import show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.exact import grouped
from channels_sync.models import ImportFault, ImportMapping
from channels_sync.services.imports.ledger import shown_buckets
from channels_sync.services.skus import reference_of
from channels_sync.services.troubles import CAUSES
from oms.admin import show, uploaded
from oms.models import Job, User
from oms.services.listings.changing import batch_of, may_undo
from oms.services.slices import UNFINISHED

_FAULTS_A_PAGE = 50

COUNTS: dict[str, tuple[str | Promise, str]] = {
    "new": (_("new orders"), "green"),
    "changed": (_("changed orders"), "blue"),
    "unchanged": (_("unchanged orders"), "grey"),
    "older": (_("known in a newer state"), "grey"),
    "cancellations": (_("new cancellations"), "green"),
    "cancellations_known": (_("known cancellations"), "grey"),
    "faulty": (_("faulty"), "red"),
}
PARTS: dict[str, str | Promise] = {
    "orders": _("in orders"),
    "cancellations": _("in cancellations"),
    "exceptions": _("in exceptions"),
    "differing": _("in orders that we have with other lines"),
    "older": _("known in a newer state"),
}


@dataclass(frozen=True, slots=True)
class Card:
    label: str | Promise
    count: int
    tone: str


@dataclass(frozen=True, slots=True)
class Equation:
    """One line of the proof: what was read, and where it is."""

    what: str | Promise
    read: str
    parts: Sequence[tuple[str | Promise, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One import in the list of imports."""

    label: str
    url: str
    kind: str | Promise
    state: SafeString
    rows: str
    when: SafeString


def job_url(job_id: int, *, step: str = "job") -> str:
    return reverse(f"admin:channels_sync_import_{step}", args=[job_id])


def lines(jobs: Sequence[Job]) -> list[Line]:
    now = timezone.now()
    return [
        Line(
            label=job.label,
            url=job_url(job.pk),
            kind=_("trial") if job.params["dry_run"] else _("import"),
            state=show.status_chip(job.state, job.get_state_display()),
            rows=f"{job.done:,} / {job.total:,}",
            when=show.moment(job.created_at, now),
        )
        for job in jobs
    ]


def progress(job: Job) -> dict[str, Any]:
    """Return what changes while the import runs."""
    counts = job.result.get("counts", {})
    return {
        "job": job,
        "state": show.status_chip(job.state, job.get_state_display()),
        "is_over": job.state not in UNFINISHED,
        "percent": min(100, job.done * 100 // job.total) if job.total else 0,
        "cards": [
            Card(label, counts[name], tone)
            for name, (label, tone) in COUNTS.items()
            if counts.get(name)
        ],
        "is_trial": job.params["dry_run"],
        "skus": job.result.get("skus_made", 0),
        "file_note": uploaded.note_of(job),
        "following": job.result.get("following", 0),
        "staying": job.result.get("staying", 0),
        "proof": equations(job),
        "holds": job.result.get("proof", {}).get("holds"),
        "causes": [
            (CAUSES.get(cause, cause), count)
            for cause, count in sorted(job.result.get("causes", {}).items())
        ],
    }


def undo_url(job: Job, *, user: User) -> str:
    """Return where the listings that an import mapped are taken back, if there are any."""
    batch = batch_of(reference_of(job))
    if job.params["dry_run"] or job.state in UNFINISHED or not may_undo(batch, user=user):
        return ""
    return reverse("admin:listing_undo", args=[batch])


def faults(job: Job, page: str | None) -> "Page[ImportFault]":
    rows = ImportFault.objects.filter(job=job).order_by("first_row")
    return Paginator(rows, _FAULTS_A_PAGE).get_page(page)


def equations(job: Job) -> list[Equation]:
    proof = job.result.get("proof")
    if not proof:
        return []
    names = shown_buckets(proof)
    rows = [(PARTS[name], f"{proof[name]['rows']:,}") for name in names]
    found = [Equation(_("Rows read"), f"{proof['read']['rows']:,}", rows)]
    money = [proof[name]["money"] for name in ("read", *names)]
    for currency in sorted({code for each in money for code in each}):
        parts = [(PARTS[name], _sum(proof[name], currency)) for name in names]
        found.append(Equation(currency, _sum(proof["read"], currency), parts))
    return found


def _sum(sums: Mapping[str, Any], currency: str) -> str:
    return grouped(Decimal(sums["money"].get(currency, "0")))


def mapping_of(job: Job) -> ImportMapping | None:
    return ImportMapping.objects.filter(pk=job.params.get("mapping_id")).first()
