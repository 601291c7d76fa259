"""What Doudian is told about a parcel, and what it shows of parcels. Values in, values out."""

from collections.abc import Mapping
from typing import Any

from channels_sync.connectors.companies import company_number
from channels_sync.connectors.doudian import codes
from channels_sync.connectors.doudian.messages import SHIPPED_BEFORE
from channels_sync.connectors.outbound import ShipmentPush, Told, old_number_gone
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]
WHOLE, PART = "/order/logisticsAdd", "/order/logisticsAddMultiPack"
CHANGE_WHOLE, CHANGE_PART = "/order/logisticsEdit", "/order/logisticsEditByPack"


def find_parcel(order: Node, waybill_no: str) -> Told | None:
    """Return the parcel that carries the number, if the order shows it."""
    for parcel in order.get("logistics_info") or []:
        if str(parcel.get("tracking_no") or "") == waybill_no:
            return Told(channel_ref=str(parcel.get("delivery_id") or ""))
    return None


def to_parcel(push: ShipmentPush, *, own: object = "") -> tuple[str, dict[str, Any]]:
    """Return the method and its parameters: the whole order, or the units of one parcel.

    ``own`` are the shop's own codes of carriers ("sf=shunfeng, zto=zhongtong").

    Asked for with the same ``request_id``, the second method does nothing twice.

    :raises IntegrationError: fatal if the carrier has no code there, or every unit was told before
    """
    notice = push.notice
    carrier = {
        "company_code": company_number(notice.carrier, codes.CARRIERS, own=own),
        "logistics_code": notice.waybill_no,
    }
    if not push.lines:
        raise IntegrationError(
            "抖店的子订单已全部发货，不能再追加运单号，请在抖店后台补充",
            kind=ErrorKind.FATAL,
            code="local:nothing_open",
        )
    if not notice.is_split:
        return WHOLE, {"order_id": notice.channel_order_no} | carrier
    units = [
        {"shipped_order_id": line.channel_line_no, "shipped_num": line.quantity}
        for line in push.lines
    ]
    return PART, {
        "order_id": notice.channel_order_no,
        "request_id": push.key,
        "pack_list": [carrier | {"shipped_order_info": units}],
    }


def to_change(order: Node, push: ShipmentPush, *, own: object = "") -> tuple[str, dict[str, Any]]:
    """Return the method and its parameters that give a parcel another number: the order's only
    one, or one of several by the number that Doudian gave it.

    :raises IntegrationError: fatal if the carrier has no code there, or no parcel shows the old
        number
    """
    parcels = list(order.get("logistics_info") or [])
    meant = [each for each in parcels if str(each.get("tracking_no") or "") == push.replaces]
    if not meant:
        raise old_number_gone(push)
    told = {
        "order_id": push.notice.channel_order_no,
        "company_code": company_number(push.notice.carrier, codes.CARRIERS, own=own),
        "logistics_code": push.notice.waybill_no,
    }
    if len(parcels) == 1 and not push.notice.is_split:
        return CHANGE_WHOLE, told
    return CHANGE_PART, told | {"pack_id": str(meant[0].get("delivery_id") or "")}


def to_told(data: Node) -> Told:
    """Read the answer of either method."""
    packs = data.get("pack_list") or [data]
    return Told(channel_ref=str(packs[0].get("pack_id") or ""))


def as_done_before(error: IntegrationError) -> IntegrationError:
    """Return the same refusal, as done before where its words say that the order has left."""
    if error.kind is ErrorKind.FATAL and any(words in error.message for words in SHIPPED_BEFORE):
        error.kind = ErrorKind.TREAT_AS_DONE
    return error
