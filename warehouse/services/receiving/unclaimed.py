"""A parcel that nobody expects: kept, shown, and given to whom it belongs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require, scope
from oms.audit import timeline
from oms.evidence.append import append
from oms.models import ExpectedReturn, User
from oms.models.base import new_number
from oms.models.locking import atomic_service, lock_row
from oms.privacy.filters import redact
from oms.refusals import Refusal
from oms.services import returns
from oms.transitions import fire
from warehouse.flows import UnclaimedStatus
from warehouse.models import ReturnCheck, UnclaimedLine, UnclaimedParcel
from warehouse.services.barcodes import clean
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.receiving.desk import PERMISSION, counted, return_bin
from warehouse.services.receiving.finding import OPEN, search


class NoMarks(Refusal):
    message = _("Scan what is inside, or type the last four digits of the sender's phone, first.")


class ClaimedAlready(Refusal):
    message = _("This parcel is nobody's no more: it was claimed or written off.")


class NoSuchReturn(Refusal):
    message = _("No open return fits %(number)s.")


class SeveralReturns(Refusal):
    message = _("Several open returns fit %(number)s: give the return's own number.")


class WhyWrittenOff(Refusal):
    message = _("Say why it is written off.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A return that an unclaimed parcel may be, and how well it fits (points; 0 = not at all)."""

    expected: ExpectedReturn
    score: int


def book(check: ReturnCheck, *, actor: User, now: datetime) -> Outcome:
    """Book the open parcel as unclaimed, with what is known of it and what lay in it.

    :raises NoMarks: if nothing at all is known by which it could be found again
    """
    lines = counted(check)
    if not (check.waybill_no or check.sender_phone_tail or lines):
        raise NoMarks
    place = return_bin(check.warehouse_id)
    parcel = UnclaimedParcel.objects.create(
        parcel_no=new_number("UP", now.date()),
        warehouse_id=check.warehouse_id,
        carrier=check.carrier,
        waybill_no=check.waybill_no,
        sender_phone_fingerprint=check.sender_phone_fingerprint,
        sender_phone_tail=check.sender_phone_tail,
        bin=place,
        found_by=actor,
        found_at=now,
        status=UnclaimedStatus.OPEN,
        status_at=now,
    )
    UnclaimedLine.objects.bulk_create(
        UnclaimedLine(
            parcel=parcel,
            sku=line.sku,
            code=line.code,
            quantity=line.quantity,
            condition=line.condition,
        )
        for line in reversed(lines)
    )
    timeline.record_created(parcel.SUBJECT, [parcel.pk], parcel.status, at=now, actor=actor)
    check.unclaimed, check.finished_at = parcel, now
    check.save(update_fields=["unclaimed", "finished_at"])
    facts = {"text": parcel.parcel_no, "bin": place.code}
    return Outcome("unclaimed_booked", facts, tone=Tone.DONE)


@atomic_service
def claim(parcel_id: int, *, return_id: int, actor: User, now: datetime) -> UnclaimedParcel:
    """Say whose a parcel is. It is received at the dock, where its contents are laid out already.

    :raises NotAllowed: if the person may not receive returns in the warehouse
    :raises ClaimedAlready: if somebody was faster
    :raises ReturnClosed: if that return has come completely, or was called off
    """
    parcel = _lock(parcel_id)
    require(actor, PERMISSION, parcel.warehouse)
    expected = ExpectedReturn.objects.get(pk=return_id)
    _give(parcel, expected, actor=actor, now=now)
    facts = {"return": expected.return_no}
    append("unclaimed.claim", parcel.parcel_no, at=now, actor=actor, facts=facts)
    return parcel


@atomic_service
def claim_by(parcel_id: int, *, number: str, actor: User, now: datetime) -> UnclaimedParcel:
    """Say whose a parcel is, by whatever number is known of it.

    A return's own number, its case or its waybill may be of any warehouse: then it comes here.

    :raises NoSuchReturn: if no open return fits
    :raises SeveralReturns: if more than one does
    :raises Refusal: as for ``claim``
    """
    code = clean(number)
    forms = {code, code.upper()}
    named = Q(return_no__in=forms) | Q(case_no__in=forms) | Q(return_waybill_no__in=forms)
    rows = list(ExpectedReturn.objects.filter(named, state__in=OPEN).order_by("pk")[:2])
    if not rows and code:
        places = scope(actor).ids(PERMISSION)
        rows = [row for row in search(code) if row.warehouse_id in places]
    if not rows:
        raise NoSuchReturn(number=redact(code)[:40])
    if len(rows) > 1:
        raise SeveralReturns(number=redact(code)[:40])
    return claim(parcel_id, return_id=rows[0].pk, actor=actor, now=now)


@atomic_service
def write_off(parcel_id: int, *, reason: str, actor: User, now: datetime) -> UnclaimedParcel:
    """Give up looking for whom it belongs to.

    :raises NotAllowed: if the person may not adjust the stock of the warehouse
    :raises ClaimedAlready: if somebody was faster
    :raises WhyWrittenOff: without a reason
    """
    parcel = _lock(parcel_id)
    require(actor, "adjust_stock", parcel.warehouse)
    if not reason.strip():
        raise WhyWrittenOff
    fire(parcel, "write_off", now=now, actor=actor, note=reason[:300])
    append("unclaimed.write_off", parcel.parcel_no, at=now, actor=actor)
    return parcel


@atomic_service
def claim_announced(return_nos: Iterable[str], *, now: datetime) -> int:
    """Give parcels to returns whose waybill number is known now; return how many were given."""
    rows = ExpectedReturn.objects.filter(return_no__in=list(return_nos), state__in=OPEN)
    rows = rows.exclude(return_waybill_no="").order_by("pk")
    return sum(_claim_by_waybill(expected, now=now) for expected in rows)


def _claim_by_waybill(expected: ExpectedReturn, *, now: datetime) -> int:
    number = expected.return_waybill_no
    parcels = UnclaimedParcel.objects.filter(
        waybill_no__in={number, number.upper()}, status=UnclaimedStatus.OPEN
    )
    found = list(parcels.order_by("pk").select_for_update())
    for parcel in found[:1]:
        _give(parcel, expected, actor=None, now=now)
    return len(found[:1])


def _lock(parcel_id: int) -> UnclaimedParcel:
    parcel = lock_row(UnclaimedParcel, parcel_id)
    if parcel.status != UnclaimedStatus.OPEN:
        raise ClaimedAlready
    return parcel


def _give(
    parcel: UnclaimedParcel, expected: ExpectedReturn, *, actor: User | None, now: datetime
) -> None:
    returns.redirect_return(
        expected.pk,
        warehouse_id=parcel.warehouse_id,
        carrier=parcel.carrier,
        waybill_no=parcel.waybill_no,
        actor=actor,
        now=now,
    )
    parcel.expected_return = expected
    parcel.save(update_fields=["expected_return"])
    fire(parcel, "claim", now=now, actor=actor, note=expected.return_no)


_SAME_NUMBER, _SAME_PHONE, _SAME_TAIL, _SAME_GOODS = 100, 60, 30, 20
_MOST = 10


def candidates(parcel: UnclaimedParcel, *, actor: User) -> list[Candidate]:
    """Return open returns that this may be, best first; only of places in which the person works.

    Points: the same waybill 100, the same phone 60, its last digits 30, each SKU in common 20.
    """
    inside = set(parcel.lines.exclude(sku=None).values_list("sku_id", flat=True))
    wanted = Q(lines__sku__in=inside)
    if parcel.sender_phone_tail:
        wanted |= Q(sender_phone_tail=parcel.sender_phone_tail)
    if parcel.waybill_no:
        wanted |= Q(return_waybill_no=parcel.waybill_no)
    places = scope(actor).ids(PERMISSION)
    rows = ExpectedReturn.objects.filter(wanted, state__in=OPEN, warehouse__in=places).distinct()
    found = [
        Candidate(row, _score(parcel, row, inside=inside))
        for row in rows.prefetch_related("lines__sku").order_by("-created_at")[:200]
    ]
    return sorted(found, key=lambda one: -one.score)[:_MOST]


def _score(parcel: UnclaimedParcel, expected: ExpectedReturn, *, inside: set[int]) -> int:
    points = 0
    if parcel.waybill_no and parcel.waybill_no == expected.return_waybill_no:
        points += _SAME_NUMBER
    prints = (parcel.sender_phone_fingerprint, expected.sender_phone_fingerprint)
    if prints[0] and prints[0] == prints[1]:
        points += _SAME_PHONE
    elif parcel.sender_phone_tail and parcel.sender_phone_tail == expected.sender_phone_tail:
        points += _SAME_TAIL
    common = inside & {line.sku_id for line in expected.lines.all()}
    return points + _SAME_GOODS * len(common)
