"""``manage.py import_sheet FILE --kind KIND [--store CODE] [--warehouse CODE] [--dry-run]``"""

import json
import shutil
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oms.models import Job, Store, Warehouse
from oms.refusals import Refusal
from oms.services.sheets import jobs
from oms.services.sheets.faults import faults, faulty_file
from oms.services.sheets.kinds import Where, kind_of, kinds
from oms.services.sheets.running import run_slice
from oms.services.sheets.standing import Standing
from oms.services.slices import UNFINISHED

_PATIENCE_SECONDS = 300
_SHOWN = 20


class Command(BaseCommand):
    help = "Import a list (SKUs, barcodes, bundles, listings, bins, opening stock) from a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="XLSX or CSV")
        parser.add_argument("--kind", required=True, choices=[kind.key for kind in kinds()])
        parser.add_argument("--store", default="", help="the store's code, for listings")
        parser.add_argument(
            "--warehouse", default="", help="the warehouse's code, for bins and opening stock"
        )
        parser.add_argument("--dry-run", action="store_true", help="tell, but change nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--faulty", type=Path, help="write the faulty rows into this file")

    def handle(self, *args: Any, **options: Any) -> None:
        job = self._start(options)
        self._run(job, quiet=options["json"])
        if job.state != Job.State.DONE:
            raise CommandError(job.error or f"The import ended as {job.state}.")
        if options["faulty"] and job.failed:
            self._write_faulty(job, options["faulty"])
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(job), ensure_ascii=False))
        else:
            self._report(job)

    def _start(self, options: Mapping[str, Any]) -> Job:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                return jobs.start_by_command(
                    options["kind"],
                    place_id=_place_id(options),
                    file=File(file, name=path.name),
                    dry_run=options["dry_run"],
                    now=timezone.now(),
                )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _run(self, job: Job, *, quiet: bool) -> None:
        """Work slice by slice, so that the lease of each never runs out under it."""
        waited = 0
        while job.state in UNFINISHED:
            if not run_slice(
                job.pk, now=timezone.now(), progress=None if quiet else self._show_progress
            ):
                waited += 1
                if waited > _PATIENCE_SECONDS:
                    raise CommandError("Another import of this kind does not come to its end.")
                time.sleep(1)
            job.refresh_from_db()

    def _show_progress(self, job: Job) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{job.done} of {job.total} rows", ending="")
            self.stdout.flush()

    def _write_faulty(self, job: Job, path: Path) -> None:
        ending, content = faulty_file(job)
        if path.suffix != f".{ending}":
            path = path.with_suffix(f".{ending}")
        with content, path.open("wb") as file:
            shutil.copyfileobj(content, file)
        self.stderr.write(f"faulty rows: {path}")

    def _report(self, job: Job) -> None:
        if self.stdout.isatty():
            self.stdout.write("")
        for fate, count in Standing.from_json(job.result).counts.items():
            self.stdout.write(f"{fate}: {count}")
        for number, fault in enumerate(faults(job)):
            if number == _SHOWN:
                self.stdout.write("...")
                break
            self.stdout.write(f"row {fault.number}: {fault.reason}")


def _place_id(options: Mapping[str, Any]) -> int | None:
    where = kind_of(options["kind"]).where
    for name, wanted in (("store", Where.STORE), ("warehouse", Where.WAREHOUSE)):
        if bool(options[name]) is not (where is wanted):
            verb = "needs" if where is wanted else "takes no"
            raise CommandError(f"--kind {options['kind']} {verb} --{name}.")
    if where is Where.EVERYWHERE:
        return None
    model = Store if where is Where.STORE else Warehouse
    code = options[where.value]
    place = model.objects.filter(code=code).first()
    if place is None:
        raise CommandError(f"There is no {where.value} with the code {code}.")
    return place.pk


def _as_json(job: Job) -> dict[str, Any]:
    standing = Standing.from_json(job.result)
    return {
        "job": job.pk,
        "kind": job.params["sheet"],
        "dry_run": job.params["dry_run"],
        "rows": job.total,
        "counts": standing.to_json()["counts"],
        "faulty": [{"row": each.number, "reason": each.reason} for each in faults(job)],
    }
