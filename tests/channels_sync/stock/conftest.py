from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
import time_machine

from channels_sync.connectors.stocking import ListingRef, Offer, StockTaker, stock_takers
from channels_sync.models import ListingStock, StockRule, StoreConnection
from channels_sync.services.stock import sending
from oms.integration.errors import IntegrationError
from oms.models import Bundle, Listing, Sku, StockLevel, Store, Warehouse
from tests.factories.oms import NOW, SkuFactory, StoreFactory, WarehouseFactory


class ScriptedTaker(StockTaker):
    """Remembers what it was told; troubles come in turn."""

    kind: ClassVar[str] = "scripted-stock"
    label: ClassVar[str] = "Scripted"
    batch: ClassVar[int] = 3
    told: ClassVar[list[tuple[str, int]]] = []
    keys: ClassVar[list[str]] = []
    troubles: ClassVar[list[BaseException | None]] = []
    refused: ClassVar[dict[str, IntegrationError]] = {}
    shows: ClassVar[dict[str, int]] = {}
    meanwhile: ClassVar[list[object]] = []

    @classmethod
    def reset(cls) -> None:
        for each in (cls.told, cls.keys, cls.troubles, cls.refused, cls.shows, cls.meanwhile):
            each.clear()

    def set_stock(self, offers: Sequence[Offer]) -> Mapping[str, IntegrationError]:
        trouble = self.troubles.pop(0) if self.troubles else None
        self.keys.extend(offer.key for offer in offers)
        if trouble is not None:
            raise trouble
        for act in self.meanwhile:
            assert callable(act)
            act()
        self.meanwhile.clear()
        self.told.extend((one.listing.channel_product_id, one.quantity) for one in offers)
        self.shows.update({one.listing.channel_product_id: one.quantity for one in offers})
        return {
            one.key: self.refused[one.listing.channel_product_id]
            for one in offers
            if one.listing.channel_product_id in self.refused
        }

    def read_stock(self, listings: Sequence[ListingRef]) -> Mapping[ListingRef, int]:
        return {
            one: self.shows[one.channel_product_id]
            for one in listings
            if one.channel_product_id in self.shows
        }


@pytest.fixture(autouse=True)
def platform() -> Iterator[type[ScriptedTaker]]:
    stock_takers.register(ScriptedTaker)
    ScriptedTaker.reset()
    yield ScriptedTaker
    del stock_takers._members[ScriptedTaker.kind]


class Counter:
    """A shop that is told, a warehouse, and the worker that tells."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self.now: datetime = NOW
        self._traveller = traveller
        self.store: Store = StoreFactory.create()
        self.line = StoreConnection.objects.create(
            store=self.store, kind="scripted-stock", base_url="http://127.0.0.1:1"
        )
        self.rule = StockRule.objects.create(store=self.store)
        self.warehouse: Warehouse = WarehouseFactory.create()

    def goods(self, on_hand: int, *, reserved: int = 0) -> Sku:
        sku: Sku = SkuFactory.create()
        StockLevel.objects.create(
            warehouse=self.warehouse, sku=sku, on_hand=on_hand, reserved=reserved
        )
        return sku

    def move(self, sku: Sku, on_hand: int) -> None:
        StockLevel.objects.filter(sku=sku).update(on_hand=on_hand)

    def listing(
        self, number: str, sku: Sku | None = None, *, bundle: Bundle | None = None, ratio: int = 1
    ) -> Listing:
        return Listing.objects.create(
            store=self.store,
            channel_product_id=number,
            sku=sku,
            bundle=bundle,
            ratio=ratio,
            effective_from=NOW,
        )

    def send(self, **later: float) -> int:
        """Let so much time pass (``minutes=1``) and send what is due."""
        self.now += timedelta(**(later or {"seconds": 5}))
        self._traveller.move_to(self.now)
        return sending.send_due(now=self.now)

    def row(self, listing: Listing) -> ListingStock:
        return ListingStock.objects.get(listing=listing)


@pytest.fixture
def counter(db: None, clock: time_machine.Traveller) -> Counter:
    return Counter(clock)
