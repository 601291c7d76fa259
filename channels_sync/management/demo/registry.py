"""Connect the demo's stores to the simulated shops.

The secrets stand in the simulator's settings too, for everybody to read: they protect nothing.
"""

from datetime import datetime

from channels_sync.models import StoreConnection
from oms.models import Store
from oms.registries import DemoStep, demo_steps

SIMULATOR = "http://127.0.0.1:9101"
_CONNECTIONS = {
    "demo-shop": ("webhook", "shops", {"hook_secret": "simulator-webhook-secret-that-is-none"}),
    "demo-global": (
        "shopify",
        "shopify",
        {
            "access_token": "simulator-shopify-token-that-is-none",
            "client_secret": "simulator-shopify-secret-that-is-none",
            "shop_domain": "kapok-demo.myshopify.com",
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
                "base_url": f"{SIMULATOR}/{path}/{store.code}",
                "credentials": credentials,
                "secret_changed_at": now,
            },
        )


demo_steps.register(DemoStep("channel connections", 15, connect_stores))
