"""What Weidian is told about a parcel, and what it shows of parcels. Values in, values out.

An order shows one number; of a part that left only that its lines did. How ``deliver.split`` names
the fields of its ``item`` list is documented nowhere: they are called as the order calls them.
"""

import re
from typing import Any

from channels_sync.connectors.companies import company_number
from channels_sync.connectors.loose import Loose
from channels_sync.connectors.outbound import ShipmentPush, Told
from channels_sync.connectors.weidian import codes
from channels_sync.connectors.weidian.mapper import is_delivered, line_no
from oms.integration.errors import ErrorKind, IntegrationError

Operation = tuple[tuple[str, str], dict[str, Any]]
_WORD = re.compile(r"[0-9A-Za-z-]+")


def find_parcel(order: Loose, push: ShipmentPush) -> Told | None:
    """Return the parcel that carries the number; where none is shown, lines that left are what
    there is to go by.

    :raises Unreadable: naming the first field that cannot be understood
    """
    shown = _WORD.findall(order.text("express_no", limit=500))
    if push.notice.waybill_no in shown:
        return Told()
    lines = {line.channel_line_no for line in push.lines}
    left = {line_no(item) for item in order.items("items") if is_delivered(item)}
    return Told() if not shown and lines and lines <= left else None


def to_parcel(order: Loose, push: ShipmentPush, *, carriers: object) -> Operation:
    """Return the method and its parameters; ``carriers`` are the shop's own "sf=3, zto=7".

    A line leaves whole and once.

    :raises IntegrationError: fatal if the carrier was not named, or the lines left before
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
        "express_type": company_number(notice.carrier, {}, own=carriers),
        "express_no": notice.waybill_no,
    }
    if not notice.is_split:
        return codes.SHIP, told
    part = [
        {
            "item_id": item.text("item_id", limit=64),
            "sku_id": item.text("sku_id", limit=64),
            "sub_order_id": item.text("sub_order_id", limit=64),
        }
        for item in items
    ]
    return codes.SHIP_PART, told | {"item": part}
