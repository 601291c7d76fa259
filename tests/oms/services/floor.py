"""What the warehouse does with a document, for tests of what happens to it there."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from oms.models import FulfillmentOrder, Order, Shipment, User
from oms.services.fulfillment.parcels import attach_waybill, hand_over, open_shipment
from oms.services.fulfillment.stations import advance
from tests.factories.basics import NOW, UserFactory


def document_of(order: Order) -> FulfillmentOrder:
    """Return the one document on which the order stands."""
    standing = FulfillmentOrder.objects.exclude(status="cancelled").filter(
        lines__order_item__order=order, lines__cancelled_at=None
    )
    return standing.distinct().get()


@dataclass
class Floor:
    """A person who may do everything, and the stations in their order."""

    actor: User
    now: datetime = NOW

    @classmethod
    def open(cls) -> "Floor":
        return cls(UserFactory.create(superuser=True))

    def wave(self, document: FulfillmentOrder) -> None:
        self._advance(document, "wave", "manage_waves")

    def claim(self, document: FulfillmentOrder) -> None:
        """A picker takes it: from here on it is frozen."""
        self.wave(document)
        self._advance(document, "start_picking", "pick", freeze="picking")

    def pick(self, document: FulfillmentOrder) -> None:
        self.claim(document)
        document.lines.filter(cancelled_at=None).update(picked_quantity=F("quantity"))
        self._advance(document, "finish_picking", "pick")

    def pack(self, document: FulfillmentOrder, *, units: dict[int, int] | None = None) -> Shipment:
        """Pick and pack everything, or units ({line id: units}), into one labelled parcel."""
        self.pick(document)
        shipment = self.box(document, units=units)
        self._advance(document, "pack", "pack")
        return shipment

    def box(self, document: FulfillmentOrder, *, units: dict[int, int] | None = None) -> Shipment:
        lines = document.lines.filter(cancelled_at=None)
        rest = {line.pk: line.quantity - line.packed_quantity for line in lines}
        parcel = open_shipment(
            document.pk,
            quantities=units or rest,
            expected_weight_g=500,
            actor=self.actor,
            now=self.now,
        )
        return attach_waybill(
            parcel.pk,
            carrier="sf",
            waybill_no=f"SF{parcel.pk:012d}",
            issuer="sf",
            account="test",
            actor=self.actor,
            now=self.now,
        )

    def ship(self, document: FulfillmentOrder) -> None:
        self.hand_over(self.pack(document))

    def hand_over(self, *shipments: Shipment) -> None:
        hand_over([shipment.pk for shipment in shipments], actor=self.actor, now=self.now)

    def _advance(
        self, document: FulfillmentOrder, action: str, permission: str, *, freeze: str = ""
    ) -> None:
        advance(
            document.pk,
            action=action,
            permission=permission,
            actor=self.actor,
            now=self.now,
            freeze=freeze,
        )
