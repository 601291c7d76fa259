from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oms.events import bus
from oms.management.demo.goods import seed_goods
from oms.management.demo.people import seed_people
from oms.management.demo.places import STORES, seed_places
from oms.models import Store
from oms.registries import demo_steps


class Command(BaseCommand):
    help = "Fill an empty database with the demo. A second time it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only in demo mode (OMS_DEMO=1): its passwords are public.")
        if Store.objects.filter(code=STORES[0][0]).exists():
            self.stdout.write("The demo is there already.")
            return
        now = timezone.now()
        seed_people(seed_places(), now=now)
        seed_goods()
        for step in sorted(demo_steps, key=lambda step: step.order):
            step.seed(now)
        while bus.deliver_due(now=now):
            continue  # what follows is written down before the worker starts
        self.stdout.write("The demo is ready.")
