"""Read the platform's list of a day, page by page, each kept before the next is asked for."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from channels_sync.connectors.ledgers import Ledger, LedgerPage, Standing
from channels_sync.connectors.ledgers_installed import ledgers
from channels_sync.connectors.lines import utc_now
from channels_sync.models import ListedOrder, ReconciledDay, StoreConnection
from channels_sync.services.calls import CallWriter, open_http
from channels_sync.services.tokens import token_source
from oms.dto import ChannelStatus
from oms.models.locking import atomic_service


@contextmanager
def open_ledger(connection: StoreConnection) -> Iterator[Ledger]:
    """Open the line of a connection whose platform lists its orders; it is closed at the end."""
    ledger = ledgers.get(connection.kind)
    log = CallWriter(connection.store_id, reference="ledger")
    with open_http(connection, log=log, rate=ledger.rate) as http:
        tokens = token_source(connection, http=http, clock=utc_now)
        yield ledger(credentials=connection.credentials, http=http, tokens=tokens)


@atomic_service
def keep_page(day_id: int, *, page: LedgerPage, now: datetime) -> ReconciledDay:
    """Keep a page and how far the list was read, both or neither."""
    day = ReconciledDay.objects.select_for_update().get(pk=day_id)
    rows = [
        ListedOrder(day=day, channel_order_no=row.channel_order_no, standing=to_json(row))
        for row in _last_words(page.rows)
    ]
    ListedOrder.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["day", "channel_order_no"],
        update_fields=["standing"],
        batch_size=500,
    )
    day.listed = ListedOrder.objects.filter(day=day).count()
    day.cursor, day.not_before, day.failures = page.cursor or "", now + page.pause, 0
    day.announced = day.announced if page.total is None else page.total
    day.last_error = ""
    day.save()
    return day


def theirs(day: ReconciledDay) -> dict[str, Standing]:
    """Return the list that was read."""
    rows = ListedOrder.objects.filter(day=day).values_list("channel_order_no", "standing")
    return {number: from_json(number, told=told) for number, told in rows.iterator()}


def to_json(row: Standing) -> dict[str, Any]:
    return {
        "status": row.status.value,
        "paid": str(row.paid),
        "refunded": None if row.refunded is None else str(row.refunded),
        "waybill_nos": None if row.waybill_nos is None else sorted(row.waybill_nos),
        "refund_nos": sorted(row.refund_nos),
        "modified_at": row.modified_at.isoformat() if row.modified_at else None,
    }


def from_json(number: str, *, told: Mapping[str, Any]) -> Standing:
    waybills, modified = told["waybill_nos"], told["modified_at"]
    return Standing(
        channel_order_no=number,
        status=ChannelStatus(told["status"]),
        paid=Decimal(told["paid"]),
        refunded=None if told["refunded"] is None else Decimal(told["refunded"]),
        waybill_nos=None if waybills is None else frozenset(waybills),
        # What was listed before there was such a thing has none.
        refund_nos=frozenset(told.get("refund_nos", ())),
        modified_at=datetime.fromisoformat(modified) if modified else None,
    )


def _last_words(rows: Iterable[Standing]) -> Iterable[Standing]:
    """A list that moves while it is read may tell an order twice: the last time counts."""
    return {row.channel_order_no: row for row in rows}.values()
