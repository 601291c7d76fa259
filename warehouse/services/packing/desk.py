"""What lies on a packer's table: a tote, a document being checked, the parcel just sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentLine, FulfillmentOrder, User
from oms.refusals import Refusal
from oms.services.fulfillment.parcels import NotPickedYet
from oms.services.fulfillment.stations import check_open
from warehouse.models import Bin, PackCheck, PackCheckLine, PackDesk, PickSlot

PERMISSION = "pack"
_PACKABLE = (FulfillmentStatus.PICKED, FulfillmentStatus.PACKED)
PACKING_CODE = "PACK"


class CheckedByAnother(Refusal):
    message = _("%(person)s checks this document already.")


class NothingToPack(Refusal):
    message = _("There is nothing to pack in it.")


@dataclass(frozen=True, slots=True)
class Need:
    """Units of a document line that belong into the open box, and those that are in it."""

    line: FulfillmentLine
    units: int
    checked: int

    @property
    def left(self) -> int:
        return self.units - self.checked


def desk_of(user: User, *, warehouse_id: int) -> PackDesk:
    desk, _made = PackDesk.objects.get_or_create(user=user, warehouse_id=warehouse_id)
    return desk


def current(user: User, *, warehouse_id: int) -> PackCheck | None:
    """Return the check that the person is in the middle of."""
    mine = PackCheck.objects.filter(
        checked_by=user, finished_at=None, fulfillment__warehouse=warehouse_id
    )
    return mine.select_related("fulfillment").order_by("pk").first()


def needs(check: PackCheck) -> list[Need]:
    """Return what the open box should hold, in the document's order."""
    checked = dict(
        PackCheckLine.objects.filter(check_row=check).values_list("fulfillment_line", "quantity")
    )
    return [
        Need(line, line.picked_quantity - line.packed_quantity, checked.get(line.pk, 0))
        for line in unpacked(check.fulfillment_id)
    ]


def unpacked(fulfillment_id: int) -> list[FulfillmentLine]:
    """Return the lines of which picked units are in no parcel yet."""
    lines = FulfillmentLine.objects.filter(
        fulfillment=fulfillment_id,
        cancelled_at=None,
        picked_quantity__gt=F("packed_quantity"),
    )
    return list(lines.select_related("sku", "order_item__line").order_by("pk"))


def in_tote(tote_id: int) -> list[PickSlot]:
    """Return the documents whose goods wait in a tote, the nearest deadline first."""
    slots = PickSlot.objects.filter(
        tote=tote_id, closed_at=None, fulfillment__status=FulfillmentStatus.PICKED
    )
    by_deadline = ("-fulfillment__is_urgent", "fulfillment__ship_by", "fulfillment_id")
    return list(slots.select_related("fulfillment").order_by(*by_deadline))


def waiting(warehouse_id: int) -> int:
    """Count the documents that are picked and wait to be packed."""
    rows = FulfillmentOrder.objects.filter(warehouse=warehouse_id)
    repack = Q(status=FulfillmentStatus.PACKED, lines__cancelled_at=None) & Q(
        lines__picked_quantity__gt=F("lines__packed_quantity")
    )
    return rows.filter(Q(status=FulfillmentStatus.PICKED) | repack).distinct().count()


def begin(fulfillment_id: int, *, actor: User, now: datetime) -> PackCheck:
    """Start to check a document, or go on with one's own check of it.

    :raises NotAllowed: if the person may not pack in the warehouse
    :raises DocumentStopped: if it must not go on
    :raises NotPickedYet: if picking has not ended
    :raises CheckedByAnother: if somebody else is at it
    :raises NothingToPack: if everything of it is in parcels
    """
    document = check_open(fulfillment_id, permission=PERMISSION, actor=actor)
    if document.status not in _PACKABLE:
        raise NotPickedYet
    open_check = PackCheck.objects.filter(fulfillment=document, finished_at=None).first()
    if open_check is not None:
        if open_check.checked_by_id != actor.pk:
            raise CheckedByAnother(person=str(open_check.checked_by))
        return open_check
    if not unpacked(document.pk):
        raise NothingToPack
    return PackCheck.objects.create(fulfillment=document, checked_by=actor, started_at=now)


def set_checked(check: PackCheck, *, line_id: int, quantity: int) -> None:
    PackCheckLine.objects.update_or_create(
        check_row=check, fulfillment_line_id=line_id, defaults={"quantity": quantity}
    )


def packing_bin(warehouse_id: int) -> Bin:
    """Return where sealed parcels stand; a warehouse that has no such bin yet gets one."""
    tables = Bin.objects.filter(warehouse=warehouse_id, kind=Bin.Kind.PACKING, is_active=True)
    first = tables.order_by("code").first()
    if first is not None:
        return first
    table, _made = Bin.objects.get_or_create(
        warehouse_id=warehouse_id, code=PACKING_CODE, defaults={"kind": Bin.Kind.PACKING}
    )
    return table


def sources(fulfillment_id: int, *, warehouse_id: int) -> Sequence[int]:
    """Return the bins in which a document's unpacked goods may lie: its tote, then the table."""
    totes = PickSlot.objects.filter(
        fulfillment=fulfillment_id, closed_at=None, tote__isnull=False
    ).values_list("tote_id", flat=True)
    return [*(tote for tote in totes if tote), packing_bin(warehouse_id).pk]
