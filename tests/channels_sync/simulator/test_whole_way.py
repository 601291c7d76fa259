"""From the simulated shop into the system and back: over real HTTP, through the real doors."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from channels_sync.flows import PushStatus, RawOrderStatus
from channels_sync.models import PushJob, RawOrder, StoreConnection
from channels_sync.services import intake
from channels_sync.services.push import draining, queueing
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.settings import SECRET, Settings
from oms.models import CallLog, ChannelRefund, Order, Refund, Sku, Store
from tests.channels_sync.push.parcels import parcel, refund_of, whole
from tests.factories.oms import SkuFactory, StoreFactory

from .bench import Bench, running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(tmp_path: Path, live_server: LiveServer, clock: time_machine.Traveller) -> Iterator[Bench]:
    """Serve the simulated shop, connected to the system and selling what the system knows."""
    with running(tmp_path / "db", Settings(oms_url=live_server.url)) as bench:
        clock.move_to(bench.now)
        store = StoreFactory.create(code="demo-shop", maps_by_code=True)
        StoreConnection.objects.create(
            store=store,
            kind="webhook",
            base_url=bench.shop_url,
            credentials={"hook_secret": SECRET},
        )
        SkuFactory.create(code="HOOD-02")
        yield bench


def take_in(bench: Bench) -> list[str]:
    """Let the system take in what came; return how each message stands."""
    intake.drain(now=bench.now)
    return list(RawOrder.objects.order_by("pk").values_list("status", flat=True))


def the_order() -> Order:
    return Order.objects.get()


def test_order_comes_in_and_is_cancelled(shop: Bench) -> None:
    number = shop.order()["order_id"]
    assert take_in(shop) == [RawOrderStatus.INGESTED]
    assert (the_order().channel_order_no, str(the_order().paid_amount)) == (number, "318.00")
    shop.now += timedelta(minutes=1)
    shop.press("act", act="cancel", order_id=number)
    take_in(shop)
    assert the_order().channel_status == "cancelled"


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        (FaultKind.WRONG_KEY, 0),
        (FaultKind.OLD_TIMESTAMP, 0),
        (FaultKind.CHANGED_BODY, 0),
        (FaultKind.REPLAYED, 1),
        (FaultKind.DUPLICATE, 1),
    ],
)
def test_spoiled_message_is_kept_once_or_not_at_all(
    shop: Bench, kind: FaultKind, kept: int
) -> None:
    shop.plan(kind)
    shop.order()
    assert RawOrder.objects.count() == kept


def test_overtaken_message_changes_nothing(shop: Bench) -> None:
    shop.plan(FaultKind.OUT_OF_ORDER)
    number = shop.order(is_paid=False)["order_id"]
    shop.now += timedelta(seconds=10)
    shop.press("act", act="pay", order_id=number)
    shop.wait(seconds=1)
    take_in(shop)
    assert RawOrder.objects.count() == 2
    assert the_order().channel_status == "paid"


def test_unknown_sku_waits_for_a_person(shop: Bench) -> None:
    shop.press("scene", scene="unknown_sku")
    shop.press("scene", scene="broken")
    assert take_in(shop) == [RawOrderStatus.EXCEPTION] * 2
    assert not Order.objects.exists()
    assert not Sku.objects.filter(code="SOLD-OUT-404").exists()


def drain(bench: Bench, **later: float) -> None:
    bench.now += timedelta(**later)
    draining.drain(now=bench.now)


def test_tracking_and_refund_go_back_to_the_shop(
    shop: Bench, clock: time_machine.Traveller
) -> None:
    shop.order()
    take_in(shop)
    shipment = parcel(whole(the_order()), at=shop.now)
    queueing.queue_shipments([shipment.pk], now=shop.now)
    queueing.queue_refunds([refund_of(the_order()).pk], now=shop.now)
    drain(shop)
    clock.shift(120)
    drain(shop, minutes=2)
    assert set(PushJob.objects.values_list("status", flat=True)) == {PushStatus.DONE}
    assert shop.simulator.store.orders()[0]["status"] == "shipped"
    told = {news.place: news.document for news in shop.simulator.store.news()}
    assert told["shipments"]["tracking_no"] == shipment.waybill_no
    assert told["refunds"]["amount_cents"] == 2000
    assert the_order().refunds.get().status == "confirmed"


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.MALFORMED])
def test_broken_line_after_the_work_pays_no_refund_twice(
    shop: Bench, clock: time_machine.Traveller, kind: FaultKind
) -> None:
    shop.order()
    take_in(shop)
    queueing.queue_refunds([refund_of(the_order()).pk], now=shop.now)
    shop.plan(kind, "refunds")
    drain(shop)
    assert PushJob.objects.get().status == PushStatus.FAILED
    clock.shift(30)
    drain(shop, seconds=30)
    assert PushJob.objects.get().status == PushStatus.DONE
    assert len(shop.simulator.store.news()) == 1
    assert the_order().refunds.get().status == "confirmed"


def test_every_call_is_written_down_without_people(shop: Bench) -> None:
    shop.order()
    take_in(shop)
    store = Store.objects.get(code="demo-shop")
    refund = refund_of(the_order())
    queueing.queue_refunds([refund.pk], now=shop.now)
    shop.plan(FaultKind.SERVER_ERROR, "refunds")
    drain(shop)
    call = CallLog.objects.get()
    assert (call.kind, call.store_id, call.reference) == ("webhook", store.pk, refund.refund_no)
    assert (call.operation, call.status, call.outcome) == ("POST refunds", 500, "unknown")
    assert "马俊杰" not in call.request_body
    assert call.response_body


def holds() -> list[str]:
    rows = the_order().holds.filter(released_at=None)
    return sorted(rows.values_list("code", flat=True))


def test_request_holds_the_order_until_our_no_comes_back_as_the_shops(shop: Bench) -> None:
    shop.press("act", act="ask_refund", order_id=shop.order()["order_id"])
    assert take_in(shop) == [RawOrderStatus.INGESTED] * 2
    assert holds() == ["refund_requested"]
    request = ChannelRefund.objects.get()
    queueing.queue_answer(
        the_order().pk,
        case_no="AS1",
        channel_refund_no=request.channel_refund_no,
        is_agreed=False,
        now=shop.now,
    )
    draining.drain(now=shop.now)
    shop.wait(seconds=1)
    take_in(shop)
    request.refresh_from_db()
    assert (request.stage, holds()) == ("rejected", [])


def test_money_that_the_shop_pays_by_itself_cancels_the_order_once(shop: Bench) -> None:
    shop.press("act", act="ask_refund", order_id=shop.order()["order_id"])
    take_in(shop)
    number = shop.simulator.store.requests()[0]["refund_id"]
    shop.now += timedelta(minutes=1)
    shop.press("request", act="pay_back", refund_id=number)
    take_in(shop)
    assert the_order().status == "cancelled"
    assert Refund.objects.get().status == "done_by_platform"
    assert ChannelRefund.objects.get().problem == ""
