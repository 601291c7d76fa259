"""Goods that left a warehouse and come back: parcels on their way, and the scans at the dock."""
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Mapping
from itertools import count

from oms.models import ExpectedReturn, FulfillmentOrder, Order, Shipment, Sku, User
from oms.services import returns
from tests.factories.leaving import leave
from tests.factories.oms import BarcodeFactory, FulfillmentOrderFactory, SkuFactory
from tests.factories.warehouse import Floor
from warehouse.models import Bin, ReturnCheck
from warehouse.services.barcodes import read
from warehouse.services.outcome import Outcome
from warehouse.services.receiving.desk import current
from warehouse.services.receiving.dock import take_scan

_numbers = count(1)


class Dock(Floor):
    """A warehouse whose orders come back. Every method is one thing that happens there."""

    def sku(self, **fields: object) -> Sku:
        made: Sku = SkuFactory.create(**fields)
        BarcodeFactory.create(sku=made)
        return made

    def place(self) -> Bin:
        place, _made = Bin.objects.get_or_create(
            warehouse=self.warehouse, code="RET-1", kind=Bin.Kind.RETURN
        )
        return place

    def shipped(self, units: Mapping[Sku, int], **parcel: object) -> Shipment:
        """Let an order leave in one parcel, past the shelves: its goods are with the buyer. What
        lies on the shelf comes after it, or the order takes its goods from there."""
        document: FulfillmentOrder = FulfillmentOrderFactory.create(
            handed_over=True,
            order=self.order(units, released=False, shipped=True),
            warehouse=self.warehouse,
            carrier="sf",
        )
        number = next(_numbers)
        told: dict[str, object] = {
            "package_no": f"PK261112-{number:08d}",
            "waybill_no": f"SF90{number:011d}",
        }
        return leave(document, number=number, at=self.now, **told | parcel)

    def expected(
        self, units: Mapping[Sku, int], *, waybill_no: str = "", **told: object
    ) -> ExpectedReturn:
        """Announce a return of these units of a new order, sent back under a number."""
        order = self.order_of(self.shipped(units))
        number = waybill_no or f"YT80{next(_numbers):011d}"
        fields: dict[str, object] = {
            "store_id": order.store_id,
            "order_id": order.pk,
            "warehouse_id": self.warehouse.pk,
            "case_no": f"AS261111-{next(_numbers):08d}",
            "lines": {item.pk: item.quantity for item in order.items.all()},
            "return_carrier": "yto",
            "return_waybill_no": number,
            "sender_phone_tail": "0001",
            "now": self.now,
        }
        return returns.expect_return(**(fields | told))  # type: ignore[arg-type]

    def order_of(self, shipment: Shipment) -> Order:
        order = shipment.fulfillment.order
        assert order is not None
        return order

    def receive(self, *codes: str, user: User | None = None, quantity: int = 1) -> list[Outcome]:
        """Scan these codes, or press these buttons, one after another."""
        actor, place = user or self.worker, self.warehouse.pk
        return [
            take_scan(
                place,
                scan=read(code, user=actor, warehouse_id=place, quantity=quantity),
                actor=actor,
                now=self.now,
            )
            for code in codes
        ]

    def open(self, user: User | None = None) -> ReturnCheck:
        check = current(user or self.worker, warehouse_id=self.warehouse.pk)
        assert check is not None
        return check


__all__ = ["Dock"]
