"""From a platform of the market into the system and back: real HTTP, real services, tokens kept."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.tokens import TokenReply
from channels_sync.flows import PushStatus
from channels_sync.models import ChannelHint, ChannelToken, PushJob, StoreConnection
from channels_sync.services import hints, intake
from channels_sync.services.pull import pulling
from channels_sync.services.push import draining, queueing
from channels_sync.services.stock.lines import open_taker
from channels_sync.services.tokens import keep_token
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order as MarketOrder
from channels_sync.simulator.market.orders import Status
from channels_sync.simulator.market.platform import App
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus
from channels_sync.simulator.settings import Settings
from oms.dto import RefundStage
from oms.models import CallLog, ChannelRefund, Order
from tests.channels_sync.push.parcels import parcel, whole
from tests.factories.oms import SkuFactory, StoreFactory

from .bench import Bench, running

pytestmark = pytest.mark.django_db(transaction=True)

Keys = Callable[[App], dict[str, str]]
PLATFORMS: dict[str, Keys] = {
    "doudian": lambda app: {
        "app_key": app.key,
        "app_secret": app.secret,
        "shop_id": app.shop_id,
    },
    "youzan": lambda app: {
        "client_id": app.key,
        "client_secret": app.secret,
        "kdt_id": app.shop_id,
    },
}


class Trip:
    """A store of ours connected to a platform of the market."""

    def __init__(self, bench: Bench, kind: str, clock: time_machine.Traveller) -> None:
        self.bench = bench
        self.kind = kind
        self._clock = clock
        self.app = bench.simulator.booths[kind].platform.app
        store = StoreFactory.create(code=self.app.store, maps_by_code=True)
        self.connection = StoreConnection.objects.create(
            store=store,
            kind=kind,
            base_url=f"{bench.server.url}/{kind}",
            credentials=PLATFORMS[kind](self.app),
        )
        reply = TokenReply(
            access_token=self.app.access_token,
            refresh_token=self.app.refresh_token,
            access_expires_at=bench.now + timedelta(days=7),
        )
        keep_token(self.connection.pk, reply=reply, now=bench.now)

    @property
    def market(self) -> Market:
        return self.bench.simulator.booths[self.kind].market

    def place(self) -> MarketOrder:
        fields = {"buyer": "7", "sku_code": "HOOD-02", "quantity": "2", "is_paid": "1"}
        assert self.bench.press(f"{self.kind}/place", **fields).status_code == 303
        return self.market.store.orders()[0]

    def later(self, **duration: float) -> None:
        self.bench.wait(**duration)
        self._clock.move_to(self.bench.now)

    def hear(self) -> int:
        """Read again what was pushed, and take it in; return how much was news."""
        fresh = hints.reread_due(now=self.bench.now)
        intake.drain(now=self.bench.now)
        return fresh

    def pull(self) -> int:
        """Ask for what changed, and take it in; return how much was news."""
        fresh = pulling.pull_due(now=self.bench.now)
        intake.drain(now=self.bench.now)
        return fresh

    def push(self) -> None:
        """Tell what is due, and look later whether it is shown."""
        draining.drain(now=self.bench.now)
        self.later(minutes=3)
        draining.drain(now=self.bench.now)


@pytest.fixture(params=sorted(PLATFORMS))
def trip(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    live_server: LiveServer,
    clock: time_machine.Traveller,
) -> Iterator[Trip]:
    with running(tmp_path / "db", Settings(oms_url=live_server.url)) as bench:
        clock.move_to(bench.now)
        SkuFactory.create(code="HOOD-02")
        yield Trip(bench, request.param, clock)


def ship(trip: Trip) -> str:
    """Let the order leave here and tell the platform; return the number of the parcel."""
    shipment = parcel(whole(Order.objects.get()), at=trip.bench.now)
    queueing.queue_shipments([shipment.pk], now=trip.bench.now)
    trip.push()
    return shipment.waybill_no or ""


def ask(trip: Trip, order: MarketOrder) -> Refund:
    refund = trip.market.requests.ask(
        order.number,
        order.lines[0].number,
        kind=RefundKind.REFUND_ONLY,
        reason="不想要了",
        at=trip.bench.now,
    )
    trip.later(minutes=1)
    return refund


def test_order_that_is_pushed_and_pulled_is_one(trip: Trip) -> None:
    placed = trip.place()
    assert ChannelHint.objects.count() == 1
    trip.later(minutes=1)
    assert trip.hear() == 1
    order = Order.objects.get()
    trip.pull()
    assert Order.objects.get().revision == order.revision
    assert (order.channel_order_no, order.channel_status) == (placed.number, "paid")
    assert order.paid_amount == placed.paid_amount


def test_tracking_is_told_under_a_token_that_ended_on_the_way(trip: Trip) -> None:
    placed = trip.place()
    trip.later(minutes=1)
    trip.pull()
    trip.bench.press(f"{trip.kind}/expire")
    waybill_no = ship(trip)
    assert set(PushJob.objects.values_list("status", flat=True)) == {PushStatus.DONE}
    told = trip.market.order(placed.number)
    assert (told.status, [one.waybill_no for one in told.parcels]) == (
        Status.SHIPPED,
        [waybill_no],
    )
    assert ChannelToken.objects.get().generation == 2


def test_request_is_kept_answered_and_read_again(trip: Trip) -> None:
    placed = trip.place()
    trip.later(minutes=1)
    trip.pull()
    ship(trip)
    refund = ask(trip, placed)
    trip.hear()
    kept = ChannelRefund.objects.get()
    assert (kept.channel_refund_no, kept.stage) == (refund.number, RefundStage.WAIT_MERCHANT)
    order = Order.objects.get()
    queueing.queue_answer(
        order.pk,
        case_no="C1",
        channel_refund_no=refund.number,
        is_agreed=False,
        now=trip.bench.now,
    )
    trip.push()
    found = trip.market.store.refund(refund.number)
    assert found is not None
    assert found.status is RefundStatus.REJECTED
    trip.later(minutes=1)
    trip.pull()
    assert ChannelRefund.objects.get().stage == RefundStage.REJECTED


def test_stock_is_told_and_read_back(trip: Trip) -> None:
    row = trip.market.store.stock()[0]
    listing = ListingRef(channel_product_id=row.product_id, channel_sku_id=row.sku_id)
    with open_taker(trip.connection) as taker:
        assert taker.set_stock([Offer(key="s-1", listing=listing, quantity=37, version=1)]) == {}
        assert taker.read_stock([listing]) == {listing: 37}


def test_calls_are_written_down_without_people_and_keys(trip: Trip) -> None:
    trip.place()
    trip.later(minutes=1)
    trip.pull()
    assert CallLog.objects.exists()
    for call in CallLog.objects.all():
        text = f"{call.url} {call.request_body} {call.response_body}"
        for secret in (trip.app.secret, trip.app.access_token, "13800000007"):
            assert secret not in text
