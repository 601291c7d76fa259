from datetime import datetime

import pytest

from channels_sync.management.demo import registry
from channels_sync.models import ChannelToken, StoreConnection
from channels_sync.simulator import settings
from channels_sync.simulator.__main__ import options
from channels_sync.simulator.taobao.platform import Taobao
from channels_sync.simulator.weidian.platform import HOOK_KEY, Weidian
from channels_sync.simulator.woocommerce.platform import WEBHOOK_SECRET, WooCommerce
from channels_sync.simulator.woocommerce.writing import COMPANY, NUMBER
from oms.registries import demo_steps
from tests.factories.oms import StoreFactory

pytestmark = pytest.mark.django_db


def address() -> str:
    chosen = options([])
    return f"http://{chosen.host}:{chosen.port}"


def test_own_shop_is_connected_to_the_simulator(now: datetime) -> None:
    StoreFactory.create(code=settings.SHOP)
    for _time in range(2):
        registry.connect_stores(now)
    connection = StoreConnection.objects.get()
    assert connection.kind == "webhook"
    assert connection.base_url == f"{address()}/shops/{settings.SHOP}"
    assert connection.credentials == {"hook_secret": settings.SECRET}


def test_shopify_shop_is_connected_to_the_simulator(now: datetime) -> None:
    StoreFactory.create(code=settings.SHOPIFY_STORE)
    registry.connect_stores(now)
    connection = StoreConnection.objects.get()
    assert connection.kind == "shopify"
    assert connection.base_url == f"{address()}/shopify/{settings.SHOPIFY_STORE}"
    assert connection.credentials == {
        "access_token": settings.ACCESS_TOKEN,
        "client_secret": settings.CLIENT_SECRET,
        "shop_domain": settings.SHOP_DOMAIN,
        "location_id": settings.LOCATION,
    }


def test_other_stores_are_left_alone(now: datetime) -> None:
    StoreFactory.create(code="somebodys")
    registry.connect_stores(now)
    assert not StoreConnection.objects.exists()


def test_stores_are_connected_before_orders_come() -> None:
    step = next(step for step in demo_steps if step.key == "channel connections")
    assert step.order == 15


def test_taobao_shop_is_connected_with_the_merchant_s_yes(now: datetime) -> None:
    app = Taobao.app
    StoreFactory.create(code=app.store)
    for _time in range(2):
        registry.connect_stores(now)
    connection = StoreConnection.objects.get()
    assert (connection.kind, connection.base_url) == ("taobao", f"{address()}/taobao")
    assert connection.credentials == {"app_key": app.key, "app_secret": app.secret}
    assert ChannelToken.objects.get().secrets == {
        "access_token": app.access_token,
        "refresh_token": app.refresh_token,
    }


def test_weidian_shop_is_connected_by_its_keys(now: datetime) -> None:
    app = Weidian.app
    StoreFactory.create(code=app.store)
    registry.connect_stores(now)
    connection = StoreConnection.objects.get()
    assert (connection.kind, connection.base_url) == ("weidian", f"{address()}/weidian")
    assert connection.credentials == {
        "app_key": app.key,
        "app_secret": app.secret,
        "hook_key": HOOK_KEY,
    }
    assert ChannelToken.objects.get().secrets["access_token"] == app.access_token


def test_shop_on_wordpress_is_connected_by_its_keys(now: datetime) -> None:
    app = WooCommerce.app
    StoreFactory.create(code=app.store)
    registry.connect_stores(now)
    connection = StoreConnection.objects.get()
    assert (connection.kind, connection.base_url) == ("woocommerce", f"{address()}/woocommerce")
    assert connection.credentials == {
        "consumer_key": app.key,
        "consumer_secret": app.secret,
        "webhook_secret": WEBHOOK_SECRET,
        "tracking_meta": f"{COMPANY},{NUMBER}",
    }
    assert not ChannelToken.objects.exists()
