"""A parcel that a channel was told of, and that got another waybill or was opened again.

A job keeps the number that it tells: what was told is known also after the parcel has another one.
Where the platform takes a new number from us it is told by a job of its own; elsewhere, and where
nothing will leave at all, a person is told what to do there.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.flows import PushStatus
from channels_sync.models import PushJob, StoreConnection
from channels_sync.services.push.queueing import BY_HAND, new_job, write
from oms.flows.shipment import ShipmentStatus
from oms.models import Shipment
from oms.models.locking import atomic_service
from oms.services.fulfillment.uploads import begin_upload, end_upload

NUMBER, CARRIER = "waybill_no", "carrier"
_TOLD = (NUMBER, CARRIER)
_CHANGE_THERE = _(
    "The channel was told %(old)s, and the parcel now carries %(new)s. Change the number there, "
    "then note it here."
)
_TAKE_BACK_THERE = _(
    "The channel was told of this parcel as %(old)s, and it was opened again: nothing leaves under "
    "this number. Take the shipment back there, then note it here."
)


def fix_number(job: PushJob, *, again: bool) -> None:
    """Write into a job which number it tells; ``again`` keeps the one that may be told already."""
    if again and NUMBER in job.payload:
        return
    parcel = Shipment.objects.get(pk=job.payload["shipment"])
    job.payload = job.payload | {NUMBER: parcel.waybill_no or "", CARRIER: parcel.carrier}


def forget_number(job: PushJob) -> None:
    """Take the number out of a job that never told it."""
    job.payload = {name: value for name, value in job.payload.items() if name not in _TOLD}
    job.save(update_fields=["payload"])


def lacks_number(job: PushJob) -> bool:
    """Tell whether a job must wait because its parcel stands without a waybill."""
    if job.kind != PushJob.Kind.SHIPMENT or job.is_in_doubt or job.status == PushStatus.ACCEPTED:
        return False
    here = (ShipmentStatus.PACKED, ShipmentStatus.LABELLED)
    return Shipment.objects.filter(
        pk=job.payload["shipment"], status__in=here, waybill_no=None
    ).exists()


def note_told_by_hand(job: PushJob, *, now: datetime) -> None:
    """Note that a person told the channel, by the number that the parcel has now."""
    begin_upload(job.payload["shipment"], now=now)
    end_upload(job.payload["shipment"], now=now)
    fix_number(job, again=False)
    job.save(update_fields=["payload"])


@atomic_service
def follow_labels(shipment_ids: Collection[int], *, now: datetime) -> None:
    """Wake what waits for a waybill, and tell channels that know another number of the parcels."""
    parcels = {parcel.package_no: parcel for parcel in _parcels(shipment_ids)}
    jobs = _jobs(parcels.values())
    jobs.filter(status__in=(PushStatus.WAITING, PushStatus.FAILED)).update(not_before=now)
    for job in jobs.filter(status=PushStatus.DONE).order_by("-pk"):
        follow_number(job, now=now)


def follow_number(job: PushJob, *, now: datetime) -> None:
    """Write the job that tells a channel of a parcel's present number, if it was told another."""
    parcel = Shipment.objects.get(pk=job.payload["shipment"])
    told, present = job.payload.get(NUMBER), parcel.waybill_no
    if parcel.status == ShipmentStatus.CANCELLED:
        _tell_opened(job, now=now)
    elif told and present and told != present and not _is_under_way(job, present):
        payload = {**_contents(job), "replaces": told}
        words = "" if _takes_numbers(job) else str(_CHANGE_THERE % {"old": told, "new": present})
        _follow_up(job, mark=f"{present}.{job.pk}", payload=payload, words=words, now=now)


@atomic_service
def follow_opened(shipment_ids: Collection[int], *, now: datetime) -> None:
    """Hand parcels that a channel was told of, and that do not leave, to a person."""
    for job in _jobs(_parcels(shipment_ids)).filter(status=PushStatus.DONE).order_by("pk"):
        _tell_opened(job, now=now)


def _tell_opened(job: PushJob, *, now: datetime) -> None:
    told = job.payload.get(NUMBER)
    if not told or "~" in job.key:
        return
    words = str(_TAKE_BACK_THERE % {"old": told})
    _follow_up(job, mark="opened", payload=_contents(job), words=words, now=now)


def _is_under_way(job: PushJob, number: str) -> bool:
    """Tell whether the channel knows the number by now, or a later job is about it; what a person
    is still to do there speaks of the number from now on."""
    same = PushJob.objects.filter(kind=job.kind, order=job.order_id, reference=job.reference)
    later = same.filter(pk__gt=job.pk).exclude(status=PushStatus.DONE)
    words = str(_CHANGE_THERE % {"old": job.payload[NUMBER], "new": number})
    later.filter(error_code=BY_HAND, key__contains="~").update(last_error=words[:300])
    # Not what was told before: a parcel may get the number back that it had first.
    payloads = same.filter(pk__gt=job.pk).values_list("payload", flat=True)
    return later.exists() or any(payload.get(NUMBER) == number for payload in payloads)


def _follow_up(
    job: PushJob, *, mark: str, payload: dict[str, Any], words: str, now: datetime
) -> None:
    follow_up = new_job(
        job.kind,
        order=job.order,
        reference=job.reference,
        key=f"{job.key.partition('~')[0]}~{mark}"[:80],
        payload=payload,
        now=now,
        by_hand=words,
    )
    write([follow_up], now=now)


def _contents(job: PushJob) -> dict[str, Any]:
    return {name: job.payload[name] for name in ("shipment", "lines", "is_split")}


def _takes_numbers(job: PushJob) -> bool:
    line: StoreConnection | None = getattr(job.order.store, "connection", None)
    return line is not None and line.kind in outbounds and outbounds.get(line.kind).renumbers


def _parcels(shipment_ids: Collection[int]) -> list[Shipment]:
    return list(Shipment.objects.filter(pk__in=shipment_ids).order_by("pk"))


def _jobs(parcels: Collection[Shipment]) -> QuerySet[PushJob]:
    packages = [parcel.package_no for parcel in parcels]
    rows = PushJob.objects.filter(kind=PushJob.Kind.SHIPMENT, reference__in=packages)
    return rows.select_related("order__store__connection")
