"""What TOP is told about a parcel, and what a trade shows of parcels. Values in, values out.

A line leaves whole, with one number (``sub_tid`` names lines, never units). So the first parcel of
a line counts, and a further one of the same line cannot be told.
"""

from channels_sync.connectors.outbound import ShipmentPush, Told, old_number_gone
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao.envelope import Node, wrapped
from oms.integration.errors import ErrorKind, IntegrationError

FIELDS = "tid,status,orders"


def find_parcel(trade: Node, push: ShipmentPush) -> Told | None:
    """Return the parcel if a line of the trade left under its number."""
    number = push.notice.waybill_no
    lines = wrapped(trade, "orders", "order")
    is_there = any(str(line.get("invoice_no") or "") == number for line in lines)
    return Told(channel_ref=number) if is_there else None


def to_shipment(trade: Node, push: ShipmentPush) -> dict[str, str]:
    """Return the parameters of ``taobao.logistics.offline.send``.

    :raises IntegrationError: treat_as_done if all of it left before; fatal if none of it may leave
    """
    lines = wrapped(trade, "orders", "order")
    waiting = {str(line["oid"]) for line in lines if line.get("status") in codes.WAITS_TO_LEAVE}
    named = {line.channel_line_no for line in push.lines}
    chosen = sorted(named & waiting)
    if not chosen:
        raise _nothing_to_ship(lines, named)
    notice = push.notice
    is_part = set(chosen) != waiting or len(waiting) != len(_alive(lines))
    return {
        "tid": notice.channel_order_no,
        "company_code": codes.CARRIERS.get(notice.carrier, codes.OTHER_CARRIER),
        "out_sid": notice.waybill_no,
        "is_split": "1" if is_part else "0",
        "sub_tid": ",".join(chosen) if is_part else "",
    }


def to_change(trade: Node, push: ShipmentPush) -> dict[str, str]:
    """Return the parameters of ``taobao.logistics.consign.resend``: another number for what left
    under the old one. TOP takes it for a day after it was told, and before the carrier collects.

    :raises IntegrationError: fatal if no line of the trade shows the old number
    """
    lines = wrapped(trade, "orders", "order")
    meant = [line for line in lines if str(line.get("invoice_no") or "") == push.replaces]
    if not meant:
        raise old_number_gone(push)
    # Lines are named only where they are fewer than the trade's.
    is_part = len(meant) != len(_alive(lines))
    return {
        "tid": push.notice.channel_order_no,
        "company_code": codes.CARRIERS.get(push.notice.carrier, codes.OTHER_CARRIER),
        "out_sid": push.notice.waybill_no,
        "is_split": "1" if is_part else "0",
        "sub_tid": ",".join(sorted(str(line["oid"]) for line in meant)) if is_part else "",
    }


def _alive(lines: list[Node]) -> list[Node]:
    return [line for line in lines if line.get("status") not in codes.LINE_CLOSED]


def _nothing_to_ship(lines: list[Node], named: set[str]) -> IntegrationError:
    meant = [line for line in lines if not named or str(line.get("oid")) in named]
    if meant and all(line.get("status") in codes.HAS_LEFT for line in meant):
        return IntegrationError(
            "淘宝子订单已发货，平台不能再追加运单号",
            kind=ErrorKind.TREAT_AS_DONE,
            code="local:shipped_before",
        )
    return IntegrationError(
        "淘宝订单里没有待发货的子订单", kind=ErrorKind.FATAL, code="local:nothing_open"
    )
