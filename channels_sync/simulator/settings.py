"""What a running simulator is told at its start."""

from dataclasses import dataclass, field

SHOP = "demo-shop"
SECRET = "simulator-webhook-secret-that-is-none"  # noqa: S105 - printed here for everybody
SECRET_BEFORE = "simulator-webhook-secret-before-it"  # noqa: S105

SHOPIFY_STORE = "demo-global"
SHOP_DOMAIN = "kapok-demo.myshopify.com"
LOCATION = "81000000001"
"""Where the shop's goods lie."""
ACCESS_TOKEN = "simulator-shopify-token-that-is-none"  # noqa: S105
CLIENT_ID = "simulator-shopify-client"
CLIENT_SECRET = "simulator-shopify-secret-that-is-none"  # noqa: S105
CLIENT_SECRET_BEFORE = "simulator-shopify-secret-before-it"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The shops the simulator plays, and where their messages go.

    ``rate`` is how many scenes a minute the automatic mode begins. ``secret_before`` is accepted
    from the other side too, as a shop does that changes over.
    """

    oms_url: str = "http://127.0.0.1:8000"
    shop: str = SHOP
    secret: str = SECRET
    secret_before: str = SECRET_BEFORE
    shopify_store: str = SHOPIFY_STORE
    shop_domain: str = SHOP_DOMAIN
    access_token: str = ACCESS_TOKEN
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    client_secret_before: str = CLIENT_SECRET_BEFORE
    api_version: str = "2026-04"
    is_automatic: bool = False
    rate: float = 2.0
    seed: int | None = None
    skew_seconds: int = 300
    first_scene_seconds: float = field(default=20.0)
