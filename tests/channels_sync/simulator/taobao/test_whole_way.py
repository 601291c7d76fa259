"""From the simulated Taobao into the system and back, over real HTTP, as the worker does it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from channels_sync.connectors.stocking import ListingRef, Offer
from channels_sync.connectors.taobao.puller import TaobaoPuller
from channels_sync.flows import PushStatus
from channels_sync.models import ChannelHint, ChannelToken, PushJob, RawOrder, StoreConnection
from channels_sync.services import asking, authorizing, fetching, hints, intake
from channels_sync.services.pull import pulling
from channels_sync.services.push import draining, queueing
from channels_sync.services.stock.lines import open_taker
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.refunds import RefundStatus
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.taobao.platform import Taobao
from oms.events import bus
from oms.models import CallLog, ChannelRefund, Order, SellerNote
from oms.services.orders.seller_notes import Note, change_note
from tests.channels_sync.push.parcels import parcel, whole
from tests.channels_sync.simulator.bench import NOW, running
from tests.factories.basics import UserFactory
from tests.factories.oms import SkuFactory, StoreFactory

from .line import APP, Shop

pytestmark = pytest.mark.django_db(transaction=True)
BACK = "https://oms.example.com/authorized/"


class Way:
    """The shop over there, the store over here, and the clock of both."""

    def __init__(self, shop: Shop, clock: time_machine.Traveller) -> None:
        self.shop = shop
        self.clock = clock
        self.bench = shop.bench
        self.connection = StoreConnection.objects.create(
            store=StoreFactory.create(code="demo-taobao", maps_by_code=True),
            kind="taobao",
            base_url=f"{self.bench.server.url}/taobao",
            credentials={"app_key": APP.key, "app_secret": APP.secret},
        )
        SkuFactory.create(code="HOOD-02")

    def wait(self, **duration: float) -> None:
        self.bench.wait(**duration)
        self.clock.move_to(self.bench.now)

    def say_yes(self) -> None:
        """Let the seller open the consent page and come back with the code."""
        actor = UserFactory.create(superuser=True)
        url = authorizing.begin(self.connection.pk, actor=actor, redirect_uri=BACK)
        (link,) = re.findall(r'href="([^"]+)"', self.bench.browser.get(url).text)
        query = parse_qs(urlsplit(unescape(link)).query)
        authorizing.finish(
            query["state"][0],
            code=query["code"][0],
            actor=actor,
            redirect_uri=BACK,
            now=self.bench.now,
        )

    def listen(self) -> None:
        """Fetch messages, read again what they hint at, and take it in."""
        fetching.fetch_due(now=self.bench.now)
        hints.reread_due(now=self.bench.now)
        self.take_in()

    def pull(self) -> None:
        """Let the worker ask, slice by slice, until it is up to date."""
        self.wait(minutes=2)
        for _slice in range(4):
            pulling.pull_due(now=self.bench.now)
        self.take_in()

    def take_in(self) -> None:
        intake.drain(now=self.bench.now)
        while bus.deliver_due(now=self.bench.now):
            pass

    def tell(self) -> None:
        """Let the worker tell what is due, and look at it again later."""
        for _turn in range(3):
            draining.drain(now=self.bench.now)
            self.wait(minutes=2)


@pytest.fixture
def way(
    tmp_path: Path, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Way]:
    monkeypatch.setattr(TaobaoPuller, "first_look_back", timedelta(minutes=5))
    clock.move_to(NOW)
    settings = Settings(oms_url="http://127.0.0.1:1", seed=1)
    with running(tmp_path / "db", settings, platforms=(Taobao,)) as bench:
        way = Way(Shop(bench), clock)
        way.say_yes()
        yield way


def test_order_is_pulled_and_hinted_at_and_is_one_order(way: Way) -> None:
    placed = way.shop.place()
    way.listen()
    way.pull()
    order = Order.objects.get()
    assert (order.channel_order_no, order.channel_status) == (placed.number, "paid")
    assert order.paid_amount == placed.paid_amount
    assert set(RawOrder.objects.values_list("status", flat=True)) <= {"ingested", "ignored"}
    assert not ChannelHint.objects.exists()
    assert ChannelToken.objects.get().shop_id == APP.shop_id


def test_two_orders_to_one_door_may_be_merged_and_others_not(way: Way) -> None:
    for buyer in ("7", "7", "8"):
        way.shop.place(buyer=buyer)
    way.pull()
    keys = list(Order.objects.order_by("channel_order_no").values_list("merge_key", flat=True))
    assert keys[0]
    assert keys[0] == keys[1] != keys[2]


def test_parcel_refund_and_stock_go_the_whole_way(way: Way) -> None:
    placed = way.shop.place()
    way.listen()
    order = Order.objects.get()
    shipment = parcel(whole(order), at=way.bench.now)
    queueing.queue_shipments([shipment.pk], now=way.bench.now)
    way.bench.press("taobao/expire")  # its session ends in between
    way.tell()
    assert PushJob.objects.get().status == PushStatus.DONE
    there = way.shop.market.order(placed.number)
    assert [each.waybill_no for each in there.parcels] == [shipment.waybill_no]
    assert ChannelToken.objects.get().generation == 2

    way.bench.press("taobao/ask", order=placed.number, kind="return_refund")
    way.listen()
    asked = ChannelRefund.objects.get()
    assert (asked.order, asked.case_no != "") == (order, True)
    queueing.queue_answer(
        order.pk,
        case_no=asked.case_no,
        channel_refund_no=asked.channel_refund_no,
        is_agreed=False,
        now=way.bench.now,
    )
    way.tell()
    assert way.shop.market.store.refunds()[0].status is RefundStatus.REJECTED
    assert set(PushJob.objects.values_list("status", flat=True)) == {PushStatus.DONE}

    stock = way.shop.market.store.stock()[0]
    listing = ListingRef(channel_product_id=stock.product_id, channel_sku_id=stock.sku_id)
    with open_taker(way.connection) as taker:
        assert taker.set_stock([Offer(key="k", listing=listing, quantity=3, version=1)]) == {}
        assert taker.read_stock([listing]) == {listing: 3}


def test_refund_before_shipping_stops_the_order_and_is_paid_once(way: Way) -> None:
    placed = way.shop.place()
    way.pull()
    way.bench.press("taobao/ask", order=placed.number, kind="refund_only")
    way.pull()
    order = Order.objects.get()
    assert order.status == "cancelled"
    assert order.holds.filter(code="refund_requested").exists()
    for _turn in range(2):
        way.tell()
        way.pull()
    (refund,) = way.shop.market.store.refunds()
    assert refund.status is RefundStatus.SUCCESS
    order.refresh_from_db()
    assert order.channel_status == "cancelled"
    assert set(PushJob.objects.values_list("status", flat=True)) == {PushStatus.DONE}


def test_note_goes_there_and_comes_back_and_both_texts_are_kept(way: Way) -> None:
    placed = way.shop.place()
    way.pull()
    order, desk = Order.objects.get(), UserFactory.create(superuser=True)

    def write(memo: str, flag: str) -> None:
        seen = Note.of(Order.objects.get()).mark
        note = Note(memo, flag)
        change_note(order.pk, note=note, seen=seen, actor=desk, now=way.bench.now)

    def there() -> tuple[str, int]:
        found = way.shop.market.order(placed.number)
        return found.seller_memo, found.seller_flag

    write("改发顺丰", "red")
    way.take_in()
    way.tell()
    assert there() == ("改发顺丰", 1)
    way.pull()
    order.refresh_from_db()
    assert (order.seller_memo, PushJob.objects.count()) == ("改发顺丰", 1)

    way.bench.press("taobao/memo", order=placed.number, memo="周末送", flag="4")
    write("轻放", "red")
    way.pull()
    way.tell()
    assert there() == ("周末送\n轻放", 4)
    way.pull()
    order.refresh_from_db()
    assert (order.seller_memo, order.seller_flag) == ("周末送\n轻放", "blue")
    assert not SellerNote.objects.get().is_waiting
    assert set(PushJob.objects.values_list("status", flat=True)) == {PushStatus.DONE}


def test_refund_is_seen_by_whoever_asks_before_it_is_pulled(way: Way) -> None:
    placed = way.shop.place()
    way.pull()
    store = Order.objects.get().store_id
    assert asking.ask(store, numbers=[placed.number], seconds=3) == frozenset()
    way.bench.press("taobao/ask", order=placed.number, kind="refund_only")
    assert asking.ask(store, numbers=[placed.number], seconds=3) == frozenset({placed.number})
    assert CallLog.objects.filter(reference="refund check").count() == 2
    assert not ChannelRefund.objects.exists()


@pytest.mark.parametrize(
    "kind", [FaultKind.DUPLICATE, FaultKind.LATE, FaultKind.OUT_OF_ORDER, FaultKind.REPLAYED]
)
def test_spoiled_messages_bring_the_same_order(way: Way, kind: FaultKind) -> None:
    way.bench.plan(kind)
    placed = way.shop.place()
    way.listen()
    way.wait(minutes=2)
    way.listen()
    order = Order.objects.get()
    assert (order.channel_order_no, order.channel_status) == (placed.number, "paid")


def test_taken_back_consent_stops_the_store_until_the_next_yes(way: Way) -> None:
    way.bench.press("taobao/revoke")
    way.shop.place()
    way.pull()
    assert not Order.objects.exists()
    assert ChannelToken.objects.get().dead_since is not None
    way.say_yes()
    way.wait(hours=1)
    way.pull()
    assert Order.objects.count() == 1


def test_no_call_is_written_down_with_people_or_secrets(way: Way) -> None:
    way.shop.place(note="送到演示路 1 号")
    way.listen()
    session = ChannelToken.objects.get().secrets["access_token"]
    written = " ".join(
        f"{call.url} {call.request_body} {call.response_body}" for call in CallLog.objects.all()
    )
    assert written
    for secret in (APP.secret, session, "送到演示路"):
        assert secret not in written
