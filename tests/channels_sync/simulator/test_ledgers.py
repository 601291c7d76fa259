"""A market's day as its platform lists it, held against what came in: over real HTTP."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine

from channels_sync.connectors.ledgers import Standing
from channels_sync.models import Finding, ReconciledDay
from channels_sync.services import hints, intake
from channels_sync.services.reconciling import running as reconciling
from channels_sync.services.reconciling.listing import open_ledger
from channels_sync.simulator.doudian.platform import Doudian
from channels_sync.simulator.goods import BY_CODE
from channels_sync.simulator.market.orders import Order as MarketOrder
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.market.refunds import RefundKind
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.taobao.platform import Taobao
from channels_sync.simulator.weidian.platform import Weidian
from channels_sync.simulator.youzan.platform import Youzan
from oms.dto import ChannelStatus
from tests.factories.basics import UserFactory

from .bench import running
from .journey import Journey

pytestmark = pytest.mark.django_db(transaction=True)

PLATFORMS: tuple[type[Platform], ...] = (Doudian, Taobao, Weidian, Youzan)
DAY = date(2026, 11, 22)


def name_of(platform: type[Platform]) -> str:
    return platform.key


@pytest.fixture(params=PLATFORMS, ids=name_of)
def shop(
    request: pytest.FixtureRequest, tmp_path: Path, clock: time_machine.Traveller
) -> Iterator[Journey]:
    platform = request.param
    with running(tmp_path / "db", Settings(), platforms=[platform]) as bench:
        yield Journey(bench, clock, platform)


def pay_back(shop: Journey, placed: MarketOrder) -> None:
    """Give the money for one piece back."""
    requests, line_no = shop.market.requests, placed.lines[0].number
    kind, now = RefundKind.REFUND_ONLY, shop.bench.now
    asked = requests.ask(placed.number, line_no, kind=kind, reason="少件", units=1, at=now)
    requests.pay(asked.number, at=now)


def listed(shop: Journey) -> dict[str, Standing]:
    """Read the day's list to its end."""
    since, cursor = shop.bench.now.replace(hour=16, minute=0) - timedelta(days=1), None
    rows = dict[str, Standing]()
    with open_ledger(shop.connection) as ledger:
        for _page in range(100):
            page = ledger.list_orders(since=since, until=since + timedelta(days=1), cursor=cursor)
            rows |= {row.channel_order_no: row for row in page.rows}
            cursor = page.cursor
            if cursor is None:
                return rows
    raise AssertionError("it never ends")


def reconcile(shop: Journey) -> ReconciledDay:
    """Let the night come, and hold the day against the list."""
    shop.wait(hours=11)
    actor = UserFactory.create(superuser=True)
    store = shop.connection.store_id
    reconciling.ask(store, day=DAY, actor=actor, now=shop.bench.now)
    reconciling.run_due(now=shop.bench.now)
    return ReconciledDay.objects.get()


def test_list_shows_what_became_of_each_order(shop: Journey) -> None:
    waiting, sent, gone = shop.place(), shop.place("TEES-01"), shop.place()
    unpaid = shop.place(is_paid=False)
    shop.pull(minutes=4)
    number = shop.ship(sent)
    shop.market.cancel(gone.number, at=shop.bench.now)
    pay_back(shop, sent)
    shop.wait(minutes=4)
    rows = listed(shop)
    assert {key: (row.status, row.paid) for key, row in rows.items()} == {
        waiting.number: (ChannelStatus.PAID, Decimal("318.00")),
        sent.number: (ChannelStatus.SHIPPED, Decimal("118.00")),
        gone.number: (ChannelStatus.CANCELLED, Decimal("318.00")),
        unpaid.number: (ChannelStatus.UNPAID, Decimal(0)),
    }
    numbers = None if shop.platform is Youzan else frozenset({number})
    assert rows[sent.number].waybill_nos == numbers
    assert rows[waiting.number].waybill_nos == frozenset()
    back = None if shop.platform is Weidian else Decimal("59.00")
    assert rows[sent.number].refunded == back
    assert rows[unpaid.number].modified_at == unpaid.modified_at


def test_part_that_left_stands_in_the_list_with_its_number(shop: Journey) -> None:
    cart = ((BY_CODE["HOOD-02"], 1), (BY_CODE["TEES-01"], 1))
    placed = shop.market.place(7, cart, is_paid=True, at=shop.bench.now)
    first = (placed.lines[0].number,)
    shop.market.ship(
        placed.number, carrier="sf", waybill_no="SF1", line_nos=first, at=shop.bench.now
    )
    shop.wait(minutes=4)
    (row,) = listed(shop).values()
    numbers = None if shop.platform is Weidian else frozenset({"SF1"})
    assert (row.status, row.waybill_nos) == (ChannelStatus.PARTLY_SHIPPED, numbers)


def test_day_that_was_pulled_and_told_has_nothing_to_complain(shop: Journey) -> None:
    placed = [shop.place(), shop.place("TEES-01"), shop.place(), shop.place(is_paid=False)]
    shop.pull(minutes=4)
    shop.ship(placed[1])
    shop.market.cancel(placed[2].number, at=shop.bench.now)
    pay_back(shop, placed[1])
    shop.pull(minutes=10)
    day = reconcile(shop)
    assert not Finding.objects.exists()
    assert (day.state, day.theirs_count, day.matched) == ("done", 4, 4)


def test_order_that_never_came_is_found_and_fetched(shop: Journey) -> None:
    missed = shop.place()
    assert reconcile(shop).matched == 0
    (found,) = Finding.objects.all()
    assert (found.channel_order_no, found.kind) == (missed.number, Finding.Kind.THEIRS_ONLY)
    hints.reread_due(now=shop.bench.now)
    intake.drain(now=shop.bench.now)
    shop.wait(minutes=40)
    reconciling.line_up_due(now=shop.bench.now)
    reconciling.run_due(now=shop.bench.now)
    day = ReconciledDay.objects.get()
    assert (day.matched, Finding.objects.get().state) == (1, Finding.State.HEALED)


@pytest.mark.parametrize("shop", [Doudian, Taobao, Youzan], ids=name_of, indirect=True)
def test_refund_that_never_came_is_found_and_fetched(shop: Journey) -> None:
    sent = shop.place("TEES-01")
    shop.pull(minutes=4)
    shop.ship(sent)
    shop.pull(minutes=10)
    pay_back(shop, sent)
    reconcile(shop)
    (found,) = Finding.objects.all()
    assert (found.kind, found.ours, found.theirs) == (Finding.Kind.REFUND, "0", "59.00")
    hints.reread_due(now=shop.bench.now)
    intake.drain(now=shop.bench.now)
    shop.wait(minutes=40)
    reconciling.line_up_due(now=shop.bench.now)
    reconciling.run_due(now=shop.bench.now)
    assert Finding.objects.get().state == Finding.State.HEALED
