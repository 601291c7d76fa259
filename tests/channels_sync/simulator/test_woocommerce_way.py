"""From the simulated shop on WordPress into the system and back, over real HTTP."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from channels_sync.flows import PushStatus
from channels_sync.models import Finding, PushJob, ReconciledDay
from channels_sync.services.push import queueing
from channels_sync.services.reconciling import running as reconciling
from channels_sync.services.reconciling.listing import open_ledger
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.orders import Status
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.woocommerce.platform import WooCommerce
from oms.dto import ChannelStatus, RefundStage
from oms.models import ChannelRefund
from tests.channels_sync.push.parcels import refund_of
from tests.factories.basics import UserFactory

from .bench import running
from .journey import Journey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(
    tmp_path: Path, live_server: LiveServer, clock: time_machine.Traveller
) -> Iterator[Journey]:
    settings = Settings(oms_url=live_server.url)
    with running(tmp_path / "db", settings, platforms=[WooCommerce]) as bench:
        yield Journey(bench, clock, WooCommerce)


def test_tracking_is_told_while_the_host_is_down_for_a_moment(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    shop.bench.plan(FaultKind.SERVER_ERROR, "PUT orders")
    number = shop.ship(placed)
    shop.push(minutes=10)
    assert PushJob.objects.get().status == PushStatus.DONE
    told = shop.market.order(placed.number)
    assert (told.status, [one.waybill_no for one in told.parcels]) == (Status.SHIPPED, [number])
    shop.pull(minutes=4)
    assert shop.order(placed.number).channel_status == "shipped"


def test_money_that_the_shop_gave_back_is_read(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    give, line = shop.market.requests.give, placed.lines[0].number
    given = give(
        placed.number, line, units=1, amount=Decimal("159.00"), reason="少件", at=shop.bench.now
    )
    shop.hear()
    kept = ChannelRefund.objects.get()
    assert kept.channel_refund_no == f"{placed.number}-{given.number}"
    assert (kept.stage, kept.amount) == (RefundStage.SUCCESS, Decimal("159.00"))


def test_money_of_ours_goes_back_once_and_is_known_again(shop: Journey) -> None:
    placed = shop.place()
    shop.pull(minutes=4)
    refund = refund_of(shop.order(placed.number), amount="20.00")
    queueing.queue_refunds([refund.pk], now=shop.bench.now)
    shop.bench.plan(FaultKind.DROP_AFTER, "POST refunds")
    shop.push(minutes=1)
    shop.push(minutes=10)
    refund.refresh_from_db()
    assert refund.status == "confirmed"
    (given,) = shop.market.store.refunds()
    assert (given.amount, given.units) == (Decimal("20.00"), 0)
    assert refund.channel_refund_no == f"{placed.number}-{given.number}"


def test_list_of_the_day_shows_what_became_of_each_order(shop: Journey) -> None:
    waiting, sent, gone = shop.place(), shop.place("TEES-01"), shop.place()
    unpaid = shop.place(is_paid=False)
    shop.pull(minutes=4)
    shop.ship(sent)
    shop.market.cancel(gone.number, at=shop.bench.now)
    since = shop.bench.now.replace(hour=0, minute=0)
    with open_ledger(shop.connection) as ledger:
        page = ledger.list_orders(since=since, until=since + timedelta(days=1), cursor=None)
    rows = {row.channel_order_no: (row.status, row.paid, row.refunded) for row in page.rows}
    full, nothing = Decimal("318.00"), Decimal(0)
    assert (page.total, page.cursor) == (4, None)
    assert rows == {
        waiting.number: (ChannelStatus.PAID, full, nothing),
        sent.number: (ChannelStatus.SHIPPED, Decimal("118.00"), nothing),
        gone.number: (ChannelStatus.CANCELLED, full, full),
        unpaid.number: (ChannelStatus.UNPAID, nothing, nothing),
    }


def test_day_that_was_pulled_and_told_has_nothing_to_complain(shop: Journey) -> None:
    placed = [shop.place(), shop.place("TEES-01"), shop.place(), shop.place(is_paid=False)]
    shop.pull(minutes=4)
    shop.ship(placed[1])
    shop.market.cancel(placed[2].number, at=shop.bench.now)
    shop.pull(minutes=10)
    shop.wait(hours=11)
    actor, store = UserFactory.create(superuser=True), shop.connection.store_id
    reconciling.ask(store, day=date(2026, 11, 22), actor=actor, now=shop.bench.now)
    reconciling.run_due(now=shop.bench.now)
    day = ReconciledDay.objects.get()
    assert not Finding.objects.exists()
    assert (day.state, day.theirs_count, day.matched) == ("done", 4, 4)
