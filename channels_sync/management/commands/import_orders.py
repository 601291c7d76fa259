"""``manage.py import_orders FILE --store CODE --mapping NAME [--dry-run] [--json]``"""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from channels_sync.models import ImportMapping
from channels_sync.services.imports import jobs, running
from channels_sync.services.imports.ledger import proof_lines
from oms.models import Job
from oms.refusals import Refusal

_ENDLESS = float("inf")


class Command(BaseCommand):
    help = "Import a file of orders by a stored mapping, and prove where every row went."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, XLSX or Parquet")
        parser.add_argument("--store", required=True, help="the store's code")
        parser.add_argument("--mapping", required=True, help="the name of the import mapping")
        parser.add_argument("--dry-run", action="store_true", help="tell, but change nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        job = self._start(options)
        progress = None if options["json"] else self._show_progress
        running.run_slice(job.pk, now=timezone.now(), seconds=_ENDLESS, progress=progress)
        job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise CommandError(job.error or f"The import ended as {job.state}.")
        if options["json"]:
            self.stdout.write(json.dumps({"job": job.pk, **job.result}, ensure_ascii=False))
        else:
            self._report(job)
        if not job.result["proof"]["holds"]:
            raise CommandError("The proof does not hold: rows or money are missing.")

    def _start(self, options: Mapping[str, Any]) -> Job:
        mapping = ImportMapping.objects.filter(
            store__code=options["store"], name=options["mapping"]
        ).first()
        if mapping is None:
            known = ImportMapping.objects.filter(store__code=options["store"])
            names = ", ".join(known.values_list("name", flat=True)) or "none"
            raise CommandError(f"The store has no mapping of this name; it has: {names}.")
        try:
            with Path(options["file"]).open("rb") as file:
                return jobs.start(
                    mapping.pk,
                    file=File(file, name=options["file"].name),
                    actor=None,
                    dry_run=options["dry_run"],
                    by_command=True,
                    now=timezone.now(),
                )
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _show_progress(self, job: Job) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{job.done} of {job.total} rows", ending="")
            self.stdout.flush()

    def _report(self, job: Job) -> None:
        result = job.result
        if self.stdout.isatty():
            self.stdout.write("")
        for name, count in sorted(result["counts"].items()):
            self.stdout.write(f"{name}: {count}")
        self.stdout.write(f"SKUs made: {result['skus_made']}")
        for cause, count in sorted(result["causes"].items()):
            self.stdout.write(f"faulty, {cause}: {count}")
        for line in proof_lines(result["proof"]):
            self.stdout.write(line)
