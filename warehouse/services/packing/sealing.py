"""Close a box: it becomes a parcel, its goods stand at the packing table."""

from collections import Counter
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder, Shipment, User
from oms.refusals import Refusal
from oms.services.fulfillment.parcels import open_shipment
from oms.services.fulfillment.stations import advance
from warehouse.models import PackCheck, PackCheckLine, PackDesk, Parcel, PickSlot
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.packing.desk import (
    PERMISSION,
    Need,
    needs,
    packing_bin,
    sources,
    unpacked,
)
from warehouse.services.stock.bins import holds, lock_stock
from warehouse.services.stock.moves import shift
from warehouse.services.waves.closing import close


class EmptyBox(Refusal):
    message = _("Nothing is in the box yet.")


def seal(check: PackCheck, *, desk: PackDesk, actor: User, now: datetime) -> Outcome:
    """Make a parcel of what was checked; the document is packed when nothing of it is left.

    :raises EmptyBox: if nothing was checked
    :raises DocumentStopped: if the document must not go on
    """
    boxed = [need for need in needs(check) if need.checked]
    if not boxed:
        raise EmptyBox
    shipment = open_shipment(
        check.fulfillment_id,
        quantities={need.line.pk: need.checked for need in boxed},
        expected_weight_g=sum(need.checked * need.line.sku.weight_g for need in boxed),
        actor=actor,
        now=now,
    )
    _move_goods(shipment, boxed, actor=actor, now=now)
    PackCheckLine.objects.filter(check_row=check).update(quantity=0)
    desk.shipment = shipment
    desk.save(update_fields=["shipment"])
    whole = not unpacked(check.fulfillment_id)
    if whole:
        _finish(check, shipment, actor=actor, now=now)
    code = "document_packed" if whole else "box_sealed"
    facts = {"package": shipment.package_no}
    return Outcome(code, facts, tone=Tone.DONE, follow={"parcel": shipment.pk})


def _move_goods(shipment: Shipment, boxed: list[Need], *, actor: User, now: datetime) -> None:
    document = shipment.fulfillment
    table = packing_bin(document.warehouse_id)
    units = Counter[int]()
    for need in boxed:
        units[need.line.sku_id] += need.checked
    places = sources(document.pk, warehouse_id=document.warehouse_id)
    lock_stock(places, sku_ids=units)
    for bin_id in places:
        for sku_id in sorted(units):
            here = min(units[sku_id], holds(bin_id, sku_id=sku_id))
            if here and bin_id != table.pk:
                shift(bin_id, to_bin_id=table.pk, sku_id=sku_id, quantity=here, now=now)
            units[sku_id] -= here
    Parcel.objects.create(shipment=shipment, bin=table, packed_by=actor, packed_at=now)


def _finish(check: PackCheck, shipment: Shipment, *, actor: User, now: datetime) -> None:
    check.finished_at = now
    check.save(update_fields=["finished_at"])
    document = FulfillmentOrder.objects.get(pk=shipment.fulfillment_id)
    if document.status == FulfillmentStatus.PICKED:
        advance(
            document.pk, action="pack", permission=PERMISSION, actor=actor, now=now, freeze="packed"
        )
    for slot in PickSlot.objects.filter(fulfillment=document, closed_at=None):
        close(slot, reason="packed", now=now)
