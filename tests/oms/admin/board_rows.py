"""At least one row for every counter of the board, each in a place of its own."""

from datetime import datetime, timedelta

from channels_sync.models import LineState, PushJob, RawOrder
from oms.models import FulfillmentOrder, OrderHold, Shipment, Store, Warehouse
from tests.aftersales import acts
from tests.factories.aftersales import open_case, refund_only_case, shipped_order
from tests.factories.channels_sync import HookShop
from tests.factories.oms import FulfillmentOrderFactory, ListingFactory, OrderFactory
from tests.factories.warehouse import Floor, stand_at
from tests.oms.admin import rows
from tests.oms.admin.world import World
from tests.warehouse.admin import rows as floor_rows
from warehouse.models import BinStock, PickSlot, Waybill

HOUR = timedelta(hours=1)


def fill(world: World, now: datetime) -> None:
    """Put rows everywhere; what warehouse and after-sales make stands in places of their own."""
    _orders(world.store, now)
    _documents(world.store, world.warehouse)
    _parcels(world, now)
    _received(now)
    _cases()
    _floor(now)
    rows.approval(world)
    rows.event(world)
    ListingFactory.create(store=world.store, sku=None)


def _orders(store: Store, now: datetime) -> None:
    for hours in (-1, 1, 6, 48):
        OrderFactory.create(store=store, ship_by=now + hours * HOUR)
    OrderFactory.create_batch(2, store=store, waiting_merge=True)
    OrderFactory.create(store=store, approved=True)
    OrderFactory.create(store=store, shipped=True, ship_by=now - HOUR)
    held = OrderFactory.create(store=store, approved=True)
    OrderHold.objects.create(order=held, code="shortage", owner="system", placed_at=now)


def _documents(store: Store, warehouse: Warehouse) -> None:
    for status in ("allocated", "released", "waved", "picking", "picked", "packed"):
        FulfillmentOrderFactory.create(
            order=OrderFactory.create(store=store), warehouse=warehouse, status=status
        )


def _parcels(world: World, now: datetime) -> None:
    for left in (now, now, now - 30 * HOUR, None):
        parcel = rows.shipment(world)
        Shipment.objects.filter(pk=parcel.pk).update(
            handed_over_at=left, waybill_no=None, package_no=f"PK-{parcel.pk}"
        )
        stand_at(FulfillmentOrder.objects.filter(pk=parcel.fulfillment_id), "handed_over")
    for hours in (2, 30, 50):
        parcel = rows.shipment(world)
        told = {"uploaded_at": now - hours * HOUR, "scan_expected": True}
        Shipment.objects.filter(pk=parcel.pk).update(**told)


def _received(now: datetime) -> None:
    shop = HookShop()
    LineState.objects.create(store=shop.store, failures=5, opened_at=now, probe_at=now + HOUR)
    for snoozed in (None, now + HOUR):
        kept = RawOrder.objects.filter(pk=shop.keep().pk)
        kept.update(cause="unmapped_listing", snoozed_until=snoozed)
        stand_at(kept, "exception")
    order = OrderFactory.create(store=shop.store)
    for kind, status in (
        *(("shipment", "needs_person"), ("shipment", "failed")),
        *(("refund", "needs_person"), ("refund", "failed")),
    ):
        PushJob.objects.create(
            kind=kind,
            store=shop.store,
            order=order,
            reference="PK",
            key=f"{kind}-{status}",
            not_before=now,
            trying_since=now,
            created_at=now,
            status=status,
            status_at=now,
        )


def _cases() -> None:
    open_case()
    acts.approve(open_case())
    refund_only_case(shipped_order())


def _floor(now: datetime) -> None:
    floor = Floor()
    for status in ("failed", "unknown", "requested"):
        stand_at(Waybill.objects.filter(pk=floor_rows.waybill(floor).pk), status)
    floor_rows.put_back(floor)
    doubted = floor_rows.bin_stock(floor)
    BinStock.objects.filter(pk=doubted.pk).update(doubted_at=now)
    stopped = floor.document({floor.goods(5): 1})
    floor.document({floor.goods(5): 1})
    floor.waves()
    slots = PickSlot.objects.filter(fulfillment=stopped)
    assert slots.update(parked_at=now) == 1
