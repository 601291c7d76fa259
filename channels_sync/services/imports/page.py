"""One page of a file: read its orders, take them in or try them out, and keep what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from channels_sync.connectors.file.grouping import digest_of, dump_group
from channels_sync.connectors.file.mapper import is_cancellation
from channels_sync.dto import ImportOptions, IncomingCancellation, RowGroup, Unreadable
from channels_sync.flows import RawOrderStatus
from channels_sync.models import ImportFault, RawOrder
from channels_sync.services import troubles
from channels_sync.services.cancellations import preview_cancellation, record_cancellation
from channels_sync.services.imports.trial import preview_orders
from channels_sync.services.reading import Told, read_group
from channels_sync.services.settling import supersede_older
from channels_sync.services.skus import Made, create_missing_skus, reference_of
from channels_sync.services.taking_in import Fate, refused, take_in
from oms.dto import IncomingOrder
from oms.models import Job
from oms.services.orders.ingest import Verdict
from oms.transitions import fire_many

_STATUS = {Verdict.REFUSED: RawOrderStatus.EXCEPTION, Verdict.STALE: RawOrderStatus.IGNORED}


@dataclass(slots=True)
class Entry:
    """A group of rows, what it tells (None if unreadable) and what became of it."""

    group: RowGroup
    told: Told | None
    fate: Fate


def read_page(groups: Sequence[RowGroup], *, options: ImportOptions, now: datetime) -> list[Entry]:
    """Map every group; one that cannot be read is refused with the reason."""
    return [_read(group, options, now=now) for group in groups]


def _read(group: RowGroup, options: ImportOptions, *, now: datetime) -> Entry:
    try:
        return Entry(group, read_group(group, options=options, now=now), Fate(Verdict.UNCHANGED))
    except Unreadable as error:
        return Entry(group, None, refused(troubles.of_unreadable(error)))
    except Exception as error:  # noqa: BLE001  # one order must not stop the file
        return Entry(group, None, refused(troubles.of_crash(error)))


def _orders(entries: Sequence[Entry]) -> list[tuple[Entry, IncomingOrder]]:
    return [(entry, entry.told) for entry in entries if isinstance(entry.told, IncomingOrder)]


def take_orders_in(
    store_id: int, *, entries: Sequence[Entry], job: Job, options: ImportOptions, now: datetime
) -> Made:
    """Hand the page's orders to the core; return the SKUs that were made for them."""
    found = _orders(entries)
    orders = [order for _entry, order in found]
    made = Made()
    if options.create_skus:
        made = create_missing_skus(
            store_id,
            lines=[line for order in orders for line in order.lines],
            reference=reference_of(job),
            actor=job.created_by,
            now=now,
        )
    fates = take_in(store_id, orders=orders, now=now)
    for (entry, _order), fate in zip(found, fates, strict=True):
        entry.fate = fate
    return made


def take_cancellations_in(
    store_id: int, *, entries: Sequence[Entry], job: Job, now: datetime
) -> None:
    for entry in entries:
        if isinstance(entry.told, IncomingCancellation):
            entry.fate = record_cancellation(store_id, told=entry.told, job=job, now=now)


def try_out(
    store_id: int, *, entries: Sequence[Entry], options: ImportOptions, now: datetime
) -> Made:
    """Tell what taking the page in would do and leave nothing behind; return the SKUs that would be
    made."""
    found = _orders(entries)
    orders = [order for _entry, order in found]
    tried = preview_orders(store_id, orders=orders, create_skus=options.create_skus, now=now)
    for (entry, _order), fate in zip(found, tried.fates, strict=True):
        entry.fate = fate
    for entry in entries:
        if isinstance(entry.told, IncomingCancellation):
            entry.fate = preview_cancellation(store_id, told=entry.told)
    return tried.made


def keep_raw(entries: Sequence[Entry], *, job: Job, options: ImportOptions, now: datetime) -> None:
    """Keep the rows of every order, encrypted; the same rows of an earlier import are not kept
    twice, and an exception of theirs is closed where they were taken in now."""
    rows = [_raw(entry, job, options, now=now) for entry in entries]
    RawOrder.objects.bulk_create(rows, ignore_conflicts=True)
    taken = [row for row in rows if row.status == RawOrderStatus.INGESTED]
    healed = RawOrder.objects.filter(
        store=job.params["store_id"],
        source=RawOrder.Source.FILE,
        event_id__in=[row.event_id for row in taken],
        status=RawOrderStatus.EXCEPTION,
    )
    ids = list(healed.values_list("pk", flat=True))
    if ids:
        fire_many(RawOrder, ids, "supersede", now=now)
    supersede_older(taken, now=now)


def note_faults(entries: Sequence[Entry], *, job: Job) -> None:
    ImportFault.objects.bulk_create(
        (
            ImportFault(
                job=job,
                channel_order_no=entry.group.number[:64],
                first_row=entry.group.rows[0].number,
                row_count=entry.group.sums.rows,
                rows=[row.number for row in entry.group.rows],
                cause=entry.fate.trouble.cause,
                explanation=entry.fate.trouble.explanation,
            )
            for entry in entries
            if entry.fate.trouble
        ),
        ignore_conflicts=True,
    )


def _raw(entry: Entry, job: Job, options: ImportOptions, *, now: datetime) -> RawOrder:
    told, trouble = entry.told, entry.fate.trouble
    back = is_cancellation(entry.group.number, options)
    digest = digest_of(entry.group)
    # Rows without a number may be equal and are two all the same.
    event_id = digest if entry.group.number else f"{digest}:{entry.group.rows[0].number}"
    return RawOrder(
        store_id=job.params["store_id"],
        mapping_id=job.params["mapping_id"],
        job=job,
        source=RawOrder.Source.FILE,
        channel_order_no=entry.group.number[:64],
        event="file.cancellation" if back else "file.order",
        event_id=event_id,
        payload=dump_group(entry.group),
        digest=digest,
        received_at=now,
        not_before=now,
        channel_modified_at=told.channel_modified_at if isinstance(told, IncomingOrder) else None,
        cause=trouble.cause if trouble else "",
        explanation=trouble.explanation if trouble else "",
        order_id=entry.fate.order_id,
        status=_STATUS.get(entry.fate.verdict, RawOrderStatus.INGESTED),
        status_at=now,
    )
