from typing import Any

from django.core.management.base import BaseCommand

from oms import scheduling


class Command(BaseCommand):
    help = "Make the worker's schedules equal to those declared in the code."

    def handle(self, *args: Any, **options: Any) -> None:
        scheduling.sync_schedules()
        for declared in scheduling.registered():
            self.stdout.write(f"{declared.name}: every {declared.minutes} min")
