"""An app of the platform's at the simulated Shopify shop: the yes, the token, its end, the next."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine

from channels_sync.models import ChannelToken, StoreConnection
from channels_sync.services import authorizing, intake
from channels_sync.services.pull import pulling
from channels_sync.simulator.settings import CLIENT_ID, CLIENT_SECRET, SHOP_DOMAIN, Settings
from oms.models import CallLog, Order, User
from tests.factories.basics import UserFactory
from tests.factories.oms import SkuFactory, StoreFactory

from .bench import Bench, running
from .shopify_line import place

pytestmark = pytest.mark.django_db(transaction=True)
BACK = "https://oms.example.com/channels/authorized/"


class Shop:
    """The shop over there, its connection without a token, and who set it up."""

    def __init__(self, bench: Bench, clock: time_machine.Traveller) -> None:
        self.bench, self.clock = bench, clock
        clock.move_to(bench.now)
        self.actor: User = UserFactory.create(superuser=True)
        store = StoreFactory.create(code="demo-global", currency="USD", maps_by_code=True)
        SkuFactory.create(code="HOOD-02")
        self.connection = StoreConnection.objects.create(
            store=store,
            kind="shopify",
            base_url=f"{bench.server.url}/shopify/demo-global",
            credentials={
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "shop_domain": SHOP_DOMAIN,
            },
        )

    def say_yes(self) -> dict[str, str]:
        """Open the page, press its link, and return what comes back with the merchant."""
        url = authorizing.begin(self.connection.pk, actor=self.actor, redirect_uri=BACK)
        (link,) = re.findall(r'href="([^"]+)"', self.bench.browser.get(url).text)
        return dict(parse_qsl(urlsplit(unescape(link)).query))

    def come_back(self, query: dict[str, str]) -> None:
        authorizing.finish(
            query["state"],
            code=query["code"],
            actor=self.actor,
            redirect_uri=BACK,
            now=self.bench.now,
            query=query,
        )

    def pull(self, **later: float) -> None:
        self.bench.now += timedelta(**later)
        self.clock.move_to(self.bench.now)
        pulling.pull_due(now=self.bench.now)
        intake.drain(now=self.bench.now)

    def token(self) -> ChannelToken:
        return ChannelToken.objects.get(connection=self.connection)


@pytest.fixture
def shop(tmp_path: Path, clock: time_machine.Traveller) -> Iterator[Shop]:
    with running(tmp_path / "db", Settings(oms_url="http://127.0.0.1:1"), platforms=()) as bench:
        yield Shop(bench, clock)


def test_yes_brings_a_token_that_is_renewed_when_its_hour_is_over(shop: Shop) -> None:
    shop.come_back(shop.say_yes())
    assert shop.token().access_expires_at == shop.bench.now + timedelta(hours=1)
    first = place(shop.bench)
    shop.pull(minutes=2)
    assert Order.objects.get().channel_order_no == first["legacyResourceId"]
    place(shop.bench)
    shop.pull(hours=2)
    assert (Order.objects.count(), shop.token().generation) == (2, 2)


def test_token_that_is_refused_early_is_renewed_and_the_call_said_again(shop: Shop) -> None:
    shop.come_back(shop.say_yes())
    place(shop.bench)
    shop.bench.press("shopify/expire")
    shop.pull(minutes=2)
    assert (Order.objects.count(), shop.token().generation) == (1, 2)


def test_way_back_that_shopify_did_not_sign_brings_no_token(shop: Shop) -> None:
    query = shop.say_yes()
    with pytest.raises(authorizing.ForeignReturn):
        shop.come_back(query | {"code": "another"})
    with pytest.raises(authorizing.ForeignReturn):
        authorizing.finish(
            query["state"], code=query["code"], actor=shop.actor, redirect_uri=BACK,
            now=shop.bench.now,
        )  # fmt: skip
    assert not ChannelToken.objects.exists()


def test_code_is_good_once(shop: Shop) -> None:
    query = shop.say_yes()
    shop.come_back(query)
    with pytest.raises(authorizing.NotAuthorized):
        shop.come_back(query)


def test_connection_without_an_app_is_told_what_is_missing(shop: Shop) -> None:
    shop.connection.credentials = {"client_secret": CLIENT_SECRET, "shop_domain": SHOP_DOMAIN}
    shop.connection.save()
    with pytest.raises(authorizing.NotAuthorized, match="client ID"):
        shop.say_yes()


@pytest.mark.parametrize("missing", ["client_id", "redirect_uri", "state", "scope"])
def test_page_of_nobody_is_refused(shop: Shop, missing: str) -> None:
    told = {"client_id": CLIENT_ID, "scope": "x", "redirect_uri": BACK, "state": "s"}
    del told[missing]
    answer = shop.bench.browser.get("/shopify/demo-global/admin/oauth/authorize", params=told)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_calls_are_written_down_without_tokens_and_secrets(shop: Shop) -> None:
    shop.come_back(shop.say_yes())
    shop.pull(minutes=2)
    secrets = [CLIENT_SECRET, *map(str, shop.token().secrets.values())]
    assert CallLog.objects.exists()
    for call in CallLog.objects.all():
        text = f"{call.url} {call.request_body} {call.response_body}"
        assert not any(secret in text for secret in secrets)
