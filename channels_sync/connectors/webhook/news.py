"""The bodies of what a shop of one's own is told. Pure.

Amounts are hundredths of the currency's unit, carriers are our own codes, times ISO 8601 in UTC.
"""

from datetime import UTC
from decimal import Decimal
from typing import Any

from channels_sync.connectors.outbound import (
    LineUnits,
    RefundPush,
    ReturnAddress,
    ReturnAnswer,
    ShipmentPush,
)

News = ShipmentPush | RefundPush | ReturnAnswer
"""What a shop of one's own can be told."""


def place_of(push: News) -> str:
    """Return the last part of the address for this kind of news."""
    match push:
        case ShipmentPush():
            return "shipments"
        case RefundPush():
            return "refunds"
        case ReturnAnswer():
            return "returns"


def number_of(push: News) -> str:
    """Return the number under which the shop is asked for it: unique for the shop."""
    match push:
        case ShipmentPush():
            return push.key
        case RefundPush():
            return push.refund_no
        case ReturnAnswer():
            return push.channel_refund_no


def body_of(push: News) -> dict[str, Any]:
    """Return the message."""
    match push:
        case ShipmentPush():
            return _shipment(push)
        case RefundPush():
            return _refund(push)
        case ReturnAnswer():
            return _answer(push)


def cents(amount: Decimal) -> int:
    """Return an amount in hundredths; it has two decimals at most."""
    return int(amount.scaleb(2))


def _shipment(push: ShipmentPush) -> dict[str, Any]:
    notice = push.notice
    parcel = {
        "shipment_id": push.key,
        "package_no": push.package_no,
        "carrier_code": notice.carrier,
        "tracking_no": notice.waybill_no,
        "shipped_at": notice.shipped_at.astimezone(UTC).isoformat(),
        "is_split": notice.is_split,
        "lines": [_units(line) for line in push.lines],
    }
    if push.replaces:
        # The same package under another number: nothing more has left.
        parcel["replaces_tracking_no"] = push.replaces
    return {"order_id": notice.channel_order_no, "parcels": [parcel]}


def _refund(push: RefundPush) -> dict[str, Any]:
    return {
        "refund_no": push.refund_no,
        "order_id": push.channel_order_no,
        "amount_cents": cents(push.amount),
        "currency": push.currency,
        "lines": [_units(line) for line in push.lines],
        "reason": push.reason,
    }


def _answer(push: ReturnAnswer) -> dict[str, Any]:
    return {
        "refund_id": push.channel_refund_no,
        "order_id": push.channel_order_no,
        "case_no": push.case_no,
        "decision": "agree" if push.is_agreed else "refuse",
        "reason": push.words_or(""),
        "return_address": _place(push.return_to) if push.return_to else None,
    }


def _units(line: LineUnits) -> dict[str, Any]:
    told: dict[str, Any] = {"line_id": line.channel_line_no, "quantity": line.quantity}
    return told if line.amount is None else told | {"amount_cents": cents(line.amount)}


def _place(place: ReturnAddress) -> dict[str, str]:
    return {
        "name": place.name,
        "phone": place.phone,
        "province": place.province,
        "city": place.city,
        "district": place.district,
        "address": place.address,
    }
