"""What after-sales tells the dock of a parcel: expect it, other units, its number, or no more."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.audit import timeline
from oms.events import bus
from oms.events.types import ReturnAnnounced
from oms.models import ExpectedReturn, ExpectedReturnLine, OrderItem, User
from oms.models.base import new_number
from oms.models.locking import atomic_service
from oms.refusals import Refusal

State = ExpectedReturn.State
SUBJECT = "return"
OPEN = (State.EXPECTED, State.PARTLY_RECEIVED)


class ReturnClosed(Refusal):
    message = _("This return has been received or withdrawn already.")


class CameAlready(Refusal):
    message = _("Units of it have come back already: no fewer can be expected than came.")


class NothingToExpect(Refusal):
    message = _("Say what is expected back: one unit at least.")


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
    """Announce a parcel with units of order items ({item id: units}); once per case.

    A case that is announced again after it changed, or after its parcel was called off, changes or
    reopens the one that stands; what came completely stays as it is.

    :raises CameAlready: if fewer units are announced than have come
    """
    known = _lock(case_no) if case_no else None
    if known is not None:
        if known.state != State.RECEIVED:
            _renew(known, lines, inspect_first=inspect_first, now=now)
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
    _add_lines(expected, lines)
    timeline.record(SUBJECT, expected.pk, "expect", at=now, note=case_no)
    bus.publish(ReturnAnnounced([expected.return_no]), now=now)
    return expected


@atomic_service
def change_return(
    case_no: str, *, lines: Mapping[int, int], now: datetime, inspect_first: bool | None = None
) -> ExpectedReturn:
    """Expect other units of a case ({item id: units}), or again what was called off.

    :raises ReturnClosed: if everything has come
    :raises CameAlready: if no more, or fewer, units are expected than have come
    :raises NothingToExpect: without a unit
    """
    expected = ExpectedReturn.objects.select_for_update().get(case_no=case_no)
    if expected.state == State.RECEIVED:
        raise ReturnClosed
    _renew(expected, lines, inspect_first=inspect_first, now=now)
    return expected


def _renew(
    expected: ExpectedReturn,
    lines: Mapping[int, int],
    *,
    inspect_first: bool | None,
    now: datetime,
) -> None:
    if not lines or any(units < 1 for units in lines.values()):
        raise NothingToExpect
    inspects = expected.inspect_first if inspect_first is None else inspect_first
    announced = expected.lines.filter(order_item__isnull=False)
    rows = {row.order_item_id or 0: row for row in announced}
    same = {item: row.quantity for item, row in rows.items()} == dict(lines)
    if same and expected.state in OPEN and inspects == expected.inspect_first:
        return
    _check_what_came(rows, lines)
    for item_id, row in rows.items():
        if item_id not in lines:
            row.delete()
        elif row.quantity != lines[item_id]:
            row.quantity = lines[item_id]
            row.save(update_fields=["quantity"])
    _add_lines(expected, {item: units for item, units in lines.items() if item not in rows})
    reopened = expected.state == State.WITHDRAWN
    came = expected.received_at is not None
    expected.state = State.PARTLY_RECEIVED if came else State.EXPECTED
    expected.inspect_first = inspects
    expected.save(update_fields=["state", "inspect_first"])
    timeline.record(SUBJECT, expected.pk, "reopen" if reopened else "change", at=now)
    bus.publish(ReturnAnnounced([expected.return_no]), now=now)


def _check_what_came(rows: Mapping[int, ExpectedReturnLine], lines: Mapping[int, int]) -> None:
    """What has come stays; and what waits for nothing more is not expected but settled."""
    fewer = any(row.received_quantity > lines.get(item, 0) for item, row in rows.items())
    waits = any(
        units > (rows[item].received_quantity if item in rows else 0)
        for item, units in lines.items()
    )
    if fewer or not waits:
        raise CameAlready


def _add_lines(expected: ExpectedReturn, lines: Mapping[int, int]) -> None:
    items = OrderItem.objects.filter(order__expected_returns=expected).in_bulk(list(lines))
    ExpectedReturnLine.objects.bulk_create(
        ExpectedReturnLine(
            expected_return=expected,
            order_item=items[item_id],
            sku_id=items[item_id].sku_id,
            quantity=units,
        )
        for item_id, units in sorted(lines.items())
    )


@atomic_service
def set_return_waybill(case_no: str, *, carrier: str, waybill_no: str, now: datetime) -> None:
    """Note under which number the buyer sent the parcel; the dock will scan it, or has it already.

    :raises ReturnClosed: if the parcel has come already
    """
    expected = ExpectedReturn.objects.select_for_update().get(case_no=case_no)
    if expected.state not in OPEN:
        raise ReturnClosed
    expected.return_carrier, expected.return_waybill_no = carrier, waybill_no
    expected.save(update_fields=["return_carrier", "return_waybill_no"])
    timeline.record(SUBJECT, expected.pk, "sent_back", at=now, note=f"{carrier} {waybill_no}")
    bus.publish(ReturnAnnounced([expected.return_no]), now=now)


@atomic_service
def redirect_return(
    return_id: int,
    *,
    warehouse_id: int,
    now: datetime,
    actor: User | None = None,
    carrier: str = "",
    waybill_no: str = "",
) -> ExpectedReturn:
    """Expect a parcel where it has been found, under the number it was found with if none is known.

    :raises ReturnClosed: if it has come completely, or was called off
    """
    expected = ExpectedReturn.objects.select_for_update().get(pk=return_id)
    if expected.state not in OPEN:
        raise ReturnClosed
    expected.warehouse_id = warehouse_id
    if waybill_no and not expected.return_waybill_no:
        expected.return_carrier, expected.return_waybill_no = carrier, waybill_no
    expected.save(update_fields=["warehouse", "return_carrier", "return_waybill_no"])
    timeline.record(SUBJECT, expected.pk, "find", at=now, actor=actor, note=waybill_no)
    return expected


@atomic_service
def withdraw(case_no: str, *, now: datetime) -> None:
    """No parcel will come (the case was closed otherwise); what has come stays counted."""
    expected = _lock(case_no)
    if expected is not None and expected.state in OPEN:
        expected.state = State.WITHDRAWN
        expected.save(update_fields=["state"])
        timeline.record(SUBJECT, expected.pk, "withdraw", at=now)


def _lock(case_no: str) -> ExpectedReturn | None:
    return ExpectedReturn.objects.select_for_update().filter(case_no=case_no).first()
