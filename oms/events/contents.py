"""A platform's refund request as an event carries it: plain JSON, without the buyer's words.

What the buyer wrote may name people, so it stays in the encrypted column of the record.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

_TIMES = ("modified_at", "respond_by")


def to_json(refund: IncomingRefund) -> dict[str, Any]:
    """Return the request in JSON: amounts and times (ISO 8601) as text, lines as objects."""
    told = asdict(refund)
    del told["reason"]
    times = {name: told[name].isoformat() for name in _TIMES if told[name]}
    return told | {"amount": str(refund.amount), "lines": list(told["lines"])} | times


def from_json(told: Mapping[str, Any]) -> IncomingRefund:
    """Read it again; fields that a newer version added are ignored."""
    lines = (RefundedLine(**line) for line in told.get("lines", ()))
    return IncomingRefund(
        channel_refund_no=told["channel_refund_no"],
        channel_order_no=told["channel_order_no"],
        status=RefundStage(told["status"]),
        kind=RefundKind(told["kind"]),
        amount=Decimal(told["amount"]),
        currency=told.get("currency", ""),
        lines=tuple(lines),
        return_carrier=told.get("return_carrier", ""),
        return_waybill_no=told.get("return_waybill_no", ""),
        refund_no=told.get("refund_no", ""),
        modified_at=_moment(told.get("modified_at")),
        respond_by=_moment(told.get("respond_by")),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
