"""A shop's numbers in the back office: seen with their sum, sent by a press, ruled by a form."""

import pytest
from django.test import Client
from django.urls import reverse

from channels_sync.models import ListingStock, StockRule
from channels_sync.services.stock import marking
from tests.channels_sync.admin.conftest import browser, member
from tests.channels_sync.stock.conftest import Counter, ScriptedTaker
from tests.factories.oms import StoreFactory

pytestmark = pytest.mark.django_db
LIST = "admin:channels_sync_listingstock_changelist"


@pytest.fixture
def manager(counter: Counter) -> Client:
    return browser(member(counter.store, "store_manager"))


@pytest.fixture
def row(counter: Counter) -> ListingStock:
    listing = counter.listing("P1", counter.goods(12, reserved=5))
    marking.mark_store(counter.store.pk, now=counter.now)
    counter.send()
    return counter.row(listing)


def test_number_is_shown_with_its_sum(manager: Client, row: ListingStock) -> None:
    page = manager.get(reverse("admin:channels_sync_listingstock_change", args=[row.pk]))
    text = page.content.decode()
    for number in ("12", "5", "7"):
        assert f">{number}<" in text.replace("\n", "").replace(" ", "")


def test_press_sends_the_number_once_more(
    manager: Client, row: ListingStock, counter: Counter, platform: type[ScriptedTaker]
) -> None:
    chosen = {"action": "send_now", "_selected_action": [str(row.pk)]}
    assert "P1" in manager.post(reverse(LIST), chosen).content.decode()
    manager.post(reverse(LIST), chosen | {"confirmed": "yes"})
    counter.send()
    assert platform.told == [("P1", 7), ("P1", 7)]


def test_stranger_sees_no_number(row: ListingStock) -> None:
    stranger = browser(member(StoreFactory.create(), "store_manager"))
    page = stranger.get(reverse("admin:channels_sync_listingstock_change", args=[row.pk]))
    assert page.status_code in (302, 404)
    assert "P1" not in stranger.get(reverse(LIST)).content.decode()


def test_new_rule_is_told_to_the_shop(
    manager: Client, row: ListingStock, counter: Counter, platform: type[ScriptedTaker]
) -> None:
    address = reverse("admin:channels_sync_stockrule_change", args=[counter.rule.pk])
    told = {"is_on": "on", "share_percent": "50", "keep_back": "0", "ceiling": ""}
    manager.post(address, told)
    counter.send()
    assert platform.told[-1] == ("P1", 3)


@pytest.mark.parametrize("percent", ["101", "-1", "much"])
def test_share_that_is_none_is_refused(manager: Client, counter: Counter, percent: str) -> None:
    address = reverse("admin:channels_sync_stockrule_change", args=[counter.rule.pk])
    told = {"is_on": "on", "share_percent": percent, "keep_back": "0", "ceiling": ""}
    assert manager.post(address, told).status_code == 200
    assert StockRule.objects.get().share_percent == 100


def test_clerk_may_not_change_the_rule(counter: Counter) -> None:
    clerk = browser(member(counter.store, "customer_service"))
    address = reverse("admin:channels_sync_stockrule_change", args=[counter.rule.pk])
    clerk.post(address, {"share_percent": "1", "keep_back": "0"})
    assert StockRule.objects.get().share_percent == 100
