"""From what was kept of a message or of rows to the value that can be taken in."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from channels_sync.connectors.file import mapper
from channels_sync.connectors.file.grouping import load_group
from channels_sync.connectors.installed import connectors
from channels_sync.dto import (
    REFUND_EVENTS,
    ImportOptions,
    IncomingCancellation,
    Problem,
    RowGroup,
    Unreadable,
)
from channels_sync.models import RawOrder
from oms.dto import IncomingOrder, IncomingRefund
from oms.integration.registry import UnknownKind
from oms.privacy.fingerprint import Purpose, fingerprints
from oms.privacy.keys import index_keys
from oms.privacy.phone import parse_phone

Told = IncomingOrder | IncomingCancellation | IncomingRefund

_MOST_AHEAD = timedelta(days=1)
_MOBILE = re.compile("1[3-9][0-9]{9}")


def read_raw(raw: RawOrder) -> Told:
    """Map a raw order by its store's connector, or by the file mapping as it is now.

    :raises Unreadable: naming the first field or column that cannot be understood
    """
    if raw.source == RawOrder.Source.FILE:
        assert raw.mapping is not None  # noqa: S101  # the table's constraint says so
        options = ImportOptions.from_json(raw.mapping.options)
        return read_group(load_group(raw.payload, options), options=options, now=raw.received_at)
    connection = getattr(raw.store, "connection", None)
    try:
        connector = connectors.get(connection.kind if connection else "")
    except UnknownKind:
        raise Unreadable(Problem.MISSING, "connection") from None
    if raw.event in REFUND_EVENTS:
        return _dated(connector.read_refund(raw.payload), raw)
    return _settled(connector.read_order(raw.payload), now=raw.received_at)


def read_group(
    group: RowGroup, *, options: ImportOptions, now: datetime
) -> IncomingOrder | IncomingCancellation:
    """Map the rows of one number.

    :raises Unreadable: naming the first column that cannot be understood
    """
    if mapper.is_cancellation(group.number, options):
        told = mapper.to_cancellation(group, options)
        buyer_ref, *former = _opaque(told.buyer_ref)
        return replace(told, buyer_ref=buyer_ref, former_refs=tuple(former))
    return _settled(mapper.to_order(group, options), now=now)


def _dated(refund: IncomingRefund, raw: RawOrder) -> IncomingRefund:
    """A message without a time of its own is as old as its delivery."""
    modified_at = refund.modified_at or raw.channel_modified_at or raw.received_at
    if modified_at > raw.received_at + _MOST_AHEAD:
        raise Unreadable(Problem.AHEAD_OF_TIME, "updated_at")
    return replace(refund, modified_at=modified_at)


def _settled(order: IncomingOrder, *, now: datetime) -> IncomingOrder:
    # A revision from the future would make every later one look old.
    if order.channel_modified_at > now + _MOST_AHEAD:
        raise Unreadable(Problem.AHEAD_OF_TIME, "updated_at")
    if order.buyer is None:
        return order
    buyer_id, *former = _opaque(order.buyer.channel_buyer_id)
    buyer = replace(order.buyer, channel_buyer_id=buyer_id, former_ids=tuple(former))
    return replace(order, buyer=buyer)


def _opaque(buyer_id: str) -> tuple[str, ...]:
    """Some shops use the buyer's phone number or e-mail address as his id: keep its fingerprint, by
    the newest key first."""
    if "@" in buyer_id or _MOBILE.fullmatch(parse_phone(buyer_id).number):
        return fingerprints(buyer_id, purpose=Purpose.BUYER, keys=index_keys())
    return (buyer_id,)
