"""How refunds of JD's two lists are told apart: R and S before their own numbers. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels_sync.connectors.loose import Loose
from oms.integration.errors import ErrorKind, IntegrationError

APPLICATION, SERVICE = "refundapply", "serviceAndRefund"
Node = Mapping[str, Any]


def number_of(source: str, row: Node) -> str:
    """Return the number by which a row is known."""
    if source == APPLICATION:
        return f"R{row.get('id') or ''}"
    return f"S{(row.get('sameOrderServiceBill') or {}).get('serviceId') or ''}"


def order_of(source: str, row: Node) -> str:
    node = row if source == APPLICATION else row.get("sameOrderServiceBill") or {}
    return str(node.get("orderId") or "")


def latest_moment(source: str, row: Loose) -> datetime | None:
    """Return the latest moment that is told of a refund.

    :raises Unreadable: if one of them is malformed
    """
    if source == APPLICATION:
        moments = [row.moment(key) for key in ("modified", "checkTime", "applyTime")]
    else:
        bill = row.inside("sameOrderServiceBill")
        moments = [row.moment("completeTime"), bill.moment("afsApplyTime")]
    return max(filter(None, moments), default=None)


def is_application(channel_refund_no: str) -> bool:
    return channel_refund_no.startswith("R")


def own_number(channel_refund_no: str) -> int:
    """Return JD's number.

    :raises IntegrationError: fatal, if it is none
    """
    return whole(channel_refund_no[1:])


def whole(text: str) -> int:
    """Return a number of JD's as the JSON number that it wants.

    :raises IntegrationError: fatal, if it is none
    """
    if not (text.isascii() and text.isdecimal()):
        raise IntegrationError("京东的单号应为数字", kind=ErrorKind.FATAL, code="local:number")
    return int(text)
