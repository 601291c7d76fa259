"""Connect the demo's stores to the simulated shops.

The secrets stand in the simulator's settings too, for everybody to read: they protect nothing.
"""

from datetime import datetime

from django.conf import settings

from channels_sync.management.demo import tour  # noqa: F401 - registers its steps
from channels_sync.management.demo.broken import send_broken
from channels_sync.management.demo.shop import tell_shop
from channels_sync.models import StoreConnection
from oms.models import Store
from oms.registries import DemoStep, demo_steps

_CONNECTIONS = {
    "demo-shop": ("webhook", "shops", {"hook_secret": "simulator-webhook-secret-that-is-none"}),
    "demo-global": (
        "shopify",
        "shopify",
        {
            "access_token": "simulator-shopify-token-that-is-none",
            "client_secret": "simulator-shopify-secret-that-is-none",
            "shop_domain": "kapok-demo.myshopify.com",
            "location_id": "81000000001",
        },
    ),
}


def connect_stores(now: datetime) -> None:
    """Point the demo's shops at the simulator; a store that is not there is passed over."""
    for store in Store.objects.filter(code__in=_CONNECTIONS):
        kind, path, credentials = _CONNECTIONS[store.code]
        StoreConnection.objects.update_or_create(
            store=store,
            defaults={
                "kind": kind,
                "base_url": f"{settings.SIMULATED_SHOPS}/{path}/{store.code}",
                "credentials": credentials,
                "secret_changed_at": now,
            },
        )


demo_steps.register(DemoStep("channel connections", 15, connect_stores))
demo_steps.register(DemoStep("broken orders", 42, send_broken))
demo_steps.register(DemoStep("the shop knows its orders", 70, tell_shop))
