"""What a WooCommerce shop is told about a parcel, and how it is known again. Values in, values out.

The shop's core knows no parcels. The order is set to ``completed`` once all its units left, the
buyer reads the number in a note, and which units left in which parcel stands in an order field of
ours, which buyers are not shown.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from channels_sync.connectors.codes import SHORT_NAMES
from channels_sync.connectors.outbound import ShipmentPush, Told
from channels_sync.connectors.woocommerce import codes
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]
Units = dict[str, int]
PARCELS = "_oms_parcels"
_WORD = re.compile(r"[0-9A-Za-z-]+")


def find_note(notes: Sequence[Node], waybill_no: str) -> Told | None:
    """Return the note that carries the number."""
    for note in notes:
        if waybill_no in _WORD.findall(str(note.get("note") or "")):
            return Told(channel_ref=str(note["id"]))
    return None


def to_note(push: ShipmentPush) -> dict[str, Any]:
    """Return the note that the shop sends to the buyer."""
    notice = push.notice
    company = SHORT_NAMES.get(notice.carrier, notice.carrier)
    return {"note": f"{company} {notice.waybill_no}", "customer_note": True}


def to_change(
    order: Node, refunds: Sequence[Node], push: ShipmentPush, *, tracking_meta: str
) -> dict[str, Any]:
    """Return what changes on the order itself; nothing for a further parcel of units told before.

    ``tracking_meta`` names the fields of a tracking plugin: "carrier's field, number's field".

    :raises IntegrationError: fatal if the order is over without a parcel
    """
    if order["status"] in codes.GONE:
        raise IntegrationError(
            f"WooCommerce 订单已是 {order['status']}，不能再发货",
            kind=ErrorKind.FATAL,
            code="local:order_gone",
        )
    if not push.lines:
        return {}
    notice = push.notice
    known = _parcels(order)
    # The same units under another number: they did not leave twice.
    known.pop(push.replaces, None)
    parcels = known | {
        notice.waybill_no: {line.channel_line_no: line.quantity for line in push.lines}
    }
    fields = {PARCELS: json.dumps(parcels), **_plugin_fields(push, tracking_meta)}
    change: dict[str, Any] = {
        "meta_data": [{"key": key, "value": value} for key, value in fields.items()]
    }
    if not notice.is_split or _is_whole(order, refunds, parcels):
        change["status"] = codes.COMPLETED
    return change


def _plugin_fields(push: ShipmentPush, tracking_meta: str) -> dict[str, str]:
    company, _comma, number = (part.strip() for part in tracking_meta.partition(","))
    told = {company: push.notice.carrier, number: push.notice.waybill_no}
    return {key: value for key, value in told.items() if key}


def _parcels(order: Node) -> dict[str, Units]:
    for meta in order.get("meta_data") or []:
        if meta.get("key") == PARCELS:
            try:
                told = json.loads(str(meta.get("value")))
            except ValueError:
                return {}
            return told if isinstance(told, dict) else {}
    return {}


def _is_whole(order: Node, refunds: Sequence[Node], parcels: Mapping[str, Units]) -> bool:
    left: Units = {}
    for units in parcels.values():
        _add(left, units)
    for refund in refunds:
        for row in refund.get("line_items") or []:
            _add(left, {_origin(row): abs(int(row.get("quantity") or 0))})
    return all(left.get(str(row["id"]), 0) >= int(row["quantity"]) for row in order["line_items"])


def _add(left: Units, units: Units) -> None:
    for line, count in units.items():
        left[line] = left.get(line, 0) + count


def _origin(row: Node) -> str:
    for meta in row.get("meta_data") or []:
        if meta.get("key") == codes.REFUNDED_ITEM:
            return str(meta.get("value"))
    return ""
