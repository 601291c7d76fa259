"""Connect the demo's stores to the simulated shops.

The secrets stand in the simulator's settings too, for everybody to read: they protect nothing.
"""

from datetime import datetime

from channels_sync.models import StoreConnection
from oms.models import Store
from oms.registries import DemoStep, demo_steps

SIMULATOR = "http://127.0.0.1:9101"
HOOK_SECRET = "simulator-webhook-secret-that-is-none"  # noqa: S105


def connect_stores(now: datetime) -> None:
    """Point the demo's own shop at the simulator; without such a store nothing happens."""
    for store in Store.objects.filter(code="demo-shop"):
        StoreConnection.objects.update_or_create(
            store=store,
            defaults={
                "kind": "webhook",
                "base_url": f"{SIMULATOR}/shops/{store.code}",
                "credentials": {"hook_secret": HOOK_SECRET},
                "secret_changed_at": now,
            },
        )


demo_steps.register(DemoStep("channel connections", 15, connect_stores))
