"""Connect the demo's stores to the simulated shops.

The secrets stand in the simulator's settings too, for everybody to read: they protect nothing.
"""

from datetime import datetime, timedelta

from django.conf import settings

from channels_sync.connectors.tokens import TokenReply
from channels_sync.management.demo import tour  # noqa: F401 - registers its steps
from channels_sync.management.demo.broken import send_broken
from channels_sync.management.demo.shop import tell_shop
from channels_sync.models import StoreConnection
from channels_sync.services.tokens import keep_token
from oms.models import Store
from oms.registries import DemoStep, demo_steps

_CONNECTIONS = {
    "demo-shop": (
        "webhook",
        "shops/demo-shop",
        {"hook_secret": "simulator-webhook-secret-that-is-none"},
    ),
    "demo-global": (
        "shopify",
        "shopify/demo-global",
        {
            "access_token": "simulator-shopify-token-that-is-none",
            "client_secret": "simulator-shopify-secret-that-is-none",
            "shop_domain": "kapok-demo.myshopify.com",
            "location_id": "81000000001",
        },
    ),
    "demo-taobao": (
        "taobao",
        "taobao",
        {"app_key": "23000001", "app_secret": "simulator-taobao-secret-that-is-none"},
    ),
    "demo-weidian": (
        "weidian",
        "weidian",
        {
            "app_key": "sim-weidian-app",
            "app_secret": "simulator-weidian-secret-that-is-none",
            "hook_key": "simulator-weidian-hook-key-that-is-none",
        },
    ),
    "demo-woocommerce": (
        "woocommerce",
        "woocommerce",
        {
            "consumer_key": "ck_simulator_that_is_none",
            "consumer_secret": "cs_simulator_that_is_none",
            "webhook_secret": "simulator-woocommerce-webhook-secret-that-is-none",
            "tracking_meta": "_tracking_company,_tracking_number",
        },
    ),
}
_TOKENS = {
    "demo-taobao": (
        "simulator-taobao-token-that-is-none",
        "simulator-taobao-renewal-that-is-none",
    ),
    "demo-weidian": ("simulator-weidian-token-that-is-none", ""),
}
"""The merchant's yes that the simulator was born with, and what renews it: nothing, where the keys
alone do."""
_GOOD_FOR = timedelta(hours=12)


def connect_stores(now: datetime) -> None:
    """Point the demo's shops at the simulator; a store that is not there is passed over."""
    for store in Store.objects.filter(code__in=_CONNECTIONS):
        kind, path, credentials = _CONNECTIONS[store.code]
        connection, _made = StoreConnection.objects.update_or_create(
            store=store,
            defaults={
                "kind": kind,
                "base_url": f"{settings.SIMULATED_SHOPS}/{path}",
                "credentials": credentials,
                "secret_changed_at": now,
            },
        )
        if store.code in _TOKENS:
            access, renewal = _TOKENS[store.code]
            reply = TokenReply(
                access_token=access, access_expires_at=now + _GOOD_FOR, refresh_token=renewal
            )
            keep_token(connection.pk, reply=reply, now=now)


demo_steps.register(DemoStep("channel connections", 15, connect_stores))
demo_steps.register(DemoStep("broken orders", 42, send_broken))
demo_steps.register(DemoStep("the shop knows its orders", 70, tell_shop))
