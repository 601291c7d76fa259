from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from oms.access.roles import ROLES
from oms.management.demo.people import ACCOUNTS, ADMIN, PASSWORD


class Command(BaseCommand):
    help = "Print the demo's accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            return
        self.stdout.write(f"Password of all demo accounts: {PASSWORD}")
        for username, name, role in ACCOUNTS:
            self.stdout.write(f"{username:<14} {name}  {ROLES[role].label}")
        self.stdout.write(f"{ADMIN[0]:<14} {ADMIN[1]}")
