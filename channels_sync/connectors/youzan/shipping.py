"""What Youzan is told about a parcel, and what it shows of parcels. Values in, values out.

A line leaves whole and once (``oids``); one line in two parcels needs a method of another kind that
takes both at once, so the first parcel counts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from channels_sync.connectors.codes import SHORT_NAMES
from channels_sync.connectors.outbound import ShipmentPush, Told
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]
_SHIPPED = "1"


def find_parcel(trade: Node, push: ShipmentPush) -> Told | None:
    """Return the parcel that carries the number.

    Older answers tell no numbers at all; then lines that left are what there is to go by.
    """
    parcels = _left(trade)
    numbers = {number for parcel in parcels for number in _numbers(parcel)}
    for parcel in parcels:
        if push.notice.waybill_no in _numbers(parcel):
            return Told(channel_ref=str(parcel.get("pk_id") or ""))
    lines = {line.channel_line_no for line in push.lines}
    told = {oid for parcel in parcels for oid in _oids(parcel)}
    return Told() if not numbers and lines and lines <= told else None


def to_parcel(
    trade: Node, push: ShipmentPush, *, carriers: Sequence[Node], sender: str
) -> dict[str, Any]:
    """Return the parameters; ``carriers`` are the platform's own.

    :raises IntegrationError: fatal if the carrier is not among them, or the lines left before
    """
    notice = push.notice
    left = {oid for parcel in _left(trade) for oid in _oids(parcel)}
    numbers = [line.channel_line_no for line in push.lines if line.channel_line_no not in left]
    if not numbers:
        raise IntegrationError(
            "有赞的商品已全部发货，不能再追加运单号，请在有赞后台补充",
            kind=ErrorKind.FATAL,
            code="local:nothing_open",
        )
    told: dict[str, Any] = {
        "tid": notice.channel_order_no,
        "out_stype": _carrier(notice.carrier, carriers),
        "out_sid": notice.waybill_no,
        "is_no_express": 0,
    }
    if notice.is_split:
        told["oids"] = ",".join(numbers)
    # SF shows its route only to who knows the sender's phone.
    if notice.carrier == "sf" and sender:
        told["outer_sender"] = {"sender_mobile": sender}
    return told


def _carrier(carrier: str, known: Sequence[Node]) -> str:
    name = SHORT_NAMES.get(carrier, carrier)
    for one in known:
        if str(one.get("name") or "").startswith(name):
            return str(one["id"])
    raise IntegrationError(
        f"有赞的快递公司列表里没有 {carrier}，请在有赞后台发货",
        kind=ErrorKind.FATAL,
        code="local:carrier",
    )


def _left(trade: Node) -> list[Node]:
    parcels: list[Node] = trade.get("delivery_order") or []
    return [each for each in parcels if str(each.get("express_state")) == _SHIPPED]


def _oids(parcel: Node) -> set[str]:
    return {str(one.get("oid")) for one in parcel.get("oids") or []}


def _numbers(parcel: Node) -> set[str]:
    details = [dist.get("express_info") or {} for dist in parcel.get("dists") or []]
    found = {str(detail.get("express_no") or "") for detail in (*details, parcel)}
    return found - {""}
