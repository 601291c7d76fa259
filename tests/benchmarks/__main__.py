"""`python -m tests.benchmarks [NAME ...]`, started by `make bench` with a durable PostgreSQL."""

import importlib
import os
import sys

import django
from django.conf import settings

NAMES = ("ingest", "webhook", "merge", "reserve", "scan", "pull", "burst")


def main(wanted: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms.settings")
    os.environ.setdefault("OMS_LOG_LEVEL", "WARNING")
    django.setup()
    # Nobody works with it on: every statement would be kept in a list.
    settings.DEBUG = False
    # After django.setup(): these modules import models.
    harness = importlib.import_module("tests.benchmarks.harness")
    importlib.import_module("tests.benchmarks.world").build()
    unknown = set(wanted) - set(NAMES)
    if unknown:
        sys.stderr.write(f"No such benchmark: {', '.join(sorted(unknown))}. Known: {NAMES}\n")
        return 2
    results = []
    for name in wanted or NAMES:
        found = importlib.import_module(f"tests.benchmarks.{name}").run()
        harness.show(found)
        results += found
        harness.keep(results)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
