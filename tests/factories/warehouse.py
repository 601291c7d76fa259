# mypy: disable-error-code="no-untyped-call, untyped-decorator"
"""A warehouse at work: bins with goods, totes, people, documents on their way through it.

``Floor`` keeps Σ bins = on hand: goods come in through the stock service, never past it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from factory.declarations import Sequence as Counting
from factory.declarations import SubFactory
from factory.django import DjangoModelFactory

from oms.models import (
    FulfillmentOrder,
    MergeGroup,
    Order,
    OrderHold,
    Sku,
    StockMovement,
    User,
    Warehouse,
)
from oms.models.locking import lock_row
from oms.services.orders.cancel import cancel_locked
from tests.factories.oms import (
    NOW,
    BarcodeFactory,
    FulfillmentLineFactory,
    FulfillmentOrderFactory,
    OrderFactory,
    OrderLineFactory,
    SkuFactory,
    StoreFactory,
    UserFactory,
    WarehouseFactory,
    grant,
)
from warehouse.models import Bin, CarrierAccount, Parcel, PickTask, WarehouseSetting, Wave
from warehouse.services.barcodes import read
from warehouse.services.handing_over import at_dock, collected, current
from warehouse.services.outcome import Outcome
from warehouse.services.packing.check import pack
from warehouse.services.picking.claiming import claim
from warehouse.services.picking.pick import pick
from warehouse.services.picking.steps import StepKind, next_step
from warehouse.services.picking.stopping import note_stop
from warehouse.services.putting_back import put_back
from warehouse.services.scanning.values import ScanRequest
from warehouse.services.stock.bins import Goods
from warehouse.services.stock.moves import add
from warehouse.services.waves.planning import plan_waves
from warehouse.services.waves.starting import start_wave


def stand_at(rows: QuerySet[Any], status: str) -> None:
    """Put rows into a status without the way there: for what only happens to them elsewhere."""
    rows.update(status=status)


class BinFactory(DjangoModelFactory[Bin]):
    """``BinFactory.create(warehouse=warehouse, code="A-01-1", aisle=1, bay=1, level=1)``."""

    class Meta:
        model = Bin

    warehouse = SubFactory(WarehouseFactory)
    code = Counting(lambda n: f"A-{n:02d}-1")
    zone = "A"
    kind = Bin.Kind.SHELF
    aisle, bay, level = 1, Counting(lambda n: n), 1


class ToteFactory(BinFactory):
    code = Counting(lambda n: f"T-{n:03d}")
    zone = ""
    kind = Bin.Kind.TOTE


class CarrierAccountFactory(DjangoModelFactory[CarrierAccount]):
    """An SF account of a warehouse, with credentials that open nothing."""

    class Meta:
        model = CarrierAccount

    name = Counting(lambda n: f"SF {n}")
    carrier = "sf"
    warehouse = SubFactory(WarehouseFactory)
    credentials = {"partner_id": "SIMULATOR-PARTNER", "checkword": "simulator-checkword"}  # noqa: RUF012
    base_url = "http://127.0.0.1:1/nobody"
    product = "2"


class Floor:
    """One warehouse with a shop that ships from it, a picker who may do everything on the floor and
    a manager. Every method is one thing that happens there."""

    def __init__(self, *, now: datetime = NOW) -> None:
        self.now = now
        self.warehouse: Warehouse = WarehouseFactory.create(
            contact_name="示例仓", contact_phone="057100000000", address="样例路1号"
        )
        self.store = StoreFactory.create()
        self.worker = self.person("warehouse_staff")
        self.manager = self.person("warehouse_manager")
        WarehouseSetting.objects.create(warehouse=self.warehouse, wave_wait_minutes=0)

    def person(self, role: str = "", *, place: Warehouse | None = None) -> User:
        user: User = UserFactory.create()
        if role:
            grant(user, role, place or self.warehouse)
        return user

    def shelf(self, code: str = "", **place: object) -> Bin:
        named = {"code": code} if code else {}
        shelf: Bin = BinFactory.create(warehouse=self.warehouse, **named, **place)
        return shelf

    def tote(self, code: str = "") -> Bin:
        named = {"code": code} if code else {}
        tote: Bin = ToteFactory.create(warehouse=self.warehouse, **named)
        return tote

    def goods(self, units: int = 10, *, shelf: Bin | None = None, **sku: object) -> Sku:
        """Put a new SKU with a barcode on a shelf."""
        made: Sku = SkuFactory.create(**sku)
        BarcodeFactory.create(sku=made)
        self.stock(made, units, shelf=shelf)
        return made

    def stock(
        self, sku: Sku, units: int, *, shelf: Bin | None = None, lot: str = "", days_ago: int = 0
    ) -> Bin:
        place = shelf or self.shelf()
        since = self.now - timedelta(days=days_ago)
        add(
            place,
            goods=Goods(sku.pk, units, lot=lot, since=since),
            kind=StockMovement.Kind.OPENING,
            reference="test",
            now=self.now,
            actor=None,
        )
        return place

    def order(self, units: Mapping[Sku, int], **order: object) -> Order:
        made: Order = OrderFactory.create(
            **{"store": self.store, "released": True, "lines": 0, **order}
        )
        for sku, quantity in units.items():
            OrderLineFactory.create(order=made, quantity=quantity, item__sku=sku)
        return made

    def document(self, units: Mapping[Sku, int], **document: object) -> FulfillmentOrder:
        """Release a document over one new order; its units are reserved."""
        made: FulfillmentOrder = FulfillmentOrderFactory.create(
            **{
                "order": self.order(units),
                "warehouse": self.warehouse,
                "released": True,
                "carrier": "sf",
                **document,
            }
        )
        return made

    def merged(self, *orders: Mapping[Sku, int]) -> FulfillmentOrder:
        """Release one document over several orders of one merge."""
        rows = [self.order(units, merged=True, released=False) for units in orders]
        group = MergeGroup.objects.create(
            group_no=f"MG-{uuid4().hex[:12]}", store=self.store, merge_key="k", made_at=self.now
        )
        for row in rows:
            group.memberships.create(order=row, joined_at=self.now)
        made: FulfillmentOrder = FulfillmentOrderFactory.create(
            order=None,
            merge_group=group,
            store=self.store,
            receiver=rows[0].receiver,
            ship_by=rows[0].ship_by,
            warehouse=self.warehouse,
            released=True,
            carrier="sf",
            lines=False,
        )
        for item in (item for row in rows for item in row.items.all()):
            FulfillmentLineFactory.create(fulfillment=made, order_item=item)
        return made

    def hold(self, document: FulfillmentOrder, *, detail: str = "") -> OrderHold:
        """Hold a document's order, without asking how far it is: the stations must notice."""
        assert document.order is not None
        return OrderHold.objects.create(
            order=document.order, code="person", owner="person", detail=detail, placed_at=self.now
        )

    def cancel(self, document: FulfillmentOrder) -> None:
        """Cancel a document's order; the warehouse is not told yet."""
        self.cancel_order(document.order_id or 0)

    def cancel_order(self, order_id: int) -> None:
        order = lock_row(Order, order_id)
        cancel_locked(order, reason="buyer changed mind", now=self.now)

    def waves(self) -> list[Wave]:
        """Plan and start everything that waits."""
        planned = plan_waves(self.warehouse.pk, now=self.now, actor=self.manager)
        return [start_wave(wave.pk, actor=self.manager, now=self.now) for wave in planned]

    def claim(self, user: User | None = None) -> PickTask:
        return claim(self.warehouse.pk, actor=user or self.worker, now=self.now)

    def pick(self, task: PickTask, code: str, *, quantity: int = 1) -> Outcome:
        """Let the picker of a task scan a code."""
        actor = task.picker or self.worker
        found = read(code, user=actor, warehouse_id=self.warehouse.pk, quantity=quantity)
        return pick(self.warehouse.pk, task_id=task.pk, scan=found, actor=actor, now=self.now)

    def pick_all(self, task: PickTask | None = None) -> PickTask:
        """Walk a whole task, doing what each step asks for."""
        task = task or self.claim()
        for _step in range(500):
            task.refresh_from_db()
            if next_step(task).kind is StepKind.DONE:
                return task
            self.one_step(task)
        raise AssertionError("the task never ends")

    def one_step(self, task: PickTask) -> Outcome:
        """Do what the task's step asks for."""
        return self.pick(task, self._wanted(next_step(task).kind, task))

    def _wanted(self, kind: StepKind, task: PickTask) -> str:
        step = next_step(task)
        match kind:
            case StepKind.TOTE:
                return self.tote().code
            case StepKind.BIN:
                return step.bin.code
            case StepKind.SKU:
                return step.lines[0].sku.code
        return step.slot.tote.code if step.slot and step.slot.tote else ""

    def pack(self, code: str, *, quantity: int = 1, user: User | None = None) -> Outcome:
        actor = user or self.worker
        found = read(code, user=actor, warehouse_id=self.warehouse.pk, quantity=quantity)
        return pack(self.warehouse.pk, scan=found, actor=actor, now=self.now)

    def put_back(self, *codes: str, user: User | None = None) -> list[Outcome]:
        """Scan goods and shelves at the put-back station, one after another."""
        actor, place = user or self.worker, self.warehouse.pk
        return [
            put_back(
                place,
                scan=read(code, user=actor, warehouse_id=place),
                actor=actor,
                now=self.now,
            )
            for code in codes
        ]

    def at_dock(self, code: str, *, user: User | None = None) -> Outcome:
        """Scan a waybill at the dock, or press a button there."""
        actor, place = user or self.worker, self.warehouse.pk
        found = read(code, user=actor, warehouse_id=place)
        return at_dock(place, scan=found, actor=actor, now=self.now)

    def collected(self) -> list[Parcel]:
        return collected(current(self.worker, warehouse_id=self.warehouse.pk))

    def park(self, task: PickTask) -> None:
        """What happens when a scan of a stopped document is refused."""
        note_stop(task.pk, actor=task.picker or self.worker, now=self.now)

    def packed(self, units: Mapping[Sku, int]) -> FulfillmentOrder:
        """Bring one document as far as a sealed parcel."""
        document = self.document(units)
        self.waves()
        self.pick_all()
        self.pack(document.fulfillment_no)
        for sku, quantity in units.items():
            self.pack(sku.code, quantity=quantity)
        document.refresh_from_db()
        return document

    def scan(self, station: str, code: str, **more: object) -> ScanRequest:
        """Make a scan as a device would send it."""
        fields: dict[str, object] = {
            "idem_key": str(uuid4()),
            "station": station,
            "warehouse_id": self.warehouse.pk,
            "code": code,
        }
        return ScanRequest(**(fields | more))  # type: ignore[arg-type]
