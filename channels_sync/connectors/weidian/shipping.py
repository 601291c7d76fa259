"""What Weidian is told about a parcel, and what it shows of parcels. Values in, values out.

An order shows one number; of a part that left only that its lines did. ``deliver.split`` knows a
line by its number, or by its item and SKU (open.weidian.com, API 113): all three are told.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from channels_sync.connectors.codes import SHORT_NAMES
from channels_sync.connectors.loose import Loose
from channels_sync.connectors.outbound import ShipmentPush, Told
from channels_sync.connectors.weidian import codes
from channels_sync.connectors.weidian.mapper import is_delivered, line_no
from oms.integration.errors import ErrorKind, IntegrationError

Operation = tuple[tuple[str, str], dict[str, Any]]
_WORD = re.compile(r"[0-9A-Za-z-]+")
_OVER = frozenset({"accept", "accept_refunding", "finish", "close"})


def find_parcel(order: Loose, push: ShipmentPush) -> Told | None:
    """Return the parcel that carries the number; where none is shown, lines that left are what
    there is to go by.

    :raises Unreadable: naming the first field that cannot be understood
    """
    shown = _WORD.findall(order.text("express_no", limit=500))
    if push.notice.waybill_no in shown:
        return Told()
    if push.replaces:
        return None
    lines = {line.channel_line_no for line in push.lines}
    left = {line_no(item) for item in order.items("items") if is_delivered(item)}
    return Told() if not shown and lines and lines <= left else None


def shows(order: Loose, waybill_no: str) -> bool:
    """Tell whether the order shows a number, as long as it can still be changed.

    :raises Unreadable: if it is no text
    """
    is_over = order.text("status", limit=40) in _OVER
    return not is_over and waybill_no in _WORD.findall(order.text("express_no", limit=500))


def to_change(push: ShipmentPush, *, company: str) -> Operation:
    """Return how the one number that an order shows is changed (open.weidian.com, API 58)."""
    told = {
        "order_id": push.notice.channel_order_no,
        "express_no": push.notice.waybill_no,
        "express_type": company,
    }
    return codes.RENUMBER, told


def to_parcel(order: Loose, push: ShipmentPush, *, company: str) -> Operation:
    """Return the method and its parameters; ``company`` is the carrier's number at Weidian.

    A line leaves whole and once.

    :raises IntegrationError: fatal if the lines left before
    :raises Unreadable: naming the first field that cannot be understood
    """
    notice = push.notice
    wanted = {line.channel_line_no for line in push.lines}
    items = [
        item for item in order.items("items") if line_no(item) in wanted and not is_delivered(item)
    ]
    if not items:
        raise IntegrationError(
            "微店的商品已全部发货，不能再追加运单号，请在微店后台补充",
            kind=ErrorKind.FATAL,
            code="local:nothing_open",
        )
    told: dict[str, Any] = {
        "order_id": notice.channel_order_no,
        "express_type": company,
        "express_no": notice.waybill_no,
    }
    if not notice.is_split:
        return codes.SHIP, told
    part = [
        {
            "item_id": item.text("item_id", limit=64),
            "item_sku_id": item.text("sku_id", limit=64),
            "sub_order_id": item.text("sub_order_id", limit=64),
        }
        for item in items
    ]
    return codes.SHIP_PART, told | {"item": part}


def usual_numbers(companies: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the number of each carrier of ours in the platform's own list of them."""
    found: dict[str, str] = {}
    for carrier, name in SHORT_NAMES.items():
        for company in companies:
            if str(company.get("express_company") or "").startswith(name):
                found.setdefault(carrier, str(company["id"]))
    return found
