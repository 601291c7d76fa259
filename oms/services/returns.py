"""Parcels that come back: announced by after-sales, found and counted by the dock."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.audit import timeline
from oms.models import (
    ExpectedReturn,
    ExpectedReturnLine,
    OrderItem,
    StockMovement,
    User,
)
from oms.models.base import new_number
from oms.models.inventory import Condition
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.inventory.stock import Change, apply

State = ExpectedReturn.State
SUBJECT = "return"


class ReturnClosed(Refusal):
    message = _("This return has been received or withdrawn already.")


class TooManyReturned(Refusal):
    message = _("More units than were announced: note the rest as a difference.")


@atomic_service
def expect_return(
    *,
    store_id: int,
    order_id: int,
    warehouse_id: int,
    case_no: str,
    lines: Mapping[int, int],
    now: datetime,
    return_carrier: str = "",
    return_waybill_no: str = "",
    sender_phone_fingerprint: str = "",
    sender_phone_tail: str = "",
    inspect_first: bool = False,
) -> ExpectedReturn:
    """Announce a parcel with units of order items ({item id: units}); once per case."""
    known = ExpectedReturn.objects.filter(case_no=case_no).first() if case_no else None
    if known is not None:
        return known
    expected = ExpectedReturn.objects.create(
        return_no=new_number("RT", now.date()),
        case_no=case_no,
        store_id=store_id,
        order_id=order_id,
        warehouse_id=warehouse_id,
        return_carrier=return_carrier,
        return_waybill_no=return_waybill_no,
        sender_phone_fingerprint=sender_phone_fingerprint,
        sender_phone_tail=sender_phone_tail,
        inspect_first=inspect_first,
        created_at=now,
    )
    items = OrderItem.objects.filter(order_id=order_id).in_bulk(list(lines))
    ExpectedReturnLine.objects.bulk_create(
        ExpectedReturnLine(
            expected_return=expected,
            order_item=items[item_id],
            sku_id=items[item_id].sku_id,
            quantity=units,
        )
        for item_id, units in sorted(lines.items())
    )
    timeline.record(SUBJECT, expected.pk, "expect", at=now, note=case_no)
    return expected


@atomic_service
def set_return_waybill(case_no: str, *, carrier: str, waybill_no: str, now: datetime) -> None:
    """Note under which number the buyer sent the parcel; the dock will scan it.

    :raises ReturnClosed: if the parcel has come already
    """
    expected = ExpectedReturn.objects.select_for_update().get(case_no=case_no)
    if expected.state not in (State.EXPECTED, State.PARTLY_RECEIVED):
        raise ReturnClosed
    expected.return_carrier, expected.return_waybill_no = carrier, waybill_no
    expected.save(update_fields=["return_carrier", "return_waybill_no"])
    timeline.record(SUBJECT, expected.pk, "sent_back", at=now, note=f"{carrier} {waybill_no}")


@atomic_service
def receive(
    return_id: int,
    *,
    received: Mapping[int, int],
    condition: str,
    actor: User,
    now: datetime,
) -> ExpectedReturn:
    """Count what came ({expected line id: units}) into good, defective or quarantine stock.

    :raises NotAllowed: if the person may not receive returns in the warehouse
    :raises ReturnClosed: if everything has come, or it was withdrawn
    :raises TooManyReturned: if more comes than was announced
    """
    expected = lock_row(ExpectedReturn, return_id)
    require(actor, "receive_returns", expected.warehouse)
    if expected.state not in (State.EXPECTED, State.PARTLY_RECEIVED):
        raise ReturnClosed
    changes = []
    for line in expected.lines.filter(pk__in=received).order_by("pk"):
        units = received[line.pk]
        _count_line(line, units=units)
        changes.append(
            Change(
                expected.warehouse_id,
                line.sku_id,
                StockMovement.Kind.RETURN,
                on_hand=units,
                condition=Condition(condition),
                reference=expected.return_no,
            )
        )
    apply([change for change in changes if change.on_hand], now=now, actor=actor)
    complete = not expected.lines.filter(received_quantity__lt=F("quantity")).exists()
    expected.state = State.RECEIVED if complete else State.PARTLY_RECEIVED
    expected.received_at = expected.received_at or now
    expected.save(update_fields=["state", "received_at"])
    timeline.record(SUBJECT, expected.pk, "receive", at=now, actor=actor, note=condition)
    return expected


def _count_line(line: ExpectedReturnLine, *, units: int) -> None:
    fits = ExpectedReturnLine.objects.filter(
        pk=line.pk, quantity__gte=F("received_quantity") + units
    )
    if units < 0 or not fits.update(received_quantity=F("received_quantity") + units):
        raise TooManyReturned
    if line.order_item_id is not None:
        owned = OrderItem.objects.filter(
            pk=line.order_item_id, shipped_quantity__gte=F("returned_quantity") + units
        )
        if not owned.update(returned_quantity=F("returned_quantity") + units):
            raise TooManyReturned


@atomic_service
def withdraw(case_no: str, *, now: datetime) -> None:
    """No parcel will come (the case was closed otherwise); what has come stays counted."""
    expected = ExpectedReturn.objects.select_for_update().filter(case_no=case_no).first()
    if expected is not None and expected.state in (State.EXPECTED, State.PARTLY_RECEIVED):
        expected.state = State.WITHDRAWN
        expected.save(update_fields=["state"])
        timeline.record(SUBJECT, expected.pk, "withdraw", at=now)
