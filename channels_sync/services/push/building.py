"""From a job to what the channel is told, read at the moment of sending."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from channels_sync.connectors.outbound import (
    LineUnits,
    MemoPush,
    Push,
    RefundPush,
    ReturnAddress,
    ReturnAnswer,
    ShipmentPush,
)
from channels_sync.models import PushJob
from channels_sync.services import proofs
from channels_sync.services.push.renumbering import CARRIER, NUMBER
from oms.approvals.words import RETURNS, refusal_words
from oms.dto import ShipmentNotice
from oms.models import ExpectedReturn, Refund, RefundLine, Shipment


def build(job: PushJob, *, now: datetime) -> Push:
    """Return the message of a job, as it is to be told now."""
    if job.kind == PushJob.Kind.SHIPMENT:
        return _shipment(job)
    if job.kind == PushJob.Kind.REFUND:
        return _refund(job)
    if job.kind == PushJob.Kind.MEMO:
        return _memo(job)
    return _answer(job, now=now)


def _shipment(job: PushJob) -> ShipmentPush:
    parcel = Shipment.objects.get(pk=job.payload["shipment"])
    lines = tuple(
        LineUnits(channel_line_no=number, quantity=units) for number, units in job.payload["lines"]
    )
    notice = ShipmentNotice(
        channel_order_no=_order_no(job),
        carrier=job.payload.get(CARRIER) or parcel.carrier,
        waybill_no=job.payload.get(NUMBER) or parcel.waybill_no or "",
        shipped_at=parcel.handed_over_at or job.created_at,
        channel_line_nos=tuple(line.channel_line_no for line in lines),
        is_split=job.payload["is_split"],
    )
    return ShipmentPush(
        key=job.key,
        package_no=parcel.package_no,
        notice=notice,
        lines=lines,
        replaces=job.payload.get("replaces", ""),
    )


def _refund(job: PushJob) -> RefundPush:
    refund = Refund.objects.get(pk=job.payload["refund"])
    return RefundPush(
        key=job.key,
        channel_order_no=_order_no(job),
        refund_no=refund.refund_no,
        amount=refund.amount,
        currency=refund.currency,
        lines=_refund_lines(refund),
        reason=refund.reason,
    )


def _refund_lines(refund: Refund) -> tuple[LineUnits, ...]:
    """Add up the money per line; units are told for lines of one piece kind, not for bundles."""
    money: dict[str, Decimal] = defaultdict(Decimal)
    units: dict[str, set[int]] = defaultdict(set)
    for line in _parts(refund):
        assert line.order_item is not None  # noqa: S101  # chosen so
        sold = line.order_item.line
        number = sold.channel_line_no or ""
        money[number] += line.amount
        if line.quantity:
            units[number].add(line.quantity * sold.quantity // line.order_item.quantity)
    return tuple(
        LineUnits(channel_line_no=number, quantity=max(units[number], default=0), amount=amount)
        for number, amount in money.items()
    )


def _parts(refund: Refund) -> "list[RefundLine]":
    known = refund.lines.exclude(order_item__line__channel_line_no=None).exclude(order_item=None)
    return list(known.select_related("order_item__line").order_by("pk"))


def _answer(job: PushJob, *, now: datetime) -> ReturnAnswer:
    is_agreed = job.kind == PushJob.Kind.RETURN_AGREE
    photos = () if is_agreed else proofs.of_case(job.payload["case"])
    return ReturnAnswer(
        key=job.key,
        channel_order_no=_order_no(job),
        channel_refund_no=job.payload["channel_refund"],
        case_no=job.payload["case"],
        is_agreed=is_agreed,
        return_to=_return_address(job.payload["case"]) if is_agreed else None,
        photos=photos,
        photo_urls=proofs.addresses(job.payload["case"], count=len(photos), now=now),
        words="" if is_agreed else refusal_words(RETURNS, subject=job.payload["case"]),
        reason=job.payload.get("refusal", ""),
    )


def _memo(job: PushJob) -> MemoPush:
    """What stands there now, whatever stood there when the job was written."""
    order = job.order
    return MemoPush(
        key=job.key,
        channel_order_no=_order_no(job),
        memo=order.seller_memo,
        flag=order.seller_flag,
    )


def _return_address(case_no: str) -> ReturnAddress | None:
    """Return where the case's goods come back to; None where nothing comes back."""
    expected = ExpectedReturn.objects.select_related("warehouse").filter(case_no=case_no).first()
    if expected is None:
        return None
    place = expected.warehouse
    return ReturnAddress(
        name=place.contact_name or place.name,
        phone=place.contact_phone,
        province=place.province,
        city=place.city,
        district=place.district,
        address=place.address,
    )


def _order_no(job: PushJob) -> str:
    return job.order.channel_order_no or ""
