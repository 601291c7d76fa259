"""When the goods are not there: another bin, or a hold that a person sees; the cart goes on."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.models import Order, OrderHold, User
from oms.models.locking import lock_rows
from oms.refusals import Refusal
from oms.services.fulfillment.taking_out import active_lines
from oms.services.hold_words import words
from oms.services.holds import TooLateToHold, place_hold
from warehouse.models import PickLine, PickSlot, PickTask
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.picking.steps import Step, StepKind
from warehouse.services.stock.bins import lock_levels, lock_shelves
from warehouse.services.waves.aligning import align, give_up, order_walk
from warehouse.services.waves.closing import park

HOLD = "pick_short"


class NotAtABin(Refusal):
    message = _("This can only be said of the goods you should be taking now.")


def skip(task: PickTask, *, step: Step) -> Outcome:
    """Put what is to be picked now at the end of the walk; it has to be picked there.

    :raises NotAtABin: if the step is another one
    """
    _require_bin(step)
    last = PickLine.objects.filter(slot__task=task).order_by("-position").first()
    end = last.position + 1 if last else 1
    PickLine.objects.filter(pk__in=[line.pk for line in step.lines]).update(position=end)
    return Outcome("skipped", tone=Tone.INFO)


def report_short(task: PickTask, *, step: Step, actor: User, now: datetime) -> Outcome:
    """Note that the bin holds less than the books say. The bin waits to be counted; the units come
    from another bin, or their order is held and the goods picked so far stay in the tote.

    :raises NotAtABin: if the step is another one
    """
    _require_bin(step)
    slots = _slots(step)
    lines = PickLine.objects.filter(pk__in=[line.pk for line in step.lines])
    missed = list(lines.select_related("bin", "fulfillment_line").order_by("pk"))
    orders = _lock_for_holds(
        set(lines.values_list("fulfillment_line__order_item__order_id", flat=True))
    )
    lock_shelves(task.wave.warehouse_id, sku_ids=[line.sku_id for line in missed])
    for line in missed:
        slot = next(slot for slot in slots if slot.pk == line.slot_id)
        give_up([line], units=line.quantity - line.picked, slot=slot, now=now, doubted=True)
    missing = align(slots, warehouse_id=task.wave.warehouse_id, now=now)
    for slot in slots:
        if slot.pk in missing:
            _hold(slot, orders, step, actor=actor, now=now)
    order_walk(task)
    return Outcome("short_noted" if missing else "short_elsewhere", tone=Tone.INFO)


def _lock_for_holds(order_ids: set[int]) -> list[Order]:
    """Lock what a hold of these orders changes before any shelf: orders, all their documents, and
    the books of what lies on documents that are not begun."""
    orders = lock_rows(Order, order_ids)
    skus: dict[int, set[int]] = {}
    for line in active_lines(order_ids):
        if line.fulfillment.frozen_at is None:
            skus.setdefault(line.fulfillment.warehouse_id, set()).add(line.sku_id)
    for warehouse_id in sorted(skus):
        lock_levels(warehouse_id, sku_ids=skus[warehouse_id])
    return orders


def _require_bin(step: Step) -> None:
    if step.kind not in (StepKind.BIN, StepKind.SKU):
        raise NotAtABin


def _slots(step: Step) -> list[PickSlot]:
    ids = {line.slot.pk for line in step.lines}
    return list(PickSlot.objects.filter(pk__in=ids).order_by("fulfillment_id"))


def _hold(slot: PickSlot, orders: list[Order], step: Step, *, actor: User, now: datetime) -> None:
    """A person sees it in the exceptions; when the hold ends the document goes on by itself."""
    sku = step.lines[0].sku
    detail = f"{sku.code} · {step.bin.code}"
    touched = {
        line.fulfillment_line.order_item.order_id
        for line in PickLine.objects.filter(
            pk__in=[line.pk for line in step.lines], slot=slot
        ).select_related("fulfillment_line__order_item")
    }
    park(slot, reason=words(f"{HOLD}: {detail}"), now=now)
    for order in orders:
        if order.pk in touched:
            try:
                place_hold(
                    order,
                    code=HOLD,
                    owner=OrderHold.Owner.SYSTEM,
                    detail=detail,
                    now=now,
                    actor=actor,
                )
            except TooLateToHold:
                continue  # part of it is on the road: the parked place on the cart remains visible
