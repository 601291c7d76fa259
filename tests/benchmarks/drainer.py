"""A worker that is never idle: `python -m tests.benchmarks.drainer` takes in what came."""

import importlib
import os
import time

import django
from django.conf import settings


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms.settings")
    django.setup()
    settings.DEBUG = False
    intake = importlib.import_module("channels_sync.services.intake")
    timezone = importlib.import_module("django.utils.timezone")
    while True:
        if not intake.drain(now=timezone.now()):
            time.sleep(0.05)


if __name__ == "__main__":
    main()
