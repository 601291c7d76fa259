"""What the simulated Shopify shop sends, and the whole way in and back."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from channels_sync.connectors.shopify.connector import ShopifyConnector
from channels_sync.flows import PushStatus, RawOrderStatus
from channels_sync.models import PushJob, RawOrder, StoreConnection
from channels_sync.services import intake
from channels_sync.services.pull import pulling
from channels_sync.services.push import draining, queueing
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.settings import (
    ACCESS_TOKEN,
    CLIENT_SECRET,
    CLIENT_SECRET_BEFORE,
    SHOP_DOMAIN,
    Settings,
)
from oms.dto import ChannelStatus, RefundStage
from oms.models import ChannelRefund, Order
from tests.channels_sync.push.parcels import parcel, refund_of, whole
from tests.factories.oms import SkuFactory, StoreFactory

from .bench import Bench, running
from .shopify_line import place


@pytest.fixture
def shop(
    db: None, tmp_path: Path, live_server: LiveServer, clock: time_machine.Traveller
) -> Iterator[Bench]:
    """Serve the simulated shop, connected to the system and selling what the system knows."""
    with running(tmp_path / "db", Settings(oms_url=live_server.url)) as bench:
        clock.move_to(bench.now)
        store = StoreFactory.create(code="demo-global", currency="USD", maps_by_code=True)
        StoreConnection.objects.create(
            store=store,
            kind="shopify",
            base_url=f"{bench.server.url}/shopify/demo-global",
            credentials={
                "access_token": ACCESS_TOKEN,
                "client_secret": CLIENT_SECRET,
                "client_secret_before": CLIENT_SECRET_BEFORE,
                "shop_domain": SHOP_DOMAIN,
            },
        )
        SkuFactory.create(code="HOOD-02")
        yield bench


pytestmark = pytest.mark.django_db(transaction=True)


def take_in(bench: Bench) -> list[str]:
    intake.drain(now=bench.now)
    return list(RawOrder.objects.order_by("pk").values_list("status", flat=True))


def the_order() -> Order:
    return Order.objects.get()


def test_new_paid_order_comes_in_by_two_messages_as_one(shop: Bench) -> None:
    order = place(shop)
    events = list(RawOrder.objects.order_by("pk").values_list("event", flat=True))
    assert events == ["order.created", "order.paid"]
    take_in(shop)
    assert the_order().channel_order_no == order["legacyResourceId"]
    assert (the_order().channel_status, the_order().currency) == ("paid", "USD")


def test_message_and_pull_tell_the_same_order(shop: Bench) -> None:
    place(shop)
    by_message = RawOrder.objects.order_by("pk").last()
    shop.now += timedelta(minutes=1)
    assert pulling.pull_due(now=shop.now) == 1
    by_pull = RawOrder.objects.get(source="pull")
    assert by_message is not None
    first, second = (ShopifyConnector.read_order(row.payload) for row in (by_message, by_pull))
    assert first == second
    take_in(shop)
    assert Order.objects.count() == 1


def test_lost_messages_are_made_good_by_the_pull(shop: Bench) -> None:
    StoreConnection.objects.update(is_active=False)
    place(shop)
    assert not RawOrder.objects.exists()
    StoreConnection.objects.update(is_active=True)
    shop.now += timedelta(minutes=1)
    pulling.pull_due(now=shop.now)
    assert take_in(shop) == [RawOrderStatus.INGESTED]


def test_cancelled_order_is_cancelled_here(shop: Bench) -> None:
    order = place(shop)
    take_in(shop)
    shop.now += timedelta(minutes=1)
    shop.press("shopify/act", act="cancel", order_id=order["legacyResourceId"])
    take_in(shop)
    assert the_order().channel_status == ChannelStatus.CANCELLED


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        (FaultKind.WRONG_KEY, 0),
        (FaultKind.CHANGED_BODY, 0),
        (FaultKind.SECOND_KEY, 1),
        (FaultKind.DUPLICATE, 1),
    ],
)
def test_spoiled_message_is_kept_once_or_not_at_all(
    shop: Bench, kind: FaultKind, kept: int
) -> None:
    shop.plan(kind, "orders/create")
    place(shop, is_paid=False)
    assert RawOrder.objects.count() == kept


def test_refused_message_comes_again_signed_rightly(shop: Bench) -> None:
    shop.plan(FaultKind.WRONG_KEY, "orders/create")
    place(shop, is_paid=False)
    shop.wait(seconds=60)
    assert RawOrder.objects.count() == 1


def drain(bench: Bench, clock: time_machine.Traveller, **later: float) -> None:
    bench.now += timedelta(**later)
    clock.move_to(bench.now)
    draining.drain(now=bench.now)
    bench.simulator.tick()


def test_tracking_and_refund_go_back_and_their_echo_does_no_harm(
    shop: Bench, clock: time_machine.Traveller
) -> None:
    place(shop)
    take_in(shop)
    shipment = parcel(whole(the_order()), at=shop.now)
    queueing.queue_shipments([shipment.pk], now=shop.now)
    queueing.queue_refunds([refund_of(the_order()).pk], now=shop.now)
    drain(shop, clock, seconds=1)
    drain(shop, clock, minutes=2)
    assert set(PushJob.objects.values_list("status", flat=True)) == {PushStatus.DONE}
    node = shop.simulator.shopify.store.orders()[0]
    assert node["fulfillments"][0]["trackingInfo"][0]["number"] == shipment.waybill_no
    assert [refund["note"] for refund in node["refunds"]] == [
        f"OMS {the_order().refunds.get().refund_no}"
    ]
    assert the_order().refunds.get().status == "confirmed"
    statuses = take_in(shop)
    echo = RawOrder.objects.get(event="refund.created")
    assert (echo.status, echo.cause) == (RawOrderStatus.IGNORED, "own_refund")
    assert RawOrderStatus.EXCEPTION not in statuses
    assert the_order().channel_status == ChannelStatus.SHIPPED


def pull(bench: Bench, clock: time_machine.Traveller, **later: float) -> list[str]:
    bench.now += timedelta(**later)
    clock.move_to(bench.now)
    pulling.pull_due(now=bench.now)
    return take_in(bench)


def test_return_of_which_no_message_came_is_asked_for(
    shop: Bench, clock: time_machine.Traveller
) -> None:
    order = place(shop)
    take_in(shop)
    queueing.queue_shipments([parcel(whole(the_order()), at=shop.now).pk], now=shop.now)
    drain(shop, clock, seconds=1)
    shop.plan(FaultKind.WRONG_KEY, "returns/request")
    shop.press("shopify/act", act="ask_return", order_id=order["legacyResourceId"])
    assert not RawOrder.objects.filter(event__startswith="refund").exists()
    pull(shop, clock, minutes=2)
    kept = ChannelRefund.objects.get()
    assert (kept.stage, kept.order) == (RefundStage.WAIT_MERCHANT, the_order())
    pull(shop, clock, minutes=10)
    assert ChannelRefund.objects.count() == 1


def test_refund_of_ours_that_is_asked_for_is_known(
    shop: Bench, clock: time_machine.Traveller
) -> None:
    place(shop)
    take_in(shop)
    queueing.queue_refunds([refund_of(the_order()).pk], now=shop.now)
    shop.plan(FaultKind.WRONG_KEY, "refunds/create")
    drain(shop, clock, seconds=1)
    statuses = pull(shop, clock, minutes=2)
    assert RawOrderStatus.EXCEPTION not in statuses
    (kept,) = ChannelRefund.objects.all()
    assert (kept.stage, the_order().refunds.get().status) == (RefundStage.SUCCESS, "confirmed")


def test_broken_line_after_the_work_pays_no_refund_twice(
    shop: Bench, clock: time_machine.Traveller
) -> None:
    place(shop)
    take_in(shop)
    queueing.queue_refunds([refund_of(the_order()).pk], now=shop.now)
    shop.plan(FaultKind.DROP_AFTER, "Refund")
    drain(shop, clock)
    assert PushJob.objects.get().status == PushStatus.FAILED
    drain(shop, clock, seconds=30)
    assert PushJob.objects.get().status == PushStatus.DONE
    assert len(shop.simulator.shopify.store.orders()[0]["refunds"]) == 1


def test_throttled_shipment_waits_and_goes(shop: Bench, clock: time_machine.Traveller) -> None:
    place(shop)
    take_in(shop)
    queueing.queue_shipments([parcel(whole(the_order()), at=shop.now).pk], now=shop.now)
    shop.plan(FaultKind.THROTTLE, "Shipping")
    drain(shop, clock)
    job = PushJob.objects.get()
    assert (job.status, job.attempts) == (PushStatus.WAITING, 0)
    drain(shop, clock, seconds=30)
    assert PushJob.objects.get().status == PushStatus.ACCEPTED


def test_page_shows_the_shop_and_its_messages(shop: Bench) -> None:
    order = place(shop)
    page = shop.browser.get("/_control").text
    for text in (order["name"], "demo-global", "Demo Buyer 07", "已付款 / 未发货"):
        assert text in page
    message = shop.simulator.shopify_outbox.messages()[0]
    assert json.loads(message.body)["id"] == int(order["legacyResourceId"])
    shop.press("send_again", message_id=str(message.id), shop="shopify")
    assert RawOrder.objects.count() == 2
