"""From the simulated Weidian into the system and back, over real HTTP, as the worker does it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.services import authorizing
from channels_sync.services.push import queueing
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.orders import Order as MarketOrder
from channels_sync.simulator.market.refunds import Refund, RefundStatus
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.weidian.platform import Weidian
from oms.dto import RefundStage
from oms.models import ChannelRefund, Order
from tests.factories.basics import UserFactory

from .bench import running
from .journey import Journey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(
    tmp_path: Path, live_server: LiveServer, clock: time_machine.Traveller
) -> Iterator[Journey]:
    settings = Settings(oms_url=live_server.url)
    with running(tmp_path / "db", settings, platforms=[Weidian]) as bench:
        yield Journey(bench, clock, Weidian)


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


def test_line_that_breaks_after_the_work_ships_once(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    shop.bench.plan(FaultKind.DROP_AFTER, "vdian.order.deliver")
    shop.ship(placed)
    shop.push(minutes=10)
    assert PushJob.objects.get().status == PushStatus.DONE
    assert len(shop.market.order(placed.number).parcels) == 1


def test_request_is_heard_refused_and_read_again(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    refund = shop.ask(placed)
    shop.hear()
    kept = ChannelRefund.objects.get()
    assert kept.channel_refund_no == f"{placed.number}-{refund.number}"
    assert kept.stage == RefundStage.WAIT_MERCHANT
    assert is_held(shop, placed)
    answer(shop, is_agreed=False)
    assert state(shop, refund) is RefundStatus.REJECTED
    shop.hear()
    assert ChannelRefund.objects.get().stage == RefundStage.REJECTED
    assert not is_held(shop, placed)


def test_yes_pays_and_the_order_ends_here_too(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    refund = shop.ask(placed)
    shop.pull(minutes=4)
    answer(shop, is_agreed=True)
    assert state(shop, refund) is RefundStatus.SUCCESS
    shop.hear()
    assert ChannelRefund.objects.get().stage == RefundStage.SUCCESS
    assert shop.order(placed.number).channel_status == "cancelled"


def test_keys_alone_connect_the_shop(shop: Journey) -> None:
    actor, row = UserFactory.create(superuser=True), shop.connection
    assert authorizing.begin(row.pk, actor=actor, redirect_uri="https://oms.example.com/") == ""
    authorizing.exchange(
        row.pk, code="", actor=actor, redirect_uri="https://oms.example.com/", now=shop.bench.now
    )
    placed = shop.place()
    shop.pull(minutes=4)
    assert shop.order(placed.number).channel_status == "paid"
