"""From a platform of the market into the system and back: real HTTP, real services, tokens kept."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.flows import PushStatus
from channels_sync.models import ChannelHint, PushJob
from channels_sync.services.push import queueing
from channels_sync.services.stock.lines import open_taker
from channels_sync.simulator.doudian.platform import Doudian
from channels_sync.simulator.market.orders import Status
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.market.refunds import RefundStatus
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.weidian.platform import Weidian
from channels_sync.simulator.woocommerce.platform import WooCommerce
from channels_sync.simulator.youzan.platform import Youzan
from oms.dto import RefundStage
from oms.models import CallLog, ChannelRefund, Order

from .bench import running
from .journey import Journey

pytestmark = pytest.mark.django_db(transaction=True)

PLATFORMS: tuple[type[Platform], ...] = (Doudian, Weidian, WooCommerce, Youzan)
BY_TOKEN = [Doudian, Weidian, Youzan]
BY_ONE_NUMBER = [Doudian, Youzan]
"""Where the platform knows a request by the number that we know it by."""


def of(platforms: Sequence[type[Platform]]) -> pytest.MarkDecorator:
    """Run for these platforms only."""
    return pytest.mark.parametrize("shop", platforms, indirect=True, ids=lambda one: one.key)


@pytest.fixture(params=PLATFORMS, ids=lambda platform: platform.key)
def shop(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    live_server: LiveServer,
    clock: time_machine.Traveller,
) -> Iterator[Journey]:
    settings, platform = Settings(oms_url=live_server.url), request.param
    with running(tmp_path / "db", settings, platforms=[platform]) as bench:
        yield Journey(bench, clock, platform)


def test_order_that_is_pushed_and_pulled_is_one(shop: Journey) -> None:
    placed = shop.place()
    shop.wait(seconds=1)
    assert ChannelHint.objects.count() == 1
    assert shop.hear() == 1
    order = Order.objects.get()
    shop.pull(minutes=4)
    assert Order.objects.get().revision == order.revision
    assert (order.channel_order_no, order.channel_status) == (placed.number, "paid")
    assert order.paid_amount == placed.paid_amount


@of(BY_TOKEN)
def test_tracking_is_told_under_a_token_that_ended_on_the_way(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    shop.bench.press(f"{shop.platform.key}/expire")
    waybill_no = shop.ship(placed)
    assert set(PushJob.objects.values_list("status", flat=True)) == {PushStatus.DONE}
    told = shop.market.order(placed.number)
    assert (told.status, [one.waybill_no for one in told.parcels]) == (
        Status.SHIPPED,
        [waybill_no],
    )
    assert shop.token().generation == 2


@of(BY_ONE_NUMBER)
def test_request_is_kept_answered_and_read_again(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    shop.ship(placed)
    refund = shop.ask(placed)
    shop.hear()
    kept = ChannelRefund.objects.get()
    assert (kept.channel_refund_no, kept.stage) == (refund.number, RefundStage.WAIT_MERCHANT)
    queueing.queue_answer(
        Order.objects.get().pk,
        case_no="C1",
        channel_refund_no=refund.number,
        is_agreed=False,
        now=shop.bench.now,
    )
    shop.push()
    found = shop.market.store.refund(refund.number)
    assert found is not None
    assert found.status is RefundStatus.REJECTED
    shop.pull(minutes=4)
    assert ChannelRefund.objects.get().stage == RefundStage.REJECTED


def test_stock_is_told_and_read_back(shop: Journey) -> None:
    row = shop.market.store.stock()[0]
    listing = ListingRef(channel_product_id=row.product_id, channel_sku_id=row.sku_id)
    with open_taker(shop.connection) as taker:
        assert taker.set_stock([Offer(key="s-1", listing=listing, quantity=37, version=1)]) == {}
        assert taker.read_stock([listing]) == {listing: 37}


def test_calls_are_written_down_without_people_and_keys(shop: Journey) -> None:
    app = shop.platform.app
    secrets = {app.secret, app.access_token, "13800000007"}
    if shop.platform is WooCommerce:
        secrets.add(app.key)
    shop.place()
    shop.pull(minutes=4)
    assert CallLog.objects.exists()
    for call in CallLog.objects.all():
        text = f"{call.url} {call.request_body} {call.response_body}"
        for secret in secrets - {""}:
            assert secret not in text
