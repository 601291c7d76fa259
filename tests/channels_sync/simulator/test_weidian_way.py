"""From the simulated Weidian into the system and back, over real HTTP, as the worker does it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.flows import PushStatus
from channels_sync.models import ChannelHint, PushJob
from channels_sync.services import authorizing, hints, intake
from channels_sync.services.push import queueing
from channels_sync.services.stock.lines import open_taker
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.orders import Order as MarketOrder
from channels_sync.simulator.market.orders import Status
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.weidian.platform import HOOK_KEY, Weidian
from oms.dto import RefundStage
from oms.models import CallLog, ChannelRefund, Order
from tests.channels_sync.push.parcels import parcel, whole
from tests.factories.basics import UserFactory

from .bench import running
from .journey import Journey

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = {
    "app_key": Weidian.app.key,
    "app_secret": Weidian.app.secret,
    "hook_key": HOOK_KEY,
}


@pytest.fixture
def shop(
    tmp_path: Path, live_server: LiveServer, clock: time_machine.Traveller
) -> Iterator[Journey]:
    settings = Settings(oms_url=live_server.url)
    with running(tmp_path / "db", settings, platforms=[Weidian]) as bench:
        yield Journey(bench, clock, Weidian, KEYS)


def hear(shop: Journey) -> None:
    """Read again what was pushed, and take it in."""
    shop.wait(minutes=1)
    hints.reread_due(now=shop.bench.now)
    intake.drain(now=shop.bench.now)


def ship(shop: Journey, placed: MarketOrder) -> str:
    shipment = parcel(whole(shop.order(placed.number)), at=shop.bench.now)
    queueing.queue_shipments([shipment.pk], now=shop.bench.now)
    shop.push(minutes=1)
    shop.push(minutes=3)
    return shipment.waybill_no or ""


def ask(shop: Journey, placed: MarketOrder, kind: RefundKind = RefundKind.REFUND_ONLY) -> Refund:
    line, now = placed.lines[0].number, shop.bench.now
    return shop.market.requests.ask(placed.number, line, kind=kind, reason="不想要了", at=now)


def answer(shop: Journey, *, is_agreed: bool) -> None:
    kept = ChannelRefund.objects.get()
    queueing.queue_answer(
        Order.objects.get().pk,
        case_no="C1",
        channel_refund_no=kept.channel_refund_no,
        is_agreed=is_agreed,
        now=shop.bench.now,
    )
    shop.push(minutes=1)


def is_held(shop: Journey, placed: MarketOrder) -> bool:
    holds = shop.order(placed.number).holds
    return holds.filter(code="platform", released_at=None).exists()


def state(shop: Journey, refund: Refund) -> RefundStatus | None:
    kept = shop.market.store.refund(refund.number)
    return kept.status if kept else None


def test_order_that_is_pushed_and_pulled_is_one(shop: Journey) -> None:
    placed = shop.place()
    shop.wait(seconds=1)
    assert ChannelHint.objects.count() == 1
    hear(shop)
    order = Order.objects.get()
    shop.pull(minutes=4)
    assert Order.objects.get().revision == order.revision
    assert (order.channel_order_no, order.channel_status) == (placed.number, "paid")
    assert order.paid_amount == placed.paid_amount


def test_tracking_is_told_under_a_token_that_ended_on_the_way(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    shop.bench.press("weidian/expire")
    number = ship(shop, placed)
    assert PushJob.objects.get().status == PushStatus.DONE
    told = shop.market.order(placed.number)
    assert (told.status, [one.waybill_no for one in told.parcels]) == (Status.SHIPPED, [number])
    assert shop.token().generation == 2


def test_line_that_breaks_after_the_work_ships_once(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    shop.bench.plan(FaultKind.DROP_AFTER, "vdian.order.deliver")
    ship(shop, placed)
    shop.push(minutes=10)
    assert PushJob.objects.get().status == PushStatus.DONE
    assert len(shop.market.order(placed.number).parcels) == 1


def test_request_is_heard_refused_and_read_again(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    refund = ask(shop, placed)
    hear(shop)
    kept = ChannelRefund.objects.get()
    assert kept.channel_refund_no == f"{placed.number}-{refund.number}"
    assert kept.stage == RefundStage.WAIT_MERCHANT
    assert is_held(shop, placed)
    answer(shop, is_agreed=False)
    assert state(shop, refund) is RefundStatus.REJECTED
    hear(shop)
    assert ChannelRefund.objects.get().stage == RefundStage.REJECTED
    assert not is_held(shop, placed)


def test_yes_pays_and_the_order_ends_here_too(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    refund = ask(shop, placed)
    shop.pull(minutes=4)
    answer(shop, is_agreed=True)
    assert state(shop, refund) is RefundStatus.SUCCESS
    hear(shop)
    assert ChannelRefund.objects.get().stage == RefundStage.SUCCESS
    assert shop.order(placed.number).channel_status == "cancelled"


def test_stock_is_told_and_read_back(shop: Journey) -> None:
    row = shop.market.store.stock()[0]
    listing = ListingRef(channel_product_id=row.product_id, channel_sku_id=row.sku_id)
    with open_taker(shop.connection) as taker:
        assert taker.set_stock([Offer(key="s-1", listing=listing, quantity=37, version=1)]) == {}
        assert taker.read_stock([listing]) == {listing: 37}


def test_keys_alone_connect_the_shop(shop: Journey) -> None:
    actor, row = UserFactory.create(superuser=True), shop.connection
    assert authorizing.begin(row.pk, actor=actor, redirect_uri="https://oms.example.com/") == ""
    authorizing.exchange(
        row.pk, code="", actor=actor, redirect_uri="https://oms.example.com/", now=shop.bench.now
    )
    placed = shop.place()
    shop.pull(minutes=4)
    assert shop.order(placed.number).channel_status == "paid"


def test_calls_are_written_down_without_people_and_keys(shop: Journey) -> None:
    shop.place()
    shop.pull(minutes=4)
    assert CallLog.objects.exists()
    for call in CallLog.objects.all():
        text = f"{call.url} {call.request_body} {call.response_body}"
        for secret in (Weidian.app.secret, Weidian.app.access_token, "13800000007"):
            assert secret not in text
