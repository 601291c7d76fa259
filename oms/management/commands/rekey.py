"""``manage.py rekey [--batch N] [--dry-run] [--json]``"""

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oms.services.rekeying import running
from oms.services.rekeying.running import BATCH, Report

_MOST_AT_ONCE = 5000


class Command(BaseCommand):
    help = "Bring all personal data and secrets under the newest keys, so that older ones can go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=_size, default=BATCH, help="rows in one transaction")
        parser.add_argument("--dry-run", action="store_true", help="count, but change nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        report = running.rekey(
            batch=options["batch"], dry_run=options["dry_run"], progress=self._show
        )
        if options["json"]:
            self.stdout.write(json.dumps(report.to_json()))
        else:
            self._tell(report, dry_run=options["dry_run"])
        if not options["dry_run"] and not report.is_whole:
            raise CommandError("Something is still under an older key: keep that key.")

    def _show(self, column: str) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{column:60}", ending="")

    def _tell(self, report: Report, *, dry_run: bool) -> None:
        verb = "to seal anew" if dry_run else "sealed anew"
        for tally in report.sealed:
            rows = f", unreadable {tally.unreadable}: {tally.rows}" if tally.unreadable else ""
            self.stdout.write(f"{tally.column}: {tally.done} {verb}{rows}")
        verb = "to index anew" if dry_run else "indexed anew"
        for tally in report.marks:
            self.stdout.write(f"{tally.column}: {tally.done} {verb}")
        versions = ", ".join(map(str, report.in_use)) or "none"
        self.stdout.write(f"Versions of keys in use: {versions}; the newest is {report.current}.")
        self.stdout.write(f"Marks by an older index key than {report.index}: {report.old_marks}.")


def _size(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_AT_ONCE:
        raise ArgumentTypeError(f"a number from 1 to {_MOST_AT_ONCE}")
    return int(text)
