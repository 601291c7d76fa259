"""A shop, a carrier and a warehouse that sells two things, with a clock we move."""

from datetime import UTC, datetime, timedelta

import time_machine

from channels_sync import tasks as channels
from channels_sync.models import StoreConnection
from channels_sync.simulator.ownsite.store import News
from channels_sync.simulator.settings import SECRET
from oms import tasks
from oms.models import Order, Sku, Store
from tests.channels_sync.simulator.bench import Bench
from tests.factories.oms import StoreFactory
from tests.factories.warehouse import CarrierAccountFactory, Floor
from warehouse import tasks as warehouse
from warehouse.simulator.server import SimulatorServer
from warehouse.simulator.settings import Settings
from warehouse.simulator.sf.gateway import SERVICE_PATH

BUYER = "7"
HOODIE, SHIRT = "HOOD-02", "TEES-01"


class Stage:
    """Everything that happens goes through the doors of the real system: signed messages in,
    the worker's own tasks, calls out to the simulators."""

    def __init__(
        self, shop: Bench, carrier: SimulatorServer, clock: time_machine.Traveller
    ) -> None:
        self.shop = shop
        self._clock = clock
        self.wait(minutes=0)
        self.floor = Floor(now=shop.now)
        account = Settings()
        CarrierAccountFactory.create(
            warehouse=self.floor.warehouse,
            credentials={"partner_id": account.partner, "checkword": account.checkword},
            base_url=f"{carrier.url}{SERVICE_PATH}",
        )
        self.store: Store = StoreFactory.create(code="demo-shop", maps_by_code=True)
        StoreConnection.objects.create(
            store=self.store,
            kind="webhook",
            base_url=shop.shop_url,
            credentials={"hook_secret": SECRET},
        )
        self.hoodie = self._sold(HOODIE, "A-01", aisle=1)
        self.shirt = self._sold(SHIRT, "B-02", aisle=2)
        self.tote = self.floor.tote("T-1")

    def _sold(self, code: str, shelf: str, *, aisle: int) -> Sku:
        place = self.floor.shelf(shelf, aisle=aisle, bay=1)
        return self.floor.goods(10, shelf=place, code=code)

    def wait(self, **duration: float) -> None:
        """Let time pass, for the system and for the platforms."""
        self.shop.now = datetime.now(UTC) + timedelta(**duration)
        self._clock.move_to(self.shop.now)

    def buy(self, code: str) -> Order:
        """Let the buyer place and pay an order; return it as it came in."""
        answer = self.shop.press("place", buyer=BUYER, sku_code=code, quantity="1", is_paid="1")
        assert answer.status_code == 303
        self.work()
        number = self.shop.simulator.store.orders()[0]["order_id"]
        return Order.objects.get(channel_order_no=number)

    def change_mind(self, order: Order) -> None:
        """Let the buyer cancel an order in the shop."""
        number = order.channel_order_no or ""
        assert self.shop.press("act", act="cancel", order_id=number).status_code == 303
        self.work()

    def work(self) -> None:
        """Let the worker do once what it does every minute."""
        channels.drain_raw_orders()
        tasks.dispatch()
        tasks.merge_scan()
        tasks.deliver_events()
        warehouse.run_waves()
        channels.push_to_channels()

    def trackings(self) -> dict[str, str]:
        """Return what the shop was told: its order number and the waybill's number."""
        told: list[News] = self.shop.simulator.store.news()
        shipments = [news for news in told if news.place == "shipments"]
        return {news.order_id: str(news.document["tracking_no"]) for news in shipments}

    def refunds(self) -> list[News]:
        """Return the refunds that the shop was asked for, one for each call it took in."""
        told: list[News] = self.shop.simulator.store.news()
        return [news for news in told if news.place == "refunds"]
