"""How many the simulated shop of one's own may sell, told by the system's own connector."""

import pytest

from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.webhook.stock import WebhookStock
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.goods import NOBODY_SELLS
from channels_sync.simulator.ownsite.store import Units
from channels_sync.simulator.straight import straight
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http
from oms.integration.pacing import ONCE

from .bench import Bench

HOOD = ListingRef(channel_product_id="HOOD-02", merchant_code="HOOD-02")
CUP = ListingRef(channel_product_id="杯/1", merchant_code="杯/1")


def stock(bench: Bench, secret: str = "") -> WebhookStock:
    http = Http(
        kind="webhook",
        base_url=bench.shop_url,
        log=bench.records.append,
        retry=ONCE,
        transport=straight(),
    )
    credentials = {"hook_secret": secret or bench.simulator.settings.secret}
    return WebhookStock(credentials=credentials, http=http, clock=lambda: bench.now)


def offer(quantity: int, version: int, listing: ListingRef = HOOD) -> Offer:
    key = f"stock-{listing.channel_product_id[0].encode().hex()}-{version}"
    return Offer(key=key, listing=listing, quantity=quantity, version=version)


def test_numbers_are_set_and_read_back(bench: Bench) -> None:
    line = stock(bench)
    assert line.read_stock([HOOD, CUP]) == {}
    assert line.set_stock([offer(37, 1), offer(0, 4, CUP)]) == {}
    assert line.read_stock([HOOD, CUP]) == {HOOD: 37, CUP: 0}
    assert "HOOD-02" in bench.browser.get("/_control").text


@pytest.mark.parametrize("late", [offer(99, 6), offer(99, 7)])
def test_version_that_was_passed_changes_nothing_and_is_done(bench: Bench, late: Offer) -> None:
    line = stock(bench)
    line.set_stock([offer(12, 7)])
    assert line.set_stock([late]) == {}
    assert bench.simulator.store.units("HOOD-02") == Units("HOOD-02", 12, 7)


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
def test_lost_answer_is_told_again_and_counts_once(bench: Bench, kind: FaultKind) -> None:
    line, told = stock(bench), offer(12, 7)
    bench.plan(kind, "stock")
    with pytest.raises(IntegrationError) as caught:
        line.set_stock([told])
    assert caught.value.outcome_unknown
    assert line.set_stock([told]) == {}
    assert bench.simulator.store.all_units() == [Units("HOOD-02", 12, 7)]


def test_code_that_the_shop_does_not_sell_is_refused_by_itself(bench: Bench) -> None:
    gone = ListingRef(channel_product_id=NOBODY_SELLS.sku_code)
    line = stock(bench)
    (error,) = line.set_stock([offer(3, 1, gone), offer(12, 1)]).values()
    assert (error.kind, error.code) == (ErrorKind.FATAL, "http:404")
    assert line.read_stock([HOOD, gone]) == {HOOD: 12}


@pytest.mark.parametrize("wrong", [offer(-1, 1), offer(1, 0)])
def test_nonsense_is_refused(bench: Bench, wrong: Offer) -> None:
    (error,) = stock(bench).set_stock([wrong]).values()
    assert error.code == "http:422"
    assert bench.simulator.store.all_units() == []


def test_wrong_key_is_refused(bench: Bench) -> None:
    with pytest.raises(IntegrationError) as caught:
        stock(bench, secret="a-stranger").set_stock([offer(12, 7)])
    assert caught.value.kind is ErrorKind.REAUTHORIZE
    assert bench.simulator.store.all_units() == []
